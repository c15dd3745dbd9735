"""A check-in agreed for a time before the end: asked for, answered, moved, missed, given by either side (H3, H4)."""

from __future__ import annotations

import pytest

from tests.packs.teams import team_of
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE

LINE = "start 14:00-16:00 CASE123 check in 14:40"


async def agreed(world: World, line: str = LINE) -> World:
    """It is two o'clock: Amira is out until four, Ben watches, and she is to be heard from at 14:40."""
    await world.says("amira", line)
    await world.presses("ben", "I'm on it")
    world.read_all()
    world.ignore_rest("what a visit lacks is told elsewhere")
    return world


@pytest.mark.parametrize(
    "typed",
    [
        "check in 14:40",
        "check-in at 2.40pm",
        "checkin 1440",
        "check in after 40m",
        "check in time 14:40",
    ],
)
async def test_it_stands_beside_the_times_of_the_visit(world: World, typed: str) -> None:
    await agreed(world, f"start 14:00-16:00 CASE123 {typed}")
    assert "14:00–16:00, check-in at 14:40" in world.card(CASE)
    mine = world.newest("amira", "I've left")
    assert "14:00–16:00, check-in at 14:40" in mine.text
    assert "+15 minutes" not in mine.labels


async def test_the_worker_and_the_buddy_hear_of_it_shortly_before(world: World) -> None:
    await agreed(world)
    await world.until("14:29:59")
    world.read_all()
    await world.until("14:30")
    asked = world.expect("amira", "CASE123: check-in at 14:40")
    assert "Please say how it goes. It is planned until 16:00." in asked.text
    assert asked.labels == ("All well, going on", "I've left", "Ask again in 15 minutes")
    told = world.expect("ben", "Amira's check-in is at 14:40.")
    assert told.labels == ("I have spoken to Amira: goes on",)


async def test_all_well_at_the_check_in_lets_the_visit_go_on_until_its_end(world: World) -> None:
    await agreed(world)
    await world.until("14:30")
    world.read_all()
    await world.says("amira", "ok")
    world.expect("amira", "Good to hear. CASE123 goes on until 16:00.")
    world.expect("ben", "Goes on until 16:00.")
    assert "14:00–16:00" in world.card(CASE)
    assert "check-in" not in world.card(CASE)
    visit = world.visit(CASE)
    assert not visit.extended
    assert visit.goes_on_until is None
    await world.until("15:49:59")
    world.read_all()
    await world.until("15:50")
    world.expect("amira", "CASE123: due to end at 16:00")
    world.read_all()


async def test_all_well_long_before_is_noted_and_the_check_in_stands(world: World) -> None:
    await agreed(world)
    await world.until("14:10")
    await world.says("amira", "ok")
    world.expect("amira", "Good to hear. CASE123 goes on until 16:00. Your check-in is at 14:40.")
    await world.until("14:40")
    world.expect("amira", "CASE123: check-in at 14:40")
    world.read_all()
    assert world.visit(CASE).nudged


async def test_a_check_in_soon_after_the_start_is_not_given_at_the_door(world: World) -> None:
    await agreed(world, "start now 60m CASE123 check in after 10m")
    await world.until("14:04:59")
    await world.says("amira", "ok")
    assert world.visit(CASE).goes_on_until is not None
    world.read_all()
    await world.until("14:05")
    world.expect("amira", "CASE123: check-in at 14:10")
    await world.says("amira", "ok")
    assert world.visit(CASE).goes_on_until is None
    world.read_all()


async def test_a_new_time_can_be_given_for_it(world: World) -> None:
    await agreed(world)
    await world.until("14:30")
    await world.presses("amira", "Ask again in 15 minutes")
    world.expect("ben", "Next check-in at 14:55.")
    assert "14:00–16:00, check-in at 14:55" in world.card(CASE)
    world.read_all()
    assert not world.visit(CASE).extended
    await world.until("14:50")
    await world.says("amira", "extend until 17:01")
    # More than an hour later than was agreed: the buddy hears her first.
    card = world.expect("ben", "Amira Khan asks to stay longer")
    assert "CASE123 has its check-in at 14:55. Amira asks to stay until 17:01." in card.text
    world.read_all()


async def test_a_word_after_the_check_in_and_before_the_alarm_is_enough(world: World) -> None:
    """It is no later than what was agreed: nobody has to be rung for it, as for one after the end."""
    await agreed(world)
    await world.until("14:54:59")
    world.read_all()
    await world.says("amira", "+15")
    assert "check-in at 14:54" not in world.card(CASE)
    assert world.visit(CASE).asked_until is None
    await world.says("amira", "ok")
    assert world.visit(CASE).asked_until is None
    world.read_all()


async def test_before_it_an_extension_moves_the_end_and_leaves_it(world: World) -> None:
    await agreed(world)
    await world.says("amira", "extend 30m")
    world.expect(
        "amira",
        "Noted: CASE123 goes on until 16:30. Your check-in is at 14:40. Your buddy is told.",
    )
    assert "14:00–16:30, check-in at 14:40" in world.card(CASE)
    world.read_all()
    await world.says("amira", "extend until 15:00")
    world.expect("amira", "CASE123 goes on until 16:30 as it is")
    await world.until("14:40")
    assert world.visit(CASE).nudged
    world.read_all()


