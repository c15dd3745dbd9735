"""The shortcuts by which somebody raises a call for help for a colleague: the same response, and the same secrecy."""

from __future__ import annotations

import json

import pytest

from adapters.slack import worried
from tests.adapters.slack.house import STRANGER, House, user
from tests.fakes.slack import CHANNEL, private
from tests.fakes.slack_limits import check_view


async def asked(house: House, who: str) -> None:
    await house.deliver(house.slack.shortcut(user(who), worried.ABOUT_SOMEBODY))


def called(house: House) -> set[str]:
    return {m.channel for m in house.slack.messages if "Help for Amira Khan" in m.words}


async def test_worried_about_somebody_from_anywhere(house: House) -> None:
    await asked(house, "carla")
    check_view(house.slack.dialog(user("carla")))
    await house.submits("carla", person=user("amira"))
    assert user("carla") not in house.slack.opened
    assert called(house)
    assert not called(house) & {CHANNEL, private(user("amira"))}
    card = next(m for m in house.slack.messages if "Help for Amira Khan" in m.words)
    assert "Carla Rossi is worried about Amira Khan" in card.words or "worried" in card.words


async def test_a_message_that_somebody_wrote_is_reported_and_not_taken_over(house: House) -> None:
    house.slack.says(user("amira"), "the walrus is at the door", CHANNEL)
    message = house.slack.messages[-1]
    await house.deliver(house.slack.on_message(user("carla"), worried.ABOUT_A_MESSAGE, message))
    await house.submits("carla", how="heard")
    cards = [m for m in house.slack.messages if "Help for Amira Khan" in m.words]
    assert cards
    assert not any("walrus" in m.words for m in house.slack.messages if m.user is None)
    assert "heard" in cards[0].words


async def test_on_a_message_of_a_bot_nobody_stands_in_the_form(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    card = next(m for m in house.slack.messages if "CASE123" in m.words)
    await house.deliver(house.slack.on_message(user("carla"), worried.ABOUT_A_MESSAGE, card))
    answer = json.loads(await house.submits("carla"))
    assert answer["response_action"] == "errors"
    assert not called(house)


async def test_the_one_it_is_about_sees_nothing_of_it(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    before = [(m.ts, m.words) for m in house.slack.seen(user("amira"))]
    await asked(house, "carla")
    await house.submits("carla", person=user("amira"))
    await house.passes(seconds=3)
    assert [(m.ts, m.words) for m in house.slack.seen(user("amira"))] == before


async def test_somebody_of_no_team_is_no_colleague_and_the_form_stays(house: House) -> None:
    await asked(house, "carla")
    answer = json.loads(await house.submits("carla", person=STRANGER))
    assert answer["response_action"] == "errors"


async def test_a_stranger_is_told_who_this_is_for(house: House) -> None:
    await house.deliver(house.slack.shortcut(STRANGER, worried.ABOUT_SOMEBODY))
    body = house.slack.submit(STRANGER, person=user("amira"))
    await house.deliver(body)
    assert "do not know you" in str(house.slack.dialog(STRANGER))
    assert not called(house)


async def test_the_same_dialog_twice_is_one_call(house: House) -> None:
    await asked(house, "carla")
    body = house.slack.submit(user("carla"), person=user("amira"))
    await house.deliver(body)
    posted = len(house.slack.messages)
    await house.deliver(body)
    assert len(house.slack.messages) == posted


@pytest.mark.parametrize(
    "values",
    [
        {"person": {"value": {"selected_user": "<!channel>"}}, "how": {"value": {}}},
        {
            "person": {"value": {"selected_user": "U1"}},
            "how": {"value": {"selected_option": {"value": "done"}}},
        },
    ],
)
def test_nothing_else_can_be_said_by_it(values: dict[str, object]) -> None:
    assert worried.words({"state": {"values": values}}) is None
