"""One word for staying longer, sent at every stage: before the end, after it, and all the way up the ladder (F5, F6).

Before the alarm it moves the end, or asks for it; once the alarm has begun it ends nothing at any step, a person is told, and
what the worker reads is the same at each of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.scenarios.harness import LONDON, World
from tests.scenarios.stories import (
    CASE,
    at_the_last_step,
    at_the_resident_step,
    home_bound,
    in_charge,
    out,
    overdue,
)

Stage = Callable[[World], Awaitable[None]]
NOTED = "Thank you for writing, I have noted it."
EVERYWHERE = (
    f"{NOTED}\n{CASE} was past its end, so your buddy or manager will speak to you, "
    "to make sure you are well."
)
"""What she reads, wherever the alarm is: whoever holds her phone learns nothing of it."""


def end(world: World) -> str:
    return f"{world.visit(CASE).end_at.astimezone(LONDON):%H:%M}"


async def reminded(world: World) -> None:
    await out(world)
    await world.until("14:36")
    world.read_all()


async def at_the_end(world: World) -> None:
    await out(world)
    await world.until("14:46")
    world.read_all()


async def no_answer(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "No answer")
    world.read_all()


async def something_wrong(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "Something is wrong")
    world.read_all()


async def police_called(world: World) -> None:
    await at_the_last_step(world)
    await world.presses_choice("maria", f"report {world.alarm(CASE).id} 2 called_999")
    world.read_all()


async def asked_again(world: World) -> None:
    await at_the_last_step(world)
    await world.until("15:31")
    world.read_all()


async def lapsed(world: World) -> None:
    await in_charge(world)
    await world.until("15:11")
    world.read_all()


async def test_once_reminded_the_end_moves_and_the_reminder_comes_again(world: World) -> None:
    await reminded(world)
    await world.says("amira", "extend 30m")
    world.expect("amira", "15:15")
    world.expect("ben", "15:15")
    assert end(world) == "15:15"
    await world.until("15:05")
    world.expect("amira", "15:15")
    world.ignore_rest("the reminder is told elsewhere")


async def test_after_the_end_it_is_asked_for_and_ben_can_let_it_stand(world: World) -> None:
    await at_the_end(world)
    await world.says("amira", "extend 30m")
    world.expect("amira", "please ring Ben Carter now")
    world.expect("ben", "asks to stay until 15:16")
    assert end(world) == "14:45"
    await world.presses("ben", "I have spoken to Amira")
    assert end(world) == "15:16"
    world.ignore_rest("who is told is told elsewhere")


@pytest.mark.parametrize(
    "stage",
    [
        *(overdue, at_the_resident_step, at_the_last_step, in_charge, lapsed),
        *(no_answer, something_wrong, police_called, asked_again),
    ],
)
async def test_at_every_step_of_the_alarm_it_is_noted_and_ends_nothing(
    world: World, stage: Stage
) -> None:
    await stage(world)
    before = world.alarm(CASE).step
    await world.says("amira", "extend 30m")
    assert world.expect("amira", NOTED).text == EVERYWHERE
    assert end(world) == "14:45"
    alarm = world.alarm(CASE)
    assert alarm.open
    assert (alarm.step, alarm.late_word) == (before, "extend")
    told = [alarm.charge] if alarm.charge else list(alarm.asked)
    for who in told:
        world.expect(who, "Amira wrote that they are staying longer")
    world.nothing_more()


@pytest.mark.parametrize("stage", [overdue, at_the_last_step, no_answer, police_called])
async def test_who_hears_her_voice_lets_it_go_on_from_every_step(
    world: World, stage: Stage
) -> None:
    await stage(world)
    await world.says("amira", "extend until 16:30")
    world.read_all()
    by = world.alarm(CASE).charge or "ben"
    await world.presses(by, "I have heard Amira's voice")
    world.expect("amira", f"{CASE} now goes on until 16:30.")
    assert end(world) == "16:30"
    assert not world.alarm(CASE).open
    world.ignore_rest("the stand-down is told elsewhere")
    await world.until("16:45")
    assert world.alarm(CASE).open, "silence after the new end is an alarm as before"
    world.ignore_rest("the ladder is told elsewhere")


async def test_an_end_that_only_a_typing_slip_can_mean_is_said_so_in_an_alarm_too(
    world: World,
) -> None:
    await overdue(world)
    await world.says("amira", "extend 13h")
    world.expect("amira", NOTED)
    card = world.expect("ben", "Amira wrote that they are staying longer")
    assert "“I have heard Amira's voice” lets the visit go on for another 15 minutes." in card.text
    world.nothing_more()


async def test_on_the_way_home_it_moves_when_she_is_asked_for(world: World) -> None:
    await home_bound(world)
    world.read_all()
    await world.says("amira", "extend 20m")
    world.ignore_rest("the end is what matters")
    assert not list(world.facts(CASE, "StayAsked"))
