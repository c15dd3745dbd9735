"""The worker writes after the alarm began: a person is told, and nothing ends by itself (F6)."""

from __future__ import annotations

import pytest

from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, at_the_resident_step, in_charge, overdue


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("done", "Amira wrote “done” at 15:00."),
        ("ok", "Amira wrote “ok” at 15:00."),
        ("arrived", "Amira wrote “arrived” at 15:00."),
        ("cancel", "Amira wrote “cancel” at 15:00."),
        ("extend 30m", "Amira wrote that they are staying longer at 15:00."),
    ],
)
async def test_a_late_word_goes_to_whoever_was_asked_and_ends_nothing(
    world: World, word: str, told: str
) -> None:
    await overdue(world)
    await world.says("amira", word)
    world.expect("amira", "Thank you for writing, I have noted it.")
    card = world.expect("ben", told)
    assert "A message is not enough" in card.text
    world.nothing_more()
    assert world.visit(CASE).open
    assert world.alarm(CASE).open


async def test_the_person_in_charge_alone_is_told(world: World) -> None:
    await at_the_resident_step(world)
    await world.presses("carla", "No answer")
    world.read_all()
    await world.says("amira", "done")
    world.expect("amira", "Thank you for writing")
    world.expect("carla", "Amira Khan wrote")
    world.nothing_more()


async def test_the_ladder_holds_ten_minutes_and_then_goes_on(world: World) -> None:
    await overdue(world)
    await world.until("15:02")
    await world.says("amira", "ok")
    world.read_all()
    await world.until("15:11:59")
    world.nothing_more()
    await world.until("15:12")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        card = world.expect(who, "First: ring the person Amira is visiting.")
        assert "Amira wrote at 15:02, but nobody has noted speaking to Amira yet." in card.text
    world.expect_channel("asked to ring the number of the person visited")


async def test_a_second_word_does_not_hold_it_again(world: World) -> None:
    await overdue(world)
    await world.says("amira", "ok")
    await world.until("15:09")
    await world.says("amira", "ok")
    world.expect("amira", "Thank you for writing")
    world.read_all()
    await world.until("15:10")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        world.expect(who, "First: ring the person Amira is visiting.")
    world.expect_channel("asked to ring")


async def test_it_does_not_lengthen_a_charge(world: World) -> None:
    await in_charge(world)
    await world.until("15:09")
    await world.says("amira", "ok")
    world.read_all()
    await world.until("15:10")
    world.expect("ben", "Nobody has noted an outcome yet")


async def test_the_buddy_who_spoke_to_her_closes_it(world: World) -> None:
    await overdue(world)
    await world.says("amira", "done")
    world.read_all()
    await world.presses("ben", "Reached, safe", outcome="forgot")
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", "Ben Carter has noted that you are safe.")
    world.expect("ben", "Aftercare: Amira Khan · CASE123")
    world.nothing_more()
    assert "Confirmed safe" in world.card(CASE)


async def test_her_own_buttons_are_a_late_word_too(world: World) -> None:
    await overdue(world)
    await world.presses("amira", "I've left")
    world.expect("amira", "Thank you for writing")
    world.expect("ben", "Amira wrote “done”")
    assert world.visit(CASE).open


async def test_the_worker_is_told_the_same_whether_taken_or_followed_up(world: World) -> None:
    await in_charge(world)
    await world.says("amira", "ok")
    world.expect("amira", "Thank you for writing, I have noted it.")
    world.read_all()
    await world.presses("ben", "No answer")
    world.read_all()
    await world.says("amira", "ok")
    world.expect("amira", "Thank you for writing, I have noted it.")
    world.read_all()


async def test_she_may_still_start_another_visit(world: World) -> None:
    await overdue(world)
    await world.says("amira", "start now 30m CASE456")
    world.expect("amira", "Your visit CASE456")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    world.expect_channel("CASE456")
    assert world.visit(CASE).open
