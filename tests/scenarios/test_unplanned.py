"""An unplanned visit by Wiltshire's procedure: all details by telephone, before anybody goes in (S3)."""

from __future__ import annotations

import pytest

from tests.packs.teams import team_of
from tests.scenarios.harness import World

CASE = "CASE123"
ASKED = "Amira Khan gives you details by phone"


async def at_work(pack: str = "wiltshire") -> World:
    """Return the sample team by a procedure."""
    world = await World().opens(team_of(pack))
    world.ignore_rest("these are about unplanned visits")
    return world


@pytest.mark.parametrize("who", ["omar", "senior_manager"])
async def test_it_is_live_once_the_duty_officer_or_a_senior_manager_has_the_details(
    who: str,
) -> None:
    """Until then the worker is asked not to go in, and reads whom to ring (S3)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} cat1")
    await world.presses("ben", "I'm on it")
    card = world.newest("amira", "I've left")
    assert "please give the details to Omar" in card.text
    assert "Please do not go in yet." in card.text
    await world.says("amira", "arrived")
    world.expect("amira", "Nobody has the details by phone yet")
    world.expect(who, ASKED)
    await world.presses(who, "I have the details by phone")
    world.expect("amira", f"has noted the details of {CASE}")
    assert world.facts(CASE, "WordAwaited") == [{"why": "by_phone"}]
    assert world.facts(CASE, "AgreementGiven") == [{"by": who, "police": None}]
    assert "details to" not in world.newest("amira", "I've left").text
    await world.closes()


async def test_the_buddy_cannot_say_so() -> None:
    """It is for the duty officer, a senior manager, or a manager (S3)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} cat1")
    await world.presses_choice("ben", f"agree {world.visit(CASE).id}")
    assert world.visit(CASE).unsure_at is not None
    await world.closes()


@pytest.mark.parametrize(("start", "waits"), [("14:15", True), ("14:16", False)])
async def test_one_that_begins_later_than_in_a_quarter_of_an_hour_is_planned(
    start: str, *, waits: bool
) -> None:
    """As near to the start as the buddy is asked again (S3)."""
    world = await at_work()
    await world.says("amira", f"start {start}-15:00 {CASE} cat1")
    assert (world.visit(CASE).unsure_at is not None) is waits
    await world.closes()


async def test_one_of_a_plan_is_planned_whenever_it_begins() -> None:
    """The itinerary is with the duty officer (S2, S3)."""
    world = await at_work()
    await world.says("amira", f"plan; 14:05-14:30 {CASE} cat1")
    assert world.visit(CASE).unsure_at is None
    await world.closes()


async def test_nobody_answers_and_more_are_asked_while_the_timer_runs() -> None:
    """Waiting never falls silent, and the visit is watched all the same (S3)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} cat1")
    await world.presses("ben", "I'm on it")
    await world.passes(minutes=5)
    world.expect("maria", ASKED)
    world.expect("amira", f"{CASE} is not live yet")
    await world.passes(minutes=5)
    world.expect("omar", ASKED)
    await world.until("16:15")
    assert world.visit(CASE).overdue
    await world.closes()


async def test_elsewhere_a_visit_that_begins_at_once_waits_for_nobody() -> None:
    """Only where the procedure asks for it (S3)."""
    world = await at_work("camden")
    await world.says("amira", f"start now 45m {CASE}")
    assert world.visit(CASE).unsure_at is None
    await world.closes()