async def test_the_buddy_may_ring_and_answer_it(world: World) -> None:
    await agreed(world)
    await world.until("14:30")
    world.read_all()
    told = world.newest("ben", "I have spoken to Amira: goes on")
    await world.presses("ben", "I have spoken to Amira: goes on")
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", "Thank you. CASE123 now goes on until 16:00.")
    assert told.labels == ()
    assert "It goes on until 16:00." in told.text
    (heard,) = world.facts(CASE, "Extended")
    assert heard["goes_on_until"] is None
    await world.presses_on(told, "ben", "I have spoken to Amira: goes on")
    world.expect("ben", "That time is not asked for any more.")
    world.read_all()


async def test_nobody_at_the_scene_answers_it_for_the_worker(world: World) -> None:
    await agreed(world, f"{LINE} with @carla")
    await world.until("14:30")
    told = world.newest("ben", "I have spoken to Amira: goes on")
    await world.presses_on(told, "carla", "I have spoken to Amira: goes on")
    assert world.visit(CASE).goes_on_until is not None
    world.ignore_rest("only the refusal matters")


async def test_a_check_in_that_is_missed_is_an_alarm(world: World) -> None:
    await agreed(world)
    await world.until("14:39:59")
    world.read_all()
    await world.until("14:40")
    late = world.expect("amira", "CASE123: check-in at 14:40")
    assert late.labels == ("All well, going on", "I've left", "Ask again in 15 minutes")
    world.expect("ben", "The check-in for CASE123 was due at 14:40.")
    world.read_all()
    await world.until("14:55")
    alarm = world.newest("ben", "No answer")
    assert "The check-in for CASE123 was due at 14:40." in alarm.text
    reached = alarm.choice("Reached, safe")
    assert reached is not None
    assert {field.id: field.value for field in reached.fields}["until"] == "16:00"
    await world.presses("ben", "Reached, safe", until="16:00")
    assert world.visit(CASE).open
    assert "14:00–16:00" in world.card(CASE)
    world.ignore_rest("the alarm is told elsewhere")


async def test_all_well_after_the_alarm_asks_for_the_agreed_end(world: World) -> None:
    await agreed(world)
    await world.until("14:55")
    await world.says("amira", "ok")
    await world.presses("ben", "I have heard Amira's voice")
    assert world.visit(CASE).goes_on_until is None
    assert "14:00–16:00" in world.card(CASE)
    world.ignore_rest("the alarm is told elsewhere")


async def test_an_alarm_that_closes_with_an_earlier_time_keeps_the_end(world: World) -> None:
    await agreed(world)
    await world.until("14:55")
    await world.presses("ben", "Reached, safe", until="15:20")
    assert "14:00–16:00, check-in at 15:20" in world.card(CASE)
    world.ignore_rest("the alarm is told elsewhere")


async def test_others_see_the_whole_visit(world: World) -> None:
    """Who watches until four is not free at three, though the check-in is at half past two."""
    await agreed(world, "start 14:00-16:00 CASE123 check in 14:30")
    await world.says("ben", "start 15:00-15:30 CASE456")
    await world.says("amira", "start 15:00-15:30 CASE789")
    world.expect("amira", "You already have CASE123 until 16:00.")
    world.ignore_rest("only the refusals matter")


async def test_leaving_before_it_needs_no_check_in(world: World) -> None:
    await agreed(world)
    await world.says("amira", "left")
    world.read_all()
    await world.until("17:00")
    assert not world.visit(CASE).open
    world.read_all()


@pytest.mark.parametrize("at", ["13:30", "14:00", "16:00", "18:00"])
async def test_a_time_outside_the_visit_is_refused_and_the_rest_offered(
    world: World, at: str
) -> None:
    await world.says("amira", f"start 14:00-16:00 CASE123 amber check in {at}")
    said = world.expect(
        "amira", "That time to check in is not between the start and the end of the visit."
    )
    assert "start 14:00-16:00 CASE123 amber" in said.text
    world.read_all()


async def test_the_form_asks_for_it_where_the_procedure_has_it() -> None:
    world = await World().opens(team_of("hertfordshire"))
    world.ignore_rest("only the form matters")
    await world.says("amira", "visit")
    await world.presses("amira", "Start a visit", end="16:00", case=CASE, check_in="14:30")
    assert "14:00–16:00, check-in at 14:30" in world.card(CASE)
    await world.closes()


async def test_elsewhere_the_form_has_the_blank_once_somebody_has_said_it(world: World) -> None:
    await world.says("amira", "start 14:00-16:00 check in 14:30")
    form = world.newest("amira", "Start a visit").choice("Start a visit")
    assert form is not None
    assert {field.id: field.value for field in form.fields}["check_in"] == "14:30"
    world.read_all()


async def test_in_hertfordshire_no_word_at_the_check_in_is_an_alarm_at_once() -> None:
    world = await World().opens(team_of("hertfordshire"))
    world.ignore_rest("only the border matters")
    await agreed(world)
    await world.until("14:39:59")
    assert not world.visit(CASE).overdue
    await world.until("14:40")
    assert world.visit(CASE).overdue
    await world.closes()
