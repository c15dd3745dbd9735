"""Running simulated worlds, and saying what broke in one of them so that it can be looked at again."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import SystemIds
from tests.sim.checkers import Broken
from tests.sim.events import line
from tests.sim.world import World

HOURS = 4.0
LAST = 30


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one world.

    Attributes:
        broken: the rule that did not hold, and what was seen; None when all held.
        at: the virtual time of the end.
        events: how many.
        digest: of all events; equal for equal worlds.
        last: the last events, a line each.
    """

    seed: int
    hours: float
    broken: Broken | None
    at: datetime
    events: int
    digest: str
    last: tuple[str, ...]

    def __str__(self) -> str:
        head = f"seed {self.seed}, {self.hours:g} hours"
        if self.broken is None:
            return f"{head}: all held, {self.events} events until {self.at:%d %H:%M}"
        return "\n".join(
            [
                *self.last,
                f"{head}: broken at {self.at:%d %H:%M:%S}",
                f"  rule: {self.broken.rule}",
                f"  seen: {self.broken.why}",
                f"  again: python -m tests.sim --seed {self.seed} --hours {self.hours:g}",
            ]
        )


def simulate(seed: int, hours: float = HOURS) -> Report:
    """Live through the world of a seed, and return what became of it."""
    broken = None
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        world = World(seed, hours)
        try:
            asyncio.run(world.run())
        except Broken as found:
            broken = found
    finally:
        logging.disable(before)
    events = world.watch.events
    last = tuple(line(event) for event in events[-LAST:])
    return Report(seed, hours, broken, world.clock.now(), len(events), world.watch.digest(), last)


def new_seed() -> int:
    """Return a seed nobody has seen."""
    return int.from_bytes(SystemIds().token(4), "big")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `python -m tests.sim`; return 1 when a rule was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first seed; without it, a new one")
    parser.add_argument("--hours", type=float, default=HOURS, help="of the phase with faults")
    parser.add_argument("--count", type=int, default=1, help="how many seeds, one after the other")
    chosen = parser.parse_args(arguments)
    first = new_seed() if chosen.seed is None else chosen.seed
    failed = 0
    for seed in range(first, first + chosen.count):
        sys.stdout.write(f"seed {seed}\n")
        sys.stdout.flush()
        report = simulate(seed, chosen.hours)
        sys.stdout.write(f"{report}\n")
        failed += report.broken is not None
    return 1 if failed else 0
