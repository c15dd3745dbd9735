"""Visits outside routine hours: a warning, an agreed arrangement, and a voice at the end (F3, F8)."""

from __future__ import annotations

import pytest

from tests.scenarios.harness import World
from tests.scenarios.stories import CASE

LATE = f"start 16:45-17:30 {CASE}"


async def accepted(world: World, asked: str = LATE) -> None:
    """Amira has a visit until half past five, and Ben is reached by mobile; what led there has been read."""
    await world.says("amira", asked)
    await world.presses("ben", "I'm on it, by mobile")
    await world.presses("ben", "I can open the address")
    world.read_all()


async def left_unheard(world: World) -> None:
    """It is 17:20, and Amira has written that she has left."""
    await accepted(world)
    await world.until("16:40")
    await world.presses("ben", "Still on it, by mobile")
    await world.says("amira", "arrived")
    await world.until("17:20")
    world.read_all()
    await world.says("amira", "left, next CASE456")


@pytest.mark.parametrize(
    ("times", "warned"),
    [
        ("tomorrow 09:30-10:15", False),
        ("tomorrow 09:29-10:15", True),
        ("15:30-16:30", False),
        ("15:30-16:31", True),
        ("today 23:30-00:30", True),
    ],
)
async def test_outside_routine_hours_the_worker_is_warned(
    world: World, times: str, warned: bool
) -> None:
    await world.says("amira", f"start {times} {CASE}")
    mine = world.expect("amira", f"Your visit {CASE}")
    assert ("Outside routine hours (09:30–16:30)." in mine.text) is warned
    offered = world.newest("ben", "I can't").labels
    assert ("I'm on it, by mobile" in offered) is warned
    assert ("I'm on it" in offered) is not warned
    world.ignore_rest("how cover is asked for is told elsewhere")


@pytest.mark.parametrize(("end", "by_voice"), [("17:00", False), ("17:01", True)])
async def test_past_five_it_closes_by_voice(world: World, end: str, by_voice: bool) -> None:
    await accepted(world, f"start 14:30-{end} {CASE}")
    await world.until("14:40")
    await world.says("amira", "left")
    assert (world.visit(CASE).closed_at is None) is by_voice
    world.ignore_rest("what is said then is told below")


async def test_the_buddy_accepts_with_how_they_are_reached(world: World) -> None:
    await world.says("amira", LATE)
    asked = world.expect("ben", "Can you be Amira Khan's buddy?")
    assert "Outside routine hours (09:30–16:30)." in asked.text
    assert asked.labels == (
        "I'm on it, by mobile",
        "I'm on it, by landline",
        "I'm on it, by message",
        "I can't",
    )
    await world.presses("ben", "I'm on it, by landline")
    world.read_all()
    await world.presses("ben", "I can open the address")
    world.read_all()
    mine = world.newest("amira", "I'm here")
    assert "Covered: Ben Carter (reached on a landline)" in mine.text
    assert world.facts(CASE, "CoverAccepted")[0]["reach"] == "landline"


async def test_an_old_button_that_does_not_say_it_is_no_acceptance(world: World) -> None:
    await world.says("amira", LATE)
    world.read_all()
    await world.presses_choice("ben", f"accept {world.visit(CASE).id}")
    world.expect("ben", "press the button that says how you are reached until then")
    assert world.visit(CASE).buddy_id is None


async def test_left_is_not_the_end_before_somebody_has_heard_the_worker(world: World) -> None:
    await left_unheard(world)
    world.expect("amira", "it closes when somebody has heard you.")
    ring = world.expect("ben", "Please ring Amira Khan")
    assert "First: ring Amira on 07700 900101." in ring.text
    assert [call.number for call in ring.now.calls] == ["07700900101"]
    world.nothing_more()
    assert "Left at 17:20; it closes by voice" in world.card(CASE)
    await world.presses("ben", "I have spoken to Amira")
    world.expect("ben", "CASE123 is over.")
    world.expect("amira", "Ben Carter has noted that you are safe.")
    assert "Left at 17:20, next CASE456" in world.card(CASE)
    await world.until("18:30")
    world.nothing_more()
    assert world.journal(CASE)[-3:] == ["LeftUnheard", "VoiceHeard", "VisitEnded"]


async def test_nobody_rings_and_the_ladder_begins_fifteen_minutes_after_the_word(
    world: World,
) -> None:
    await left_unheard(world)
    world.read_all()
    await world.until("17:34:59")
    world.nothing_more()
    await world.until("17:35")
    world.expect("ben", "No word from Amira Khan")
    world.ignore_rest("the ladder is told elsewhere")


async def test_the_worker_cannot_hear_themselves(world: World) -> None:
    await left_unheard(world)
    world.read_all()
    await world.presses_choice("amira", f"heard {world.visit(CASE).id}")
    world.expect("amira", "somebody else has to take it")
    assert world.visit(CASE).closed_at is None


async def test_whoever_has_left_is_not_asked_to_stay_outside_or_to_say_they_are_there(
    world: World,
) -> None:
    await world.until("17:10")
    await world.says("amira", f"start now 45m {CASE}")
    await world.says("amira", "left")
    mine = world.newest("amira", "I've left")
    assert "Left at 17:10; it closes by voice" in mine.text
    assert "Please do not go in yet" not in mine.text
    assert "Not covered yet" not in mine.text
    assert set(mine.labels).isdisjoint({"I'm here", "Going in", "All set, phone charged"})
    world.ignore_rest("who rings is told elsewhere")


async def test_nobody_is_heard_who_has_not_left(world: World) -> None:
    await accepted(world)
    await world.presses_choice("ben", f"heard {world.visit(CASE).id}")
    world.expect("ben", "That visit still goes on.")


async def test_saying_left_twice_asks_nobody_twice(world: World) -> None:
    await left_unheard(world)
    world.read_all()
    await world.says("amira", "left")
    world.expect("amira", "it closes when somebody has heard you")
    world.nothing_more()


async def test_a_visit_that_comes_to_go_on_past_five_asks_its_buddy_how(world: World) -> None:
    await world.says("amira", f"start 15:30-16:30 {CASE}")
    await world.presses("ben", "I'm on it")
    await world.presses("ben", "I can open the address")
    await world.until("15:20")
    await world.presses("ben", "Still on it")
    await world.says("amira", "ready")
    await world.until("16:15")
    world.read_all()
    await world.says("amira", "extend 45m")
    world.expect("amira", "CASE123 goes on until 17:15.")
    world.expect("ben", "Goes on until 17:15.")
    asked = world.expect("ben", "how are you reached?")
    mine = world.newest("amira", "I'm here")
    assert "Ben Carter has not said how they are reached" in mine.text
    await world.presses("ben", "I'm on it, by mobile")
    world.expect("ben", "Thank you, you are Amira Khan's buddy")
    assert "Noted. Thank you." in asked.text
    assert "has not said how" not in mine.text
    await world.presses("ben", "I can open the address")
    assert "Covered: Ben Carter (reached by mobile)" in mine.text
    world.read_all()


async def test_a_late_visit_with_company_is_heard_too(world: World) -> None:
    await accepted(world, f"start 16:45-17:30 {CASE} with @dev")
    await world.until("16:50")
    await world.says("amira", "all out")
    assert world.visit(CASE).closed_at is None
    assert world.visit(CASE).left_at is not None
    world.ignore_rest("what is said then is told above")
