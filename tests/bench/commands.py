"""What one command, or one deadline, costs while many people are out, and how many commands go through in a second."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bot import memory
from bot.clock import SystemClock, SystemIds
from bot.ports import InboundEvent, InboundKind, Received
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from storage.store import SqliteStore
from tests.bench.bench import SLOWER, Bench, Figure, clock, middle, pause, slow_down, spread
from tests.bench.town import (
    HOUR,
    MINUTE,
    PLATFORM,
    Town,
    address,
    all_sent,
    now,
    open_sqlite,
    send_out,
    settle_teams,
)

AT_ONCE = 16
ROUNDS = 9
"""Timings in turn of each town; the fastest of each counts: whatever else the machine does only ever adds."""


def town(bench: Bench) -> Town:
    """Return the teams that both databases have: only the open visits differ."""
    sizes = bench.sizes
    people = max(-(-sizes.many // sizes.teams), 2) + 2
    return Town(sizes.teams, people, sizes.largest)


async def template(bench: Bench, count: int) -> Path:
    """Return a closed database with `count` visits open; none of them is due today, but `sizes.sample` times `ROUNDS`."""

    async def teams() -> Path:
        path = bench.folder / "teams.db"
        store = open_sqlite(path)
        await settle_teams(store, town(bench))
        await store.close()
        all_sent(path)
        return path

    async def make() -> Path:
        empty: Path = await bench.once("building: the teams", teams)
        path = bench.folder / f"open{count}.db"
        shutil.copyfile(empty, path)
        store = open_sqlite(path)
        # The teams are there; written once more they give back their rules, and nothing of them changes.
        policy = await settle_teams(store, Town(1, town(bench).people, bench.sizes.largest))
        ends = now() + 9 * HOUR
        await send_out(store, town(bench), policy, count, lambda n: ends + n * MINUTE / 1000)
        await store.close()
        all_sent(path)
        return path

    found: Path = await bench.once(f"building: {count} visits open", make)
    return found


class Commands:
    """People who are out and write that they are well: a real command through the real intake."""

    def __init__(self, store: SqliteStore, count: int) -> None:
        self._intake = DurableIntake(store, SystemClock(), SystemIds())
        with store.engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT worker_id FROM visit WHERE is_open ORDER BY end_at LIMIT ?", (count,)
            )
            self._workers = [row[0] for row in found]
        self._said = 0

    async def one(self) -> None:
        """Have the next of them say "ok"."""
        worker = self._workers[self._said % len(self._workers)]
        self._said += 1
        received = await self._intake.receive(
            InboundEvent(
                PLATFORM,
                f"e{self._said}",
                InboundKind.TEXT,
                sender=address(worker),
                sent_at=now(),
                text="ok",
            )
        )
        assert received is not Received.STRANGER

    async def many(self, count: int) -> float:
        """Return the seconds of `count` commands, 16 at once."""

        async def one_after_another(n: int) -> None:
            for _ in range(n):
                await self.one()

        shares = [count // AT_ONCE + (n < count % AT_ONCE) for n in range(AT_ONCE)]
        begun = clock()
        await asyncio.gather(*(one_after_another(n) for n in shares))
        return clock() - begun


async def cost_of_a_command(bench: Bench) -> Figure:
    """Measure what a command costs with many visits open against few."""
    sizes, times = (
        bench.sizes,
        {count: list[float]() for count in (bench.sizes.many, bench.sizes.few)},
    )
    with (
        bench.copy(await template(bench, sizes.many)) as many,
        bench.copy(await template(bench, sizes.few)) as few,
    ):
        stores = {sizes.many: open_sqlite(many), sizes.few: open_sqlite(few)}
        said = {count: Commands(store, sizes.few) for count, store in stores.items()}
        bench.say("commands with many and with few visits open, in turn")
        for _ in range(ROUNDS):
            for count, commands in said.items():
                times[count].append(await commands.many(sizes.sample))
        for store in stores.values():
            await store.close()
    return _ratio(times[sizes.many], times[sizes.few], sizes.sample)


async def cost_of_a_deadline(bench: Bench) -> Figure:
    """Measure what a deadline costs with many visits open against few."""
    sizes, times = (
        bench.sizes,
        {count: list[float]() for count in (bench.sizes.many, bench.sizes.few)},
    )
    with (
        bench.copy(await template(bench, sizes.many)) as many,
        bench.copy(await template(bench, sizes.few)) as few,
    ):
        stores = {sizes.many: open_sqlite(many), sizes.few: open_sqlite(few)}
        engines = {count: _engine(store) for count, store in stores.items()}
        bench.say("deadlines with many and with few visits open, in turn")
        due = min(sizes.sample, sizes.few // ROUNDS)
        for _ in range(ROUNDS):
            for count, engine in engines.items():
                _make_due(stores[count], due)
                begun = clock()
                await engine.step()
                times[count].append(clock() - begun)
        for store in stores.values():
            await store.close()
    return _ratio(times[sizes.many], times[sizes.few], max(due, 1))


def _engine(store: SqliteStore) -> Engine:
    at, ids = SystemClock(), SystemIds()
    return Engine(store, at, ids, DurableIntake(store, at, ids))


def _make_due(store: SqliteStore, count: int) -> None:
    """Have the next few visits be overdue now."""
    past = int((now() - HOUR).timestamp() * 1_000_000)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE visit SET look_at = ?, end_at = ? WHERE id IN"
            " (SELECT id FROM visit WHERE look_at IS NOT NULL AND NOT overdue ORDER BY look_at LIMIT ?)",
            (past, past, count),
        )


def _ratio(many: list[float], few: list[float], each: int) -> Figure:
    note = f"{1e6 * min(many) / each:.0f} µs against {1e6 * min(few) / each:.0f} µs"
    return Figure(min(many) / min(few), note)


async def commands_per_second(bench: Bench) -> Figure:
    """Measure commands per second, 16 at once, against one bare commit per command, on the disk as it is."""
    return await _against_commits(bench, 0.0)


async def commands_on_a_slow_disk(bench: Bench) -> Figure:
    """Measure the same with 4 ms added to each commit of both."""
    return await _against_commits(bench, SLOWER)


async def _against_commits(bench: Bench, slower: float) -> Figure:
    sizes = bench.sizes
    ratios, rates = [], []
    with bench.copy(await template(bench, sizes.few)) as path:
        store = open_sqlite(path)
        commands = Commands(store, sizes.few)
        await commands.many(AT_ONCE)
        memory.settle()
        if slower:
            slow_down(store.engine)
        bare = _Bare(bench.folder / "bare.db", slower)
        bench.say("commands, and bare commits, in turn")
        for _ in range(ROUNDS):
            ours = sizes.sample / await commands.many(sizes.sample)
            theirs = sizes.sample / bare.many(sizes.sample)
            ratios.append(ours / theirs)
            rates.append(ours)
        bare.close()
        await store.close()
    note = f"{middle(rates):.0f} commands a second; pairs {spread(ratios)}"
    return Figure(middle(ratios), note)


class _Bare:
    """One row, one commit, nothing else: what a command would cost if it only had to be on disk."""

    def __init__(self, path: Path, slower: float) -> None:
        self._path, self._slower = path, slower
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}").close()
        self._connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, what TEXT)")

    def many(self, count: int) -> float:
        """Return the seconds of so many commits."""
        run: Callable[..., object] = self._connection.execute
        begun = clock()
        for _ in range(count):
            run("BEGIN IMMEDIATE")
            run("INSERT INTO bare (what) VALUES ('ok')")
            if self._slower:
                pause(self._slower)
            run("COMMIT")
        return clock() - begun

    def close(self) -> None:
        """Let go of the file and remove it."""
        self._connection.close()
        for each in self._path.parent.glob(f"{self._path.name}*"):
            each.unlink()
