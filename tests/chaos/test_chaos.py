"""Replicas that are paused, killed and cut off from their database: nothing is lost, and nothing decided twice."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg.rows import namedtuple_row

from bot.clock import SystemIds
from bot.domain.people import Role
from bot.packs.encoding import digest_of, encode
from bot.ports import Received, Tx, Unavailable
from bot.sealing import Keyring
from bot.service import journal_export
from bot.service.intake import DurableIntake
from storage.postgres import connect
from storage.postgres_store import PostgresStore
from tests.chaos.replica import KEY, READY
from tests.contract.making import entry, event, person, policy
from tests.crash.clock import FileClock, host
from tests.crash.house import instant
from tests.fakes.postgres import TestServer

pytestmark = pytest.mark.chaos

ROOT = Path(__file__).parent.parent.parent
RATE = 20.0
"""Seconds of the story for each real one: a lease of 60 s is over after three."""
WITHIN = 45.0
"""Real seconds for each thing that has to come."""
STUCK = timedelta(minutes=10)
"""Of the story: whatever was due for so long when the replicas stopped would have stayed where it was."""
WORKERS = tuple(f"worker{n}" for n in range(8))


class House:
    """A database, processes on it, and the people and the platform outside."""

    def __init__(self, folder: Path, server: TestServer) -> None:
        self.folder, self.server = folder, server
        self.url = server.make()
        (folder / "url").write_text(self.url, encoding="utf-8")
        self.clock = FileClock(folder / "clock")
        self.clock.begin(RATE)
        ids = SystemIds()
        self.store = PostgresStore(self.url, Keyring([KEY], ids), ids)
        self.intake = DurableIntake(self.store, self.clock, ids)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.events = 0

    async def begin(self) -> None:
        """Write the team: everybody is a worker, one is to be asked."""
        rules = replace(policy(), overdue_after=timedelta(seconds=40))
        rules = replace(rules, digest=digest_of(rules))
        people = [person(name) for name in (*WORKERS, "duty")]
        team = entry(*people, holders={Role.DUTY_OFFICER: ("per_duty",)}, cover=("per_duty",))

        def work(tx: Tx) -> None:
            tx.rosters.replace(team, rules, content=encode(rules))

        await self.store.run(work, name="team")

    def start(self, name: str) -> None:
        """Start a replica."""
        with (self.folder / f"log.{name}").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.replica", str(self.folder), name],
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one replica."""
        self.processes[name].send_signal(number)

    def sent(self, name: str) -> list[list[str]]:
        """Return what a replica has noted, each line in its words."""
        path = self.folder / f"sent.{name}"
        text_ = path.read_text(encoding="utf-8") if path.exists() else ""
        return [line.split(" ") for line in text_.splitlines()]

    def posted(self, *names: str) -> set[str]:
        """Return the keys of all messages that these replicas have posted."""
        noted = [line for name in names or self.processes for line in self.sent(name)]
        return {line[1] for line in noted if line[0] == "post"}

    async def says(self, who: str, words: str) -> None:
        """Have somebody write, and the platform send it again until it is taken."""
        self.events += 1
        said = event(
            f"ev{self.events}", sender=f"{who}-address", text=words, sent_at=self.clock.now()
        )

        async def taken() -> bool:
            try:
                return await self.intake.receive(said) is not Received.STRANGER
            except Unavailable:
                return False

        await until(taken)

    async def rows(self, statement: str) -> list[Any]:
        """Ask the database."""

        def ask() -> list[Any]:
            with connect(self.url) as raw, raw.cursor(row_factory=namedtuple_row) as cursor:
                return cursor.execute(statement.encode()).fetchall()

        return await asyncio.to_thread(ask)

    async def close(self) -> None:
        """End every process that is left, and the database."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
        await self.store.close()


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    server = await asyncio.to_thread(TestServer, durable=True)
    made = House(folder, server)
    try:
        await made.begin()
        yield made
    finally:
        await made.close()
        await asyncio.to_thread(server.close)


async def until(come: Callable[[], Any]) -> None:
    """Wait until something is true; fail when it does not come."""
    end = host() + WITHIN
    while True:
        found = come()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert host() < end, "something that had to come did not"
        await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=0.02)


async def test_replicas_are_paused_killed_and_cut_off(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        held = await one_is_paused_beyond_its_lease(here)
        await one_is_killed_and_the_server_crashes(here)
        await everything_comes(here)
        for name in ("a", "c"):
            here.signal(name, signal.SIGTERM)
            await until(lambda name=name: here.processes[name].poll() is not None)  # type: ignore[misc]
            assert here.processes[name].returncode == 0
        await nothing_is_lost_and_nothing_twice(here, held)


async def one_is_paused_beyond_its_lease(here: House) -> str:
    """Stop "a" in the middle of a send; return the key of that message, which "b" has sent meanwhile."""
    (here.folder / "hold.a").touch()
    here.start("a")
    await until(lambda: [READY] in here.sent("a"))
    await here.says(WORKERS[0], "start now 1m WF-0")
    await until(lambda: any(line[0] == "hold" for line in here.sent("a")))
    here.signal("a", signal.SIGSTOP)
    held = next(line[1] for line in here.sent("a") if line[0] == "hold")
    here.start("b")
    for number, who in enumerate(WORKERS[1:5], 1):
        await here.says(who, f"start now 1m WF-{number}")
    await until(lambda: held in here.posted("b"))
    (here.folder / "hold.a").unlink()
    here.signal("a", signal.SIGCONT)
    await until(lambda: len(here.sent("a")) > 3)
    return held


async def one_is_killed_and_the_server_crashes(here: House) -> None:
    """Kill "b" while alarms are under way, crash the database, and start "c"."""
    opened = "SELECT 1 FROM journal WHERE kind = 'EscalationOpened'"
    await until(lambda: here.rows(opened))
    here.signal("b", signal.SIGKILL)
    for number, who in enumerate(WORKERS[5:], 5):
        await here.says(who, f"start now 1m WF-{number}")
    await asyncio.to_thread(here.server.restart, "immediate")
    here.start("c")


async def everything_comes(here: House) -> None:
    """Wait until each visit has an alarm that has come to its last step and was repeated."""
    asked = "SELECT visit_id FROM escalation WHERE kind = 'overdue' AND turn >= 3"

    async def all_there() -> bool:
        return len(await here.rows(asked)) == len(WORKERS)

    await until(all_there)


async def nothing_is_lost_and_nothing_twice(here: House, held: str) -> None:
    report = await here.store.read(journal_export.verify)
    assert report.faults == ()
    assert report.chains == len(WORKERS)
    facts = await here.rows("SELECT chain, kind, body FROM journal")
    twice = [fact for fact, times in Counter(map(tuple, facts)).items() if times > 1]
    assert not twice
    for kind in ("VisitRequested", "CoverAsked", "BecameOverdue"):
        chains = Counter(fact.chain for fact in facts if fact.kind == kind)
        assert len(chains) == sum(chains.values()) == len(WORKERS), kind
    inbox = await here.rows("SELECT state FROM inbox")
    assert Counter(row.state for row in inbox) == {"done": here.events}
    outbox = await here.rows("SELECT dedupe, state, ref, shown, due_at FROM outbox")
    posted = here.posted()
    for row in outbox:
        assert row.state != "failed", row.dedupe
        if row.state == "sent":
            assert row.dedupe in posted
    # Only what was due as the last of them stopped may still wait; a busy machine has more of it.
    long_ago = here.clock.now() - STUCK
    waiting = [row for row in outbox if row.state in ("waiting", "uncertain") and row.due_at]
    assert not [row.dedupe for row in waiting if instant(row.due_at) < long_ago]
    # "a" came back with its result after "b" had sent the same message: what is written is that of "b".
    refs = {row.dedupe: row.ref for row in outbox}
    assert refs[held].startswith("b")
