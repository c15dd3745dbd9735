"""The whole story, by signed requests over HTTP and over Socket Mode: a late visit, and a call for help, each to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.house import House, a_house, user
from tests.fakes.slack import CHANNEL, private
from tests.scenarios.twins import WORDS

COLLEAGUES = ("ben", "carla", "dev", "omar", "maria", "helen")


@pytest.fixture(params=["http", "socket"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """The team on Slack, both ways in."""
    async with a_house(by_socket=request.param == "socket") as opened:
        yield opened


async def chosen(house: House, who: str, number: int = 0) -> None:
    """Send the dialog somebody looks at, with one of the choices of its first list."""
    blocks = house.slack.dialog(user(who))["blocks"]
    how = next(block for block in blocks if block["element"].get("options"))
    value = how["element"]["options"][number]["value"]
    await house.submits(who, **{how["block_id"]: value})


async def test_a_late_visit_from_the_first_word_to_the_outcome(house: House) -> None:
    await house.command("amira", "start 14:00-14:45 CASE123")
    await house.presses("ben", "I'm on it")
    await house.says("amira", "arrived")
    card = next(m for m in house.slack.messages if m.channel == CHANNEL and "CASE123" in m.words)
    assert "Ben" in card.words

    await house.passes(minutes=70)
    assert "Was due to end at 14:45" in card.words
    asked = house.slack.newest(user("ben"), "I'm on it")
    assert asked.channel == private(user("ben"))
    await house.presses("ben", "I'm on it")
    assert "Ben Carter has taken charge" in card.words
    await house.presses("ben", "Reached, safe")
    await chosen(house, "ben")

    assert user("ben") not in house.slack.opened
    assert "Confirmed safe at 15:10" in card.words
    assert not card.buttons
    assert not any("I'm on it" in m.buttons for m in house.slack.seen(user("ben")))
    posted = len(house.slack.messages)
    await house.passes(hours=2)
    assert len(house.slack.messages) == posted


async def test_a_call_for_help_in_private_from_the_words_to_the_end(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    await house.says("amira", WORDS)
    answer = house.slack.seen(user("amira"))[-1]
    assert "did not understand" in answer.words
    await house.passes(seconds=2)

    calls = [m for m in house.slack.messages if "called for help" in m.words]
    assert {m.channel for m in calls} <= {private(user(one)) for one in COLLEAGUES}
    assert private(user("ben")) in {m.channel for m in calls}
    assert not any("help" in m.text for m in calls)

    await house.presses("ben", "I'm on it")
    await house.presses("ben", "999 sheet")
    assert "CASE123" in str(house.slack.dialog(user("ben")))
    house.slack.opened.pop(user("ben"))
    await house.presses("ben", "Stand down")
    await house.submits("ben", ground="seen", outcome="violence")
    await house.presses("maria", "I confirm: safe")

    assert house.slack.seen(user("amira"))[-1] is answer
    assert "called for help" not in answer.words
