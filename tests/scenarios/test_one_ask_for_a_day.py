"""A planned day is one question to the buddy: all of it, some of it, or none (F1); near each visit they confirm as ever."""

from __future__ import annotations

import pytest

from tests.fakes.chat import Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE

PLAN = "plan; 14:30-15:00 CASE123; 15:15-15:45 CASE456; 16:00-16:20 CASE789"


async def planned(world: World, plan: str = PLAN) -> None:
    await world.says("amira", plan)
    world.expect("amira", "Planned")
    for shown in world.unread():
        if shown.to.person == "amira" or shown.to.person is None:
            shown.read = True


async def test_the_buddy_is_asked_once_for_the_whole_day(world: World) -> None:
    await planned(world)
    asked = world.expect("ben", "Can you be Amira Khan's buddy?")
    assert asked.text == (
        "Can you be Amira Khan's buddy?\n"
        "14:30–15:00 CASE123\n15:15–15:45 CASE456\n16:00–16:20 CASE789\n"
        "If Amira does not say by the end of a visit that all is well, I will ask you to ring."
    )
    assert asked.labels == ("I'm on it, all 3", "Let me choose", "I can't")
    world.nothing_more()


async def test_one_tap_takes_all_of_it_on_and_the_worker_hears_it_once(world: World) -> None:
    await planned(world)
    asked = world.expect("ben", "Can you be")
    await world.presses("ben", "I'm on it, all 3")
    world.expect("ben", "Thank you, you are Amira Khan's buddy for CASE123, CASE456 and CASE789.")
    world.expect("amira", "Ben Carter is your buddy for CASE123, CASE456 and CASE789.")
    for _ in range(3):
        world.expect("ben", "You are Amira Khan's buddy\n")
    world.nothing_more()
    assert "14:30–15:00 CASE123: you are the buddy" in asked.text
    assert asked.labels == ()
    for case in (CASE, "CASE456", "CASE789"):
        assert world.visit(case).buddy_id == "ben"
    await world.until("14:14")
    world.nothing_more()


async def test_near_each_visit_the_buddy_says_again_that_they_are_there(world: World) -> None:
    await planned(world)
    await world.presses("ben", "I'm on it, all 3")
    world.read_all()
    await world.until("14:15")
    world.expect("ben", "Still Amira Khan's buddy?\nCASE123")
    world.expect("amira", "CASE123 begins at 14:30")
    world.nothing_more()
    await world.until("15:00")
    assert world.visit("CASE456").buddy_id == "ben"
    world.ignore_rest("confirming is told elsewhere")


async def test_choosing_brings_a_question_for_each(world: World) -> None:
    await planned(world)
    world.read_all()
    await world.presses("ben", "Let me choose")
    each = [world.expect("ben", f"buddy?\n{case}") for case in (CASE, "CASE456", "CASE789")]
    world.nothing_more()
    await world.presses_on(each[1], "ben", "I'm on it")
    world.expect("amira", "Ben Carter is your buddy for CASE456.")
    world.read_all()
    whole = world.newest("ben", "I'm on it, both")
    assert "15:15–15:45 CASE456: you are the buddy" in whole.text
    await world.presses_on(each[0], "ben", "I can't")
    world.expect("carla", "Can you be Amira Khan's buddy?\n14:30–15:00 CASE123")
    world.ignore_rest("who is asked then is told elsewhere")


async def test_the_next_in_line_is_asked_once_as_well(world: World) -> None:
    await planned(world)
    world.read_all()
    await world.until("14:01:59")
    world.nothing_more()
    await world.until("14:02")
    asked = world.expect("carla", "Can you be Amira Khan's buddy?")
    assert "I'm on it, all 3" in asked.labels
    world.nothing_more()
    await world.presses("ben", "I'm on it, all 3")
    assert "14:30–15:00 CASE123: Ben Carter is the buddy" in asked.text
    assert "Nothing for you to do." in asked.text
    world.read_all()
    await world.presses_choice("carla", f"day {world.visit(CASE).id} all")
    world.expect("carla", "Nothing of that day waits for a buddy any more.")


