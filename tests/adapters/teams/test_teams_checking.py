"""`buddyline check --teams`: what does not work is named, with what to do; only `--send` sends anybody a message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.teams.checking import NO_PRESS, problems
from adapters.trial import HELLO, PRESSED, Press
from bot.domain.people import TeamEntry, Way
from tests.adapters.teams.house import PEOPLE, STRANGER, House, team_on_teams, user
from tests.fakes.teams import CHANNEL, Fault, private

ENTRY = team_on_teams()[0]


async def found(house: House, entry: TeamEntry = ENTRY) -> tuple[str, ...]:
    return await problems(house.adapter, [entry])


async def test_all_is_well_and_nobody_gets_a_message(house: House) -> None:
    assert await found(house) == ()
    assert house.teams.messages == []


async def test_whoever_cannot_be_reached_is_named(house: House) -> None:
    house.teams.without_app.add(user("ben"))
    assert await found(house) == ("ben: they have not got the app: install it for them.",)
    people = tuple(
        replace(one, ways=(Way("teams", "Ben"),)) if one.id == "ben" else one
        for one in ENTRY.people
    )
    (wrong,) = await found(house, replace(ENTRY, people=people))
    assert "object id" in wrong


async def test_whoever_is_known_is_asked_about_all_the_same(house: House) -> None:
    await house.says("ben", "help")
    house.teams.without_app.add(user("ben"))
    assert await found(house) == ("ben: they have not got the app: install it for them.",)


async def test_a_channel_without_us_or_with_guests_is_named(house: House) -> None:
    house.teams.guests.add(STRANGER)
    (wrong,) = await found(house)
    assert "guests read along" in wrong
    house.teams.taken_out = True
    (wrong,) = await found(house)
    assert "add the app to the team" in wrong
    elsewhere = replace(ENTRY.team, channel=Way("teams", "general"))
    (wrong,) = await found(house, replace(ENTRY, team=elsewhere))
    assert "channel's link" in wrong
    assert CHANNEL.endswith("@thread.tacv2")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(status=401, code="invalid_client"), "no token"),
        (Fault(status=503), "no token"),
    ],
)
async def test_without_a_token_nothing_else_is_asked(
    house: House, fault: Fault, words: str
) -> None:
    house.teams.fails("token", fault)
    (wrong,) = await found(house)
    assert words in wrong
    assert house.teams.calls == ["token"]


async def sent(house: House, *, submit: bool | None) -> tuple[str, ...]:
    """Check with test messages; Ben presses the button of his, or (None) nobody does."""
    tasks, asked = [], list[str]()

    async def presses() -> None:
        if submit is not None:
            await house.presses("ben", "Press to test", submit=submit)
        house.clock.advance(timedelta(minutes=1))

    def asks(what: str) -> None:
        asked.append(what)
        tasks.append(asyncio.create_task(presses()))

    wrong = await problems(house.adapter, [ENTRY], press=Press(house.clock, asks))
    await asyncio.gather(*tasks)
    assert len(asked) <= 1
    return wrong


@pytest.mark.parametrize("submit", [False, True])
async def test_a_test_message_goes_to_everybody_and_a_press_comes_back(
    house: House, submit: bool
) -> None:
    assert await sent(house, submit=submit) == ()
    words = {m.chat.partition(";")[0]: m.words for m in house.teams.messages}
    assert set(words) == {CHANNEL, *(private(user(who)) for who in PEOPLE)}
    assert words.pop(private(user("ben"))) == PRESSED
    assert set(words.values()) == {HELLO}
    assert not [m for m in house.teams.messages if m.chat.startswith(CHANNEL) and m.buttons]
    assert house.store.read_now(lambda tx: tx.journal.chains("", 10)) == ()


async def test_a_press_that_does_not_come_back_is_said(house: House) -> None:
    assert await sent(house, submit=None) == (NO_PRESS,)
    await house.presses("carla", "Press to test")  # of an earlier message
    assert await sent(house, submit=None) == (NO_PRESS,)


async def test_whoever_gets_no_test_message_is_named(house: House) -> None:
    house.teams.blocked.add(user("ben"))
    (wrong, *_) = await sent(house, submit=None)
    assert wrong.startswith("ben: a message does not arrive: they have blocked Buddyline")
