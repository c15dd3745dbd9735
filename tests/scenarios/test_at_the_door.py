"""What a procedure has somebody ask themselves at the door, and what it has them remember (K15, H8, C8)."""

from __future__ import annotations

import pytest

from tests.packs.teams import team_of
from tests.scenarios.harness import World

DOOR = [
    ("kent", "Is the dog in another room?"),
    ("hertfordshire", "Does your phone have signal?"),
]


async def at_work(pack: str) -> World:
    """Return the sample team by a procedure."""
    world = await World().opens(team_of(pack))
    world.ignore_rest("these are about what is read at the door")
    return world


@pytest.mark.parametrize(("pack", "question"), DOOR)
async def test_the_questions_of_the_door_are_asked_on_arriving(pack: str, question: str) -> None:
    """Not before, and together with going in, not going in, and being unsure (K15, H8)."""
    world = await at_work(pack)
    await world.says("amira", "start 14:10-15:00 CASE123")
    await world.presses("ben", "I'm on it")
    await world.until("14:00:30")
    assert not [shown for shown in world.chat.messages if question in shown.text]
    await world.says("amira", "arrived")
    asked = world.expect("amira", question)
    assert "Does it feel right? If not, do not go in." in asked.text
    assert [choice.label for choice in asked.now.choices][:2] == ["Going in", "Not going in"]
    await world.closes()


async def test_a_procedure_without_such_questions_asks_how_it_feels() -> None:
    """Waltham Forest names none (F7)."""
    world = await at_work("waltham-forest")
    await world.says("amira", "start now 45m CASE123")
    await world.says("amira", "arrived")
    text = world.expect("amira", "you have arrived for CASE123").text
    assert text.split("\n")[1] == "Does it feel right? If not, do not go in."
    await world.closes()


@pytest.mark.parametrize(
    ("pack", "tip"),
    [
        ("camden", "Look confident, and walk as if you knew the way"),
        ("kent", "Is there a seat near the way out?"),
        ("waltham-forest", "You know who your officer is"),
    ],
)
async def test_tips_are_those_of_the_procedure(pack: str, tip: str) -> None:
    """For whoever asks alone, and where there are none, what the procedure has asked at the start and the door (C8)."""
    world = await at_work(pack)
    await world.says_in_channel("amira", "visit tips")
    shown = world.expect_aside("amira", "Good to remember")
    assert tip in shown.text
    assert "In doubt, do not go in. In danger, dial 999." in shown.text
    await world.closes()
