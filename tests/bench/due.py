"""Ten thousand visits that become overdue at one instant: how fast they are decided, and how soon people hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import memory
from bot.clock import SystemClock, SystemIds
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from bot.service.relay import Relay
from tests.bench import floor, jobs
from tests.bench.bench import SLOWER, Bench, Figure, clock, middle, slow_down, spread
from tests.bench.town import PLATFORM, all_sent, open_sqlite, overdue

TICK = 0.005
LONGEST = 240.0


class InstantSender:
    """A platform that takes everything at once (`bot.ports.Sender`), and tells when it was handed what."""

    platform = PLATFORM
    capabilities = Capabilities(
        choices=True, edits=True, only_you=True, forms=True, text_max=20_000
    )

    def __init__(self, handed: Callable[[str], None]) -> None:
        self._handed = handed
        self._posted = 0

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Take a message."""
        self._handed(key)
        self._posted += 1
        return f"n{self._posted}"

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Take a change."""


async def template(bench: Bench) -> Path:
    """Return a closed database in which all of `sizes.due` visits are overdue now, and nobody has noticed yet."""

    async def make() -> Path:
        sizes, path = bench.sizes, bench.folder / "due.db"
        store = open_sqlite(path)
        await overdue(store, sizes.due, sizes.due_teams)
        await store.close()
        all_sent(path)
        return path

    found: Path = await bench.once("building: visits that are all overdue at once", make)
    return found


async def decide(store: Any) -> float:
    """Return the seconds that one complete pass of the real engine on a real store takes; the store is closed then."""
    ids, at = SystemIds(), SystemClock()
    try:
        engine = Engine(store, at, ids, DurableIntake(store, at, ids))
        await engine.begin()
        begun = clock()
        await engine.step()
        return clock() - begun
    finally:
        await store.close()


async def decided_sqlite(bench: Bench) -> Figure:
    """Measure deadlines decided per second against the floor, in pairs."""
    before, count = await template(bench), bench.sizes.due
    shares, rates, leasts, rows = [], [], [], floor.Written({}, 0)
    for _ in range(bench.sizes.repeats):
        bench.say("deciding, and the floor")
        with bench.copy(before) as path:
            seconds = await decide(open_sqlite(path))
            rows = floor.written(before, path)
        assert rows.deadlines == count, "not everything was decided"
        with bench.copy(before) as path:
            least = floor.write(path, rows)
        shares.append(100 * least / seconds)
        rates.append(count / seconds)
        leasts.append(least)
    return Figure(middle(shares), of_which(rates, leasts, rows, shares))


def of_which(
    rates: list[float], leasts: list[float], rows: floor.Written, shares: list[float]
) -> str:
    """Return what a share of the floor consists of, in words."""
    return (
        f"{middle(rates):.0f} a second; {rows.each():.1f} rows a deadline"
        f" ({rows.listed()}), {middle(leasts):.1f} s for those of all by the driver alone; pairs {spread(shares)}"
    )


@dataclass(frozen=True, slots=True)
class Flood:
    """One run of engine and relay together: seconds until the first and the last were handed over, largest gap."""

    first: float
    last: float
    gap: float


async def flood(path: Path, count: int, *, slow: bool = False) -> Flood:
    """Run the real engine and relay until the alarm of each of `count` visits was handed to a sender.

    Args:
        slow: on a disk whose commits take their time.
    """
    handed: list[float] = []
    all_there, stopping = asyncio.Event(), asyncio.Event()

    def hand(key: str) -> None:
        if ":step:0:" in key:
            handed.append(clock())
            if len(handed) == count:
                all_there.set()

    store, ids, at = open_sqlite(path), SystemIds(), SystemClock()
    if slow:
        slow_down(store.engine)
    memory.settle()
    engine = Engine(store, at, ids, DurableIntake(store, at, ids))
    senders = {PLATFORM: InstantSender(hand)}
    relay = Relay(store, at, ids, senders, behind=lambda: engine.behind)
    gaps: list[float] = []
    begun = clock()
    tasks = [
        asyncio.create_task(engine.run(stopping)),
        asyncio.create_task(relay.run(stopping)),
        asyncio.create_task(_tick(gaps)),
    ]
    try:
        async with asyncio.timeout(LONGEST):
            await all_there.wait()
    finally:
        stopping.set()
        engine.wake()
        relay.wake()
        tasks[-1].cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)
        await relay.drain()
        await store.close()
    return Flood(handed[0] - begun, handed[-1] - begun, max(gaps, default=0.0))


async def _tick(gaps: list[float]) -> None:
    last = clock()
    while True:
        await asyncio.sleep(TICK)  # noqa: TID251 - the ticker whose lateness is measured
        gaps.append(clock() - last)
        last = clock()


async def floods(bench: Bench) -> list[tuple[Flood, float]]:
    """Return runs of ours, each with the seconds that one APScheduler job per visit took right after it."""

    async def make() -> list[tuple[Flood, float]]:
        before, found = await template(bench), []
        for number in range(bench.sizes.repeats):
            with bench.copy(before) as path:
                ours = await flood(path, bench.sizes.due)
            # Theirs takes minutes; once is enough against a limit of several times.
            if number == 0:
                bench.say("APScheduler")
                theirs = await jobs.last_of(bench.folder / "jobs.db", bench.sizes.due)
            found.append((ours, theirs))
        return found

    found: list[tuple[Flood, float]] = await bench.once("engine and relay, and APScheduler", make)
    return found


async def against_jobs(bench: Bench) -> Figure:
    """Measure how many times faster the last of all is handed over than by one job per visit, its store as it comes."""
    found = await floods(bench)
    tuned = await _a_tenth(bench, as_ours=True)
    slow = await _a_tenth(bench, slow=True)
    bench.say("engine and relay, on a slow disk")
    with bench.copy(await template(bench)) as path:
        slow /= (await flood(path, bench.sizes.due, slow=True)).last
    ratios = [theirs / ours.last for ours, theirs in found]
    lasts = spread([ours.last for ours, _ in found])
    theirs = found[0][1]
    note = (
        f"last after {lasts} s; APScheduler {theirs:.0f} s as it comes; with our PRAGMAs about {tuned:.0f} s"
        f" (a tenth of the jobs, times ten), which makes {tuned / theirs * middle(ratios):.1f}x;"
        f" with {1000 * SLOWER:.0f} ms added to each commit of both (again a tenth) {slow:.1f}x"
    )
    return Figure(middle(ratios), note)


async def _a_tenth(bench: Bench, *, as_ours: bool = False, slow: bool = False) -> float:
    """Return the seconds that APScheduler would take for all, from those for a tenth of them."""
    some = max(bench.sizes.due // 10, 1)
    seconds = await jobs.last_of(bench.folder / "jobs.db", some, as_ours=as_ours, slow=slow)
    return seconds * bench.sizes.due / some


async def first_of_all(bench: Bench) -> Figure:
    """Measure when the first is handed over, as a share of the last one's time."""
    found = await floods(bench)
    shares = [100 * ours.first / ours.last for ours, _ in found]
    firsts = spread([1000 * ours.first for ours, _ in found])
    return Figure(middle(shares), f"first after {firsts} ms")


async def largest_gap(bench: Bench) -> Figure:
    """Measure the largest gap of a ticker in the event loop meanwhile."""
    found = await floods(bench)
    gaps = [1000 * ours.gap for ours, _ in found]
    return Figure(middle(gaps), f"runs {spread(gaps)} ms")
