"""Running simulated worlds, and saying what broke in one of them so that it can be looked at again."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import SystemClock, SystemIds
from tests.sim.checkers import Broken
from tests.sim.clock import SimLoop
from tests.sim.events import line
from tests.sim.world import World

HOURS = 4.0
LAST = 30


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one world.

    Attributes:
        replicas: None when their number was drawn from the seed.
        broken: the rule that did not hold, and what was seen; None when all held.
        at: the virtual time of the end.
        events: how many.
        digest: of all events; equal for equal worlds.
        last: the last events, a line each.
    """

    seed: int
    hours: float
    replicas: int | None
    broken: Broken | None
    at: datetime
    events: int
    digest: str
    last: tuple[str, ...]

    def __str__(self) -> str:
        head = f"seed {self.seed}, {self.hours:g} hours"
        again = f"--seed {self.seed} --hours {self.hours:g}"
        if self.replicas is not None:
            head, again = f"{head}, {self.replicas} replicas", f"{again} --replicas {self.replicas}"
        if self.broken is None:
            return f"{head}: all held, {self.events} events until {self.at:%d %H:%M}"
        return "\n".join(
            [
                *self.last,
                f"{head}: broken at {self.at:%d %H:%M:%S}",
                f"  rule: {self.broken.rule}",
                f"  seen: {self.broken.why}",
                f"  again: python -m tests.sim {again}",
            ]
        )


def simulate(seed: int, hours: float = HOURS, replicas: int | None = None) -> Report:
    """Live through the world of a seed, and return what became of it."""
    broken = None
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        world = World(seed, hours, replicas=replicas)
        try:
            with asyncio.Runner(loop_factory=lambda: SimLoop(world.clock)) as runner:
                runner.run(world.run())
        except Broken as found:
            broken = found
    finally:
        logging.disable(before)
    events = world.watch.events
    last = tuple(line(event) for event in events[-LAST:])
    at, digest = world.clock.now(), world.watch.digest()
    return Report(seed, hours, replicas, broken, at, len(events), digest, last)


def new_seed() -> int:
    """Return a seed nobody has seen."""
    return int.from_bytes(SystemIds().token(4), "big")


def arguments_of(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen to a command line, here and in `buddyline simulate`."""
    parser.add_argument("--seed", type=int, help="the first seed; without it, a new one")
    parser.add_argument("--hours", type=float, default=HOURS, help="of the phase with faults")
    parser.add_argument(
        "--replicas", type=int, choices=(1, 2, 3), help="processes; without it, drawn from the seed"
    )
    parser.add_argument("--count", type=int, default=1, help="how many seeds, one after the other")
    parser.add_argument("--until-broken", action="store_true", help="stop at the first broken one")
    parser.add_argument(
        "--minutes", type=float, help="go on with new seeds for so long; 0: until stopped"
    )


def run(chosen: argparse.Namespace) -> int:
    """Simulate what was chosen; return 1 when a rule was broken."""
    clock = SystemClock()
    begun_at = clock.now()
    failed = done = 0
    while True:
        seed = done + chosen.seed if chosen.seed is not None else new_seed()
        _say(f"seed {seed}")
        report = simulate(seed, chosen.hours, chosen.replicas)
        _say(str(report))
        done += 1
        failed += report.broken is not None
        if failed and chosen.until_broken:
            break
        if chosen.minutes is None:
            if done >= chosen.count:
                break
        elif 0 < chosen.minutes * 60 <= (clock.now() - begun_at).total_seconds():
            break
    if done > 1:
        _say(f"{done} seeds, {failed} broken")
    return 1 if failed else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `python -m tests.sim`; return 1 when a rule was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    arguments_of(parser)
    try:
        return run(parser.parse_args(arguments))
    except KeyboardInterrupt:
        _say("Stopped.")
        return 0


def _say(line_: str) -> None:
    sys.stdout.write(f"{line_}\n")
    sys.stdout.flush()
