"""A PIN set beforehand: nothing is said in a call before it, and five wrong ones are enough."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.adapters.voice.test_calls import RungWorld, team_that_is_rung
from tests.fakes.twilio import Call
from tests.scenarios.harness import Loaded
from tests.scenarios.stories import CASE
from tests.scenarios.wired import wired

PIN = "0482"
ASKED = "This is Buddyline, calling for Omar Haddad. If that is you, please key in your PIN."
AGAIN = "That was not it. Please key in your PIN."


def team_with_a_pin() -> Loaded:
    """Return the team that is rung; Omar has set a PIN."""
    entry, policy, content = team_that_is_rung()
    people = [replace(one, pin=PIN if one.id == "omar" else None) for one in entry.people]
    return replace(entry, people=tuple(people)), policy, content


@pytest.fixture
async def world() -> AsyncIterator[RungWorld]:
    """It is 15:10, and everybody is rung about Amira's visit."""
    async with wired(RungWorld(), team_with_a_pin(), until="15:10") as opened:
        yield opened


def omars(world: RungWorld) -> Call:
    return world.rung("omar")[-1]


async def test_with_the_pin_one_hears_what_it_is_and_takes_charge(world: RungWorld) -> None:
    assert await world.picks_up(omars(world)) == [ASKED]
    assert "To take charge, press 1." in (await world.keys(omars(world), PIN))[0]
    assert world.alarm(CASE).charge is None
    await world.keys(omars(world), "1")
    assert world.alarm(CASE).charge == "omar"


async def test_who_has_set_none_is_asked_as_before(world: RungWorld) -> None:
    (call,) = world.rung("ben")
    assert "please press 1" in (await world.picks_up(call))[0]


@pytest.mark.parametrize("wrong", ["1", "0481", "04820", "", "٠٤٨٢"])
async def test_before_the_pin_nothing_is_said_and_nothing_counts(
    world: RungWorld, wrong: str
) -> None:
    call = omars(world)
    await world.picks_up(call)
    assert await world.keys(call, wrong) == [AGAIN]
    assert call.heard == [ASKED, AGAIN]
    await world.ends(call)
    assert world.alarm(CASE).charge is None


async def test_a_slip_of_the_finger_costs_nothing(world: RungWorld) -> None:
    call = omars(world)
    await world.picks_up(call)
    assert "press 1" in (await world.keys(call, "0842", "0428", PIN))[0]


async def test_five_wrong_ones_are_enough_and_the_right_one_counts_no_more(
    world: RungWorld,
) -> None:
    call = omars(world)
    await world.picks_up(call)
    for _ in range(4):
        assert await world.keys(call, "0000") == [AGAIN]
    action = call.action
    assert await world.keys(call, "0000") == []
    assert call.action is None, "it hangs up"
    call.action = action
    assert await world.keys(call, PIN) == []
    assert world.alarm(CASE).charge is None


async def test_they_count_over_all_calls_of_an_hour_and_then_no_more(world: RungWorld) -> None:
    await world.picks_up(omars(world))
    await world.keys(omars(world), *["0000"] * 5)
    await world.ends(omars(world))
    await world.until("15:15")
    assert len(world.rung("omar")) == 2
    assert await world.picks_up(omars(world)) == [], "it rings, and says nothing"
    await world.until("16:20")
    assert await world.picks_up(omars(world)) == [ASKED]


async def test_who_has_keyed_in_no_right_pin_was_not_reached(world: RungWorld) -> None:
    await world.until("15:15")
    call = omars(world)
    await world.picks_up(call)
    await world.keys(call, "0000")
    await world.ends(call)
    row = world.store.read_now(lambda tx: tx.outbox.posted_as(call.sid))
    assert row is None, "it counts as sent no more"


async def test_the_pin_stands_nowhere_in_what_is_written(
    world: RungWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.picks_up(omars(world))
    await world.keys(omars(world), "0000", PIN)
    person = world.store.read_now(lambda tx: tx.rosters.person("omar"))
    assert person is not None
    assert person.pin == PIN
    assert PIN not in repr(person)
    assert PIN not in caplog.text
