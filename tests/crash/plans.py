"""Which lives are lived with which kills, two at a time, and what came of each."""

from __future__ import annotations

import asyncio
import random  # noqa: TID251 - moments are drawn from a seed that is printed
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from tests.crash import lives, verify
from tests.crash.clock import host
from tests.crash.house import House, instant, pause
from tests.crash.runner import read_trace

Kill = tuple[str, int]
Life = Callable[[House], Awaitable[None]]

LIVES: dict[str, Life] = {
    "overdue": lives.overdue,
    "uncovered": lives.uncovered,
    "broken": lives.broken,
}
AT_ONCE = 2
BUSY = 4
"""A boundary passed so often is also tried the second time."""
PACE = 60.0


@dataclass(frozen=True)
class Planned:
    """A life and where it is killed."""

    life: str
    kills: tuple[Kill, ...]


@dataclass
class Lived:
    """What came of one life.

    Attributes:
        missed: kills that were planned, and whose moment did not come.
        fault: what was wrong at its end; None when all was right.
    """

    planned: Planned
    kills: list[str] = field(default_factory=list)
    missed: int = 0
    starts: int = 0
    resent: int = 0
    told: verify.Told | None = None
    visits: int = 0
    ready: list[float] = field(default_factory=list)
    fault: str | None = None


@dataclass(frozen=True)
class Undisturbed:
    """A life without a kill: the boundaries it passes and how often, and what happens in it."""

    passed: Counter[str]
    shape: list[list[tuple[object, ...]]]


class Town:
    """Runs lives in folders of their own below one folder."""

    def __init__(self, folder: Path, at_once: int = AT_ONCE) -> None:
        self._folder, self._numbers = folder, count(1)
        self._gate = asyncio.Semaphore(at_once)
        self.undisturbed: dict[str, Undisturbed] = {}

    def house(self, name: str, **more: object) -> House:
        """Return a new house."""
        return House(self._folder / f"{next(self._numbers):03d}-{name}", **more)  # type: ignore[arg-type]

    async def learn(self) -> None:
        """Live each life once without a kill, and remember its boundaries and its facts."""
        await asyncio.gather(*(self._learn(name) for name in LIVES))

    async def _learn(self, name: str) -> None:
        async with self._gate, self.house(f"{name}-undisturbed") as house:
            await LIVES[name](house)
            facts = house.facts()
            await verify.everything(house, faults=name == "broken")
            passed = Counter(read_trace(house.folder))
            self.undisturbed[name] = Undisturbed(passed, verify.shape(facts))

    async def live(self, planned: Planned) -> Lived:
        """Live one life with its kills, and hold it against the undisturbed one."""
        lived = Lived(planned)
        async with self._gate, self.house(planned.life, kills=planned.kills) as house:
            try:
                await LIVES[planned.life](house)
                await house.settle()
                facts = house.facts()
                lived.told = await verify.everything(house, faults=planned.life == "broken")
                assert verify.shape(facts) == self.undisturbed[planned.life].shape, "another life"
                lived.visits = sum(fact.kind == "VisitRequested" for fact in facts)
            except Exception as wrong:  # noqa: BLE001 - whatever it is, it is a finding of this life
                lived.fault = f"{type(wrong).__name__}: {wrong} ({house.folder.name})"
            _count(lived, house)
            lived.missed = len(planned.kills) - len(lived.kills)
        return lived

    async def hurry(self, seed: int, kills: int) -> Lived:
        """Live the fast life, and kill the process from outside at moments drawn from a seed."""
        lived = Lived(Planned(f"seed {seed}", ()))
        house = self.house("hurry", flowing=True, rate=PACE, adjustments=lives.SHORT)
        async with self._gate, house:
            killer = asyncio.create_task(_strike(house, random.Random(seed), kills))
            try:
                await lives.in_a_hurry(house)
                await killer
                lived.told = await verify.everything(house)
                lived.visits = len(house.facts("VisitRequested"))
            except Exception as wrong:  # noqa: BLE001 - whatever it is, it is a finding of this life
                lived.fault = f"{type(wrong).__name__}: {wrong} ({house.folder.name})"
            killer.cancel()
            with suppress(asyncio.CancelledError):
                await killer
            _count(lived, house)
            lived.kills = ["outside"] * house.exits.count(-9)
            lived.missed = kills - len(lived.kills)
        return lived

    async def every(self, plans: Iterable[Planned]) -> list[Lived]:
        """Live all of them, some at a time."""
        return list(await asyncio.gather(*(self.live(plan) for plan in plans)))


async def _strike(house: House, chance: random.Random, kills: int) -> None:
    """Kill the process `kills` times, at any moment: while it starts, while it works, while it waits."""
    for _ in range(kills):
        await pause(chance.uniform(0.05, 5.0))
        while not house.kill():
            await pause()


def _count(lived: Lived, house: House) -> None:
    lived.kills = house.killed_at()
    lived.starts, lived.resent = house.starts, house.resent
    lived.ready = house.ready


def one_each(town: Town) -> list[Planned]:
    """Return one life for each boundary there is, and one for the second time of the busy ones."""
    return [Planned(life, (kill,)) for life, kill in _all_kills(town)]


def together(town: Town, size: int) -> list[Planned]:
    """Return lives that between them come by each boundary once, killed at up to `size` boundaries each."""
    plans = []
    for life in LIVES:
        kills = [kill for of, kill in _all_kills(town) if of == life and kill[1] == 1]
        parts = -(-len(kills) // size)
        plans += [Planned(life, tuple(kills[part::parts])) for part in range(parts)]
    return plans


def _all_kills(town: Town) -> Iterable[tuple[str, Kill]]:
    """Yield each boundary in the first life that passes it."""
    done: set[str] = set()
    for life, undisturbed in town.undisturbed.items():
        for name, times in undisturbed.passed.items():
            if name not in done:
                done.add(name)
                yield life, (name, 1)
                if times >= BUSY:
                    yield life, (name, 2)


async def late_start(town: Town) -> tuple[float, float]:
    """Kill the process before a visit is overdue, and start it again afterwards.

    Returns:
        Real seconds from the start to a good /healthz, and to the buddy's first message of the alarm.
    """
    async with town.house("late-start") as house:
        await house.say("amira", "visit start now 30m CASE601", "channel")
        await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
        house.kill()
        [row] = house.rows("SELECT end_at FROM visit")
        house.clock.skip_to(instant(row["end_at"]) + timedelta(minutes=20))
        await pause(0.2)
        begun = host()
        await house.up()
        while not [m for m in await house.feed("ben") if m["tone"] == "urgent"]:
            await pause()
        return house.ready[-1], host() - begun


def missing(town: Town, lived: Sequence[Lived]) -> set[str]:
    """Return the boundaries that were passed in an undisturbed life, and at which nobody was killed."""
    passed = {name for one in town.undisturbed.values() for name in one.passed}
    return passed - {name for one in lived for name in one.kills}
