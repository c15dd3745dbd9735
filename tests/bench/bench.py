"""What every measurement shares: sizes, a folder on one disk, databases built once and copied, figures and their limits."""

from __future__ import annotations

import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, event


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    Attributes:
        due: deadlines that fall due at once.
        due_teams: teams that they are spread over.
        shared: deadlines that fall due at once for two processes together, in as many teams as `teams`.
        least: share of those that each of the two has to decide; at a tiny size the first may have done all.
        many, few: visits open, for the rows that compare.
        teams: of the towns with many and with few.
        largest: people of the largest team.
        sample: commands, or deadlines, of one timing.
        repeats: pairs of which the median counts.
    """

    due: int = 10_000
    due_teams: int = 200
    shared: int = 100_000
    least: float = 0.1
    many: int = 100_000
    few: int = 1_000
    teams: int = 2_000
    largest: int = 200
    sample: int = 320
    repeats: int = 3


TINY = Sizes(
    due=12, due_teams=2, shared=40, least=0, many=12, few=4, teams=2, largest=8, sample=4, repeats=1
)
"""For the test that every row can run."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, and what to know about it."""

    value: float
    note: str = ""


class NotAvailable(Exception):
    """A row that cannot be measured here; says why."""


class Broken(NotAvailable):
    """A row that stopped while it was measured: a defect, and no reason to lose the figures of the others."""


@dataclass(slots=True)
class Bench:
    """One run: everything in it is measured on one disk, one after the other.

    Attributes:
        folder: where databases are made; emptied by whoever made it.
        say: takes a line about what is being done.
    """

    sizes: Sizes
    folder: Path
    say: Callable[[str], None]
    _known: dict[str, Any] = field(default_factory=dict)
    _copies: int = 0

    async def once(self, name: str, make: Callable[[], Awaitable[Any]]) -> Any:
        """Return what `make` made under this name the first time it was asked for."""
        if name not in self._known:
            self.say(name)
            self._known[name] = await make()
        return self._known[name]

    @contextmanager
    def copy(self, template: Path) -> Iterator[Path]:
        """Yield a copy of a closed database, and remove it in the end."""
        self._copies += 1
        path = self.folder / f"copy{self._copies}.db"
        shutil.copyfile(template, path)
        with path.open("rb+") as file:
            sync(file.fileno())
        try:
            yield path
        finally:
            for each in self.folder.glob(f"{path.name}*"):
                each.unlink()


def sync(handle: int) -> None:
    """Have a file on the disk before anything is timed."""
    import os

    os.fsync(handle)


def clock() -> float:
    """Return seconds that only ever grow."""
    return time.perf_counter()


def pause(seconds: float) -> None:
    """Hold this thread up, as a slow disk does."""
    time.sleep(seconds)  # noqa: TID251 - a slow disk, not a wait


SLOWER = 0.004
"""Seconds added to each commit, as on a disk that takes its time."""


def slow_down(engine: Engine) -> None:
    """Have every commit of a database take `SLOWER` seconds longer."""
    event.listen(engine, "commit", lambda _: pause(SLOWER))


def middle(values: list[float]) -> float:
    """Return the median."""
    return median(values)


def spread(values: list[float]) -> str:
    """Return all values in a few letters."""
    return "/".join(f"{value:.3g}" for value in sorted(values))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        name: for `make bench ROW=name`.
        measure: what it says, in one line.
        unit: of value, must and aim: "%", "x" or "ms"; "" for a yes or no, 1 or 0.
        must, aim: limits; of what is at least or at most this.
        more_is_better: whether the limits are lower ones.
    """

    name: str
    measure: str
    unit: str
    must: float
    aim: float
    take: Callable[[Bench], Awaitable[Figure]]
    more_is_better: bool = False

    def meets(self, value: float, limit: float) -> bool:
        """Return whether a value is on the right side of a limit; the limit itself is."""
        return value >= limit if self.more_is_better else value <= limit
