"""The command itself as its users start it: `buddyline run`, asked for its health, and told to stop."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.crash.house import DONE_WITHIN, ENDED_WITHIN, READY_WITHIN, ROOT, House, pause

pytestmark = pytest.mark.crash

STOPPED = "Buddyline has stopped. Everything that was waiting is on disk."


@dataclass
class Command:
    """The command in a folder that was empty before, with the sample team and a free port."""

    process: asyncio.subprocess.Process
    http: aiohttp.ClientSession
    url: str

    async def feed(self, who: str) -> list[Any]:
        """Return what somebody sees."""
        async with self.http.get(f"{self.url}/local/api/messages?as={who}&limit=500") as answer:
            return list(await answer.json())

    async def say(self, who: str, text: str, key: str) -> int:
        """Write something in private; return the status."""
        said = {"as": who, "place": "private", "text": text, "key": key}
        async with self.http.post(f"{self.url}/local/api/messages", json=said) as answer:
            return answer.status

    async def stop(self) -> str:
        """Send SIGTERM; return what was said since the start. It has to end with 0."""
        self.process.send_signal(signal.SIGTERM)
        said, _ = await asyncio.wait_for(self.process.communicate(), ENDED_WITHIN)
        assert self.process.returncode == 0
        return said.decode()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Command]:
    """Start the command, and wait for its sentence with the address."""
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "BUDDYLINE_PORT": "0"},
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), READY_WITHIN)
        address = re.search(r"http://127\.0\.0\.1:\d+", line.decode())
        assert address, line
        async with aiohttp.ClientSession() as http:
            yield Command(process, http, address[0])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_drains_at_sigterm_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as command:
        # Somebody's open page must not hold the end back.
        stream = await command.http.get(f"{command.url}/local/api/stream?as=ben")
        assert await command.say("amira", "start now 30m CASE701", "k1") == 201
        assert STOPPED in await command.stop()
        stream.close()

    with closing(sqlite3.connect(tmp_path / "data" / "buddyline.db")) as db:
        assert db.execute("SELECT count(*) FROM visit WHERE is_open").fetchone() == (1,)
        assert db.execute("SELECT state FROM inbox").fetchall() == [("done",)]
        keys = {key for (key,) in db.execute("SELECT key FROM outbox")}
    assert {"visit.card", "visit.mine", "cover.ask"} <= keys

    async with running(tmp_path) as command:
        await asyncio.wait_for(seen(command, "ben", "CASE701"), DONE_WITHIN)
        assert await command.say("amira", "start now 30m CASE701", "k1") == 200, "a repetition"
        assert await command.say("amira", "done", "k2") == 201
        assert STOPPED in await command.stop()

    with closing(sqlite3.connect(tmp_path / "data" / "buddyline.db")) as db:
        assert db.execute("SELECT count(*) FROM visit").fetchone() == (1,)
        # Whether "done" closes it depends on the hour at which this runs (F8); that it was decided does not.
        assert db.execute("SELECT state FROM inbox").fetchall() == [("done",), ("done",)]


async def seen(command: Command, who: str, case: str) -> None:
    """Return when somebody has read of a case."""
    while not any(case in str(message) for message in await command.feed(who)):
        await pause()


async def test_healthz_answers_as_soon_as_it_runs(tmp_path: Path) -> None:
    async with running(tmp_path) as command:

        async def well() -> dict[str, Any]:
            while True:
                async with command.http.get(f"{command.url}/healthz") as answer:
                    if answer.status == 200:
                        return dict(await answer.json())
                    assert answer.status == 503
                await pause()

        said = await asyncio.wait_for(well(), READY_WITHIN)
        assert said == {"status": "ok"}
        await command.stop()


async def test_what_waits_at_sigterm_is_on_disk_and_goes_out_after_the_restart(
    tmp_path: Path,
) -> None:
    async with House(tmp_path / "house") as house:
        house.break_next("send.before cover.ask")
        await house.say("amira", "start now 30m CASE702", settled=False)
        while "BROKEN AT send.before cover.ask" not in house.trace():
            await pause()
        assert await house.stop() == 0
        waiting = house.rows("SELECT key FROM outbox WHERE live AND shown < wanted")
        assert "cover.ask" in {row["key"] for row in waiting}

        await house.settle()
        assert any("CASE702" in str(message) for message in await house.feed("ben"))
        assert len(house.facts("VisitRequested")) == 1
        assert await house.stop() == 0


async def test_healthz_says_when_nothing_can_be_decided_any_more(tmp_path: Path) -> None:
    async with House(tmp_path / "house") as house:
        await house.up()
        with closing(sqlite3.connect(house.folder / "buddyline.db", isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            house.clock.skip_to(house.clock.now() + timedelta(seconds=40))
            # The jump alone makes it unwell for a moment; now it tries, cannot, and stays so.
            while "finding engine.store" not in (house.folder / "log").read_text(encoding="utf-8"):
                await pause()
            await house.health(well=False)
            db.execute("ROLLBACK")
        await house.health(well=True)
        assert await house.stop() == 0
