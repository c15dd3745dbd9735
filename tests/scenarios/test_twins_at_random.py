"""The same day with and without calls for help, drawn from a seed: whatever people do, the worker's side sees the same.

`TWINS=200 pytest tests/scenarios/test_twins_at_random.py` tries more days than the few of every run.
"""

from __future__ import annotations

import os

import pytest

from bot.ports import Tx
from tests.fakes.chat import Trouble
from tests.scenarios.stories import CASE
from tests.scenarios.twins import WORDS, Twin, same
from tests.sim.dice import Dice

DAYS = int(os.environ.get("TWINS", "3"))
STEPS = 22
CALLS = (
    WORDS,
    "RED DIARY",
    "Please cancel my appointment in the diary",
    "cancl apointment in red diry plese",
    f"left, next {WORDS}",
    f"ok {WORDS}",
)
ORDINARY = (
    *("arrived", "going in", "ok", "extend 15m", "done", "home", "status", "today", "board"),
    *("help", "cancel", f"start now 20m {CASE}", "start now 30m CASE456 not back", "what is this"),
    *("buddy @dev", "details", "left going home", "ready"),
)
ANSWERS = ("accept", "charge", "report")
ON_CALLS = ("lead", "grave", "rang", "seen", "down", "certain")
FIELDS = {"ground": "seen", "outcome": "minor"}


async def step(world: Twin, chance: Dice) -> None:
    """Have somebody do something, the same in both worlds; what is done about a call, in one of them alone."""
    draws = [chance.between(0.0, 1.0) for _ in range(4)]
    call, word = chance.pick(CALLS), chance.pick(ORDINARY)
    who, minutes = chance.pick(["ben", "carla", "maria"]), chance.pick([0.1, 1, 3, 11])
    if draws[0] < 0.25:
        if draws[1] < 0.2:
            await world.says_in_channel("amira", call)
        else:
            await world.says("amira", call)
    elif draws[0] < 0.65:
        in_channel = draws[1] < 0.3
        await world.says("amira", f"visit {word}" if in_channel else word, in_channel=in_channel)
    elif draws[0] < 0.85:
        await ordinary_answer(world, who, chance.pick(ANSWERS))
    elif draws[0] < 0.92:
        world.stands_still(minutes=draws[1] * 10)
        await world.restarts()
    else:
        world.chat.fails("maria", Trouble.TEMPORARY, times=3)
    answering = chance.fork(f"calls {draws[3]}")
    if world.on and draws[2] < 0.5:
        await answer_a_call(world, answering)
    await world.passes(minutes=minutes)


async def ordinary_answer(world: Twin, who: str, what: str) -> None:
    """Press a button of an ordinary message by what it is about: which cards somebody still has may differ."""

    def about(tx: Tx) -> list[str]:
        visits = sorted(tx.visits.open_of("amira"), key=lambda visit: visit.start_at)
        if what == "accept":
            return [f"accept {visit.id}" for visit in visits]
        alarms = [alarm for visit in visits for alarm in tx.escalations.open_of(visit.id)]
        last = "" if what == "charge" else " {step} no_answer"
        return [f"{what} {alarm.id}{last.format(step=alarm.step)}" for alarm in alarms]

    for choice in world.store.read_now(about)[:1]:
        await world.presses_choice(who, choice)


async def answer_a_call(world: Twin, chance: Dice) -> None:
    """Have somebody press one of the buttons that only exist where there is a call."""
    people = ["ben", "omar", "maria", "helen", "carla", "dev"]
    who, kind = chance.pick(people), chance.pick(ON_CALLS)
    found = world.store.read_now(lambda tx: tx.duresses.about("amira"))
    if found is not None:
        more = " yes" if kind == "certain" else ""
        await world.presses_choice(who, f"{kind} {found.id}{more}", fields=FIELDS)


@pytest.mark.parametrize("seed", range(DAYS))
async def test_whatever_people_do_nothing_shows(seed: int) -> None:
    async def day(world: Twin) -> None:
        chance = Dice(seed)
        await world.says("amira", f"start now 45m {CASE}")
        await world.presses_choice("ben", f"accept {world.visit(CASE).id}")
        await world.passes(minutes=2)
        await world.says("amira", WORDS)
        for _ in range(STEPS):
            await step(world, chance)
        await world.passes(minutes=90)

    await same(day)
