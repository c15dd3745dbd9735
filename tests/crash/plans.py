"""Which lives are lived with which kills, some at a time, and what came of each."""

from __future__ import annotations

import asyncio
import random  # noqa: TID251 - moments are drawn from a seed that is printed
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.crash import lives, verify
from tests.crash.house import House, pause
from tests.crash.runner import read_trace

Kill = tuple[str, int]
Life = Callable[[House], Awaitable[None]]

LIVES: dict[str, Life] = {
    "overdue": lives.overdue,
    "uncovered": lives.uncovered,
    "broken": lives.broken,
    "away": lives.away,
    "morning": lives.morning,
    "sealed": lives.sealed,
    "day": lives.day,
    "start": lives.start,
    "team": lives.team,
    "covert": lives.covert,
    "afterwards": lives.afterwards,
    "unsure": lives.unsure,
}
WITH_FAULTS = frozenset({"broken"})
RULES = {"covert": lives.QUESTIONS, "day": lives.CHANGES}
"""Adjustments of the team whose life it is."""
TEAMS = {"afterwards": lives.KENT, "team": lives.A_DESK}
"""What stands in the team file of whose life it is instead of something else."""
AT_ONCE = 6
"""A process mostly waits for its disk."""
KILLS_OF_A_LIFE = 12
FEWER = {"unsure": 3, "day": 5}
"""Of a life that has a limit of some minutes in it: each kill has time put forward by the lease of a minute."""
BUSY = 4
"""A commit made so often in a life is also tried in the middle of it: the first ones have nothing in them."""
PACE = 60.0
LONGEST_REST = 2.5
"""Real seconds between two kills at random, at most; a start takes about half of one."""
MOST_HURRIES = 30


@dataclass
class Lived:
    """What came of one life.

    Attributes:
        name: of its folder.
        kills: the boundaries it was killed at; "a moment" for each kill from outside at random.
        told: None when something was wrong.
        fault: what was wrong; None when all was right.
    """

    name: str
    kills: list[str] = field(default_factory=list)
    starts: int = 0
    resent: int = 0
    visits: int = 0
    told: verify.Told | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Undisturbed:
    """A life without a kill: the boundaries it passes and how often, and what happens in it."""

    passed: Counter[str]
    shape: verify.Shape


@dataclass
class Moments:
    """How many kills are left, and the chance that says when."""

    chance: random.Random
    number: int


class Town:
    """Runs lives in folders of their own below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._undisturbed: dict[str, Undisturbed] = {}

    # --- at every boundary -------------------------------------------------------------------------

    async def learn(self) -> set[str]:
        """Live each life once without a kill; return every boundary that was passed."""
        await asyncio.gather(*map(self._learn, LIVES))
        return {name for one in self._undisturbed.values() for name in one.passed}

    async def _learn(self, life: str) -> None:
        async with (
            self._gate,
            self._house(
                f"{life}-undisturbed", adjustments=RULES.get(life, ""), team=TEAMS.get(life, ())
            ) as house,
        ):
            await LIVES[life](house)
            facts = house.facts()
            await verify.everything(house, faults=life in WITH_FAULTS)
            passed = Counter(read_trace(house.folder))
            self._undisturbed[life] = Undisturbed(passed, verify.shape(facts))

    async def kill_everywhere(self) -> list[Lived]:
        """Kill at each boundary passed, in the first life that passes it.

        Several kills share a life. One whose moment did not come, because an earlier one changed what followed, is
        tried again in a life of its own, in each that passes it: the first may have come by it only because the machine
        was slow (an event is kept where deciding on it takes longer than a second).
        """
        planned = {life: list(self._kills(life)) for life in LIVES}
        lived = await asyncio.gather(
            *(
                self._live(life, kills[part::shares])
                for life, kills in planned.items()
                for shares in [-(-len(kills) // FEWER.get(life, KILLS_OF_A_LIFE))]
                for part in range(shares)
            )
        )
        missed = {name for kills in planned.values() for name, _ in kills}
        missed -= {name for one in lived for name in one.kills}
        again = [
            (life, (name, 1))
            for life, one in self._undisturbed.items()
            for name in one.passed
            if name in missed
        ]
        return lived + await asyncio.gather(*(self._live(life, [kill]) for life, kill in again))

    def _kills(self, life: str) -> Iterable[Kill]:
        """Yield the kills of a life: boundaries that no life before it passes."""
        before = list(LIVES)[: list(LIVES).index(life)]
        for name, times in self._undisturbed[life].passed.items():
            if any(name in self._undisturbed[other].passed for other in before):
                continue
            yield name, 1
            if times >= BUSY and name.startswith("commit."):
                yield name, times // 2

    async def _live(self, life: str, kills: Sequence[Kill]) -> Lived:
        """Live one life with its kills, and hold it against the undisturbed one."""
        async with (
            self._gate,
            self._house(
                life, kills=tuple(kills), adjustments=RULES.get(life, ""), team=TEAMS.get(life, ())
            ) as house,
        ):
            async with _account(house) as lived:
                await LIVES[life](house)
                await house.settle()
                facts = house.facts()
                lived.told = await verify.everything(house, faults=life in WITH_FAULTS)
                verify.same(verify.shape(facts), self._undisturbed[life].shape)
            lived.kills = house.killed_at()
        return lived

    # --- at any moment -----------------------------------------------------------------------------

    async def kill_at_moments(self, seed: int, moments: int) -> list[Lived]:
        """Live fast lives, killed from outside at moments drawn from `seed`, until there were so many of them."""
        left = Moments(random.Random(seed), moments)
        lived: list[Lived] = []

        async def one_after_another() -> None:
            while left.number and len(lived) < MOST_HURRIES:
                lived.append(await self._hurry(left))

        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
        return lived

    async def _hurry(self, left: Moments) -> Lived:
        house = self._house("hurry", flowing=True, rate=PACE, adjustments=lives.SHORT)
        async with self._gate, house, _account(house) as lived:
            killer = asyncio.create_task(_strike(house, left))
            try:
                await lives.in_a_hurry(house)
            finally:
                killer.cancel()
                with suppress(asyncio.CancelledError):
                    await killer
            lived.told = await verify.everything(house)
        lived.kills = ["a moment"] * house.exits.count(verify.KILLED)
        return lived

    def _house(self, name: str, **more: object) -> House:
        return House(self._folder / f"{next(self._numbers):03d}-{name}", **more)  # type: ignore[arg-type]


@asynccontextmanager
async def _account(house: House) -> AsyncIterator[Lived]:
    """Keep the account of a life, whatever happens in it."""
    lived = Lived(house.folder.name)
    try:
        yield lived
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it is a finding of this life
        lived.fault = f"{type(wrong).__name__}: {wrong}"
    lived.starts, lived.resent = house.starts, house.resent
    lived.visits = len(house.facts("VisitRequested"))


async def _strike(house: House, left: Moments) -> None:
    """Kill the process at any moment: while it starts, while it works, while it waits."""
    while left.number:
        await pause(left.chance.uniform(0.05, LONGEST_REST))
        if left.number and house.kill():
            left.number -= 1
