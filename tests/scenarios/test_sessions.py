"""Lone work that is no visit to a case: at home, in a building, on the way, with the same timers (K14, K16)."""

from __future__ import annotations

import pytest

from tests.packs.teams import team_of
from tests.scenarios.harness import World

KINDS = [
    ("home working", "Home working"),
    ("working from home", "Home working"),
    ("lock-up", "Lock-up"),
    ("call out", "Call-out"),
    ("office meeting", "Office meeting"),
    ("building", "Building"),
    ("journey", "Journey"),
]


async def at_work() -> World:
    """Return the sample team by Kent's procedure."""
    world = await World().opens(team_of("kent"))
    world.ignore_rest("these are about what is no visit to a case")
    return world


@pytest.mark.parametrize(("said", "called"), KINDS)
async def test_it_begins_ends_and_alarms_as_a_visit_does(said: str, called: str) -> None:
    """Without a case, and with the same buddy, timers and steps (K14, K16)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {said}")
    world.expect_channel(f"Amira Khan · {called}")
    await world.presses("ben", "I'm on it")
    await world.until("14:54:59")
    assert not world.visit(called).overdue
    await world.until("14:55")
    assert world.visit(called).overdue
    world.expect("ben", "First: ring Amira")
    await world.closes()


async def test_it_is_named_in_words_where_two_are_planned() -> None:
    """And left, or cancelled, by what it is called (K16)."""
    world = await at_work()
    await world.says("amira", "plan; 15:00-15:30 lock-up; 16:00-17:00 journey; 18:00-19:00 CASE123")
    world.expect("amira", "Planned")
    await world.says("amira", "cancel journey")
    assert not world.visit("Journey").open
    await world.until("15:05")
    await world.says("amira", "left lock-up")
    assert not world.visit("Lock-up").open
    assert world.visit("CASE123").open
    await world.closes()


async def test_nobody_goes_in_on_a_call_out_before_somebody_responds() -> None:
    """Until then the worker is asked not to (K16)."""
    world = await at_work()
    await world.says("amira", "start now 45m call-out")
    await world.says("amira", "arrived")
    assert "If you can, please wait outside." in world.expect("amira", "Your visit Call-out").text
    await world.presses("ben", "I'm on it")
    assert "please wait outside" not in world.newest("amira", "I've left").text
    await world.closes()


async def test_the_phrase_calls_for_help_in_a_building_too() -> None:
    """As during a visit (K16)."""
    world = await at_work()
    await world.says("amira", "start now 45m lock-up")
    await world.presses("ben", "I'm on it")
    await world.says("amira", "I will need the purple file when I get back to the office")
    await world.passes(seconds=1)
    world.expect("ben", "Help for Amira Khan")
    await world.closes()


async def test_whoever_is_not_sure_is_heard_whatever_words_they_use() -> None:
    """A word for a kind of session, said as a reason, is one (F7)."""
    world = await at_work()
    await world.says("amira", "start 15:00-15:45 CASE123")
    await world.says("amira", "unsure, building is dark")
    assert "Building is dark" in world.expect("line_manager", "Amira Khan is unsure").text
    await world.closes()