async def test_who_cannot_is_passed_over_for_all_of_it(world: World) -> None:
    await planned(world)
    world.read_all()
    await world.presses("ben", "I can't")
    world.expect("ben", "Thank you for saying so. I am asking somebody else.")
    asked = world.expect("carla", "Can you be Amira Khan's buddy?")
    assert "I'm on it, all 3" in asked.labels
    world.nothing_more()


async def test_who_has_come_to_be_out_at_one_of_them_takes_the_others(world: World) -> None:
    await planned(world)
    world.read_all()
    await world.says("ben", "start 15:15-15:45 CASE555")
    world.read_all()
    await world.presses("ben", "I'm on it, all 3")
    said = world.expect("ben", "you are Amira Khan's buddy for CASE123 and CASE789.")
    assert "You are out yourself at the time of CASE456, so I am asking somebody else." in said.text
    assert world.visit("CASE456").buddy_id is None
    assert "carla" in world.visit("CASE456").asked
    world.ignore_rest("who is asked then is told elsewhere")


async def test_somebody_out_during_one_of_them_is_asked_for_the_others_only(world: World) -> None:
    await world.says("ben", "start 15:15-15:45 CASE555")
    world.read_all()
    await planned(world)
    asked = world.expect("ben", "Can you be Amira Khan's buddy?")
    assert "CASE456" not in asked.text
    assert "I'm on it, both" in asked.labels
    world.expect("carla", "Can you be Amira Khan's buddy?\n15:15–15:45 CASE456\n")
    world.nothing_more()


async def test_a_day_that_runs_late_is_taken_on_with_how_one_is_reached(world: World) -> None:
    await planned(world, "plan; 15:00-15:30 CASE123; 16:45-17:30 CASE456")
    asked = world.expect("ben", "Can you be")
    assert "Some of it: outside routine hours (09:30–16:30)." in asked.text
    assert "I'm on it, both, by landline" in asked.labels
    await world.presses_choice("ben", f"day {world.visit(CASE).id} all")
    world.expect("ben", "press the button that says how you are reached")
    assert world.visit(CASE).buddy_id is None, "all of it or nothing"
    await world.presses("ben", "I'm on it, both, by landline")
    assert world.visit("CASE456").reach == "landline"
    assert world.visit(CASE).reach == ""
    world.read_all()


async def test_a_question_that_gets_through_to_nobody_goes_to_the_next_at_once(
    world: World,
) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await planned(world)
    asked = world.expect("carla", "Can you be Amira Khan's buddy?")
    assert "I'm on it, all 3" in asked.labels
    for who in ("maria", "helen"):
        world.expect(who, "What I send to Ben Carter is refused for good.")
    world.nothing_more()


async def test_a_visit_called_off_leaves_the_question(world: World) -> None:
    await planned(world)
    asked = world.expect("ben", "Can you be")
    await world.says("amira", "cancel CASE456")
    assert "15:15–15:45 CASE456: cancelled" in asked.text
    assert "I'm on it, both" in asked.labels
    world.ignore_rest("calling off is told elsewhere")


@pytest.mark.parametrize("who", ["dev", "amira"])
async def test_nobody_answers_who_was_not_asked(world: World, who: str) -> None:
    await planned(world)
    world.read_all()
    for answer in ("all", "none", "each", "all mobile"):
        await world.presses_choice(who, f"day {world.visit(CASE).id} {answer}")
        world.expect(who, "That was asked of somebody else.")
    await world.presses_choice(who, f"day {world.visit(CASE).id} perhaps")
    world.expect(who, "That button is from an older message")
    world.nothing_more()


async def test_cover_that_is_lost_is_asked_for_by_itself(world: World) -> None:
    await planned(world)
    await world.presses("ben", "I'm on it, all 3")
    await world.until("14:15")
    world.read_all()
    await world.presses("ben", "I can't")
    asked = world.expect("carla", "Can you be Amira Khan's buddy?\nCASE123, 14:30–15:00")
    assert asked.labels == ("I'm on it", "I can't")
    world.ignore_rest("who hears that it was lost is told elsewhere")


async def test_a_plan_of_one_visit_is_asked_for_like_any_visit(world: World) -> None:
    await planned(world, "plan; 14:30-15:00 CASE123")
    asked = world.expect("ben", "Can you be Amira Khan's buddy?\nCASE123, 14:30–15:00")
    assert asked.labels == ("I'm on it", "I can't")
