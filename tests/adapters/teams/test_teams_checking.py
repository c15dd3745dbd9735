"""`buddyline check --teams`: what does not work is named, with what to do, and nobody gets a message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.teams.checking import problems
from bot.domain.people import TeamEntry, Way
from tests.adapters.teams.house import STRANGER, House, team_on_teams, user
from tests.fakes.teams import CHANNEL, Fault

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
