"""The driver's side: starts the process, starts it again when it is dead, plays the people, and looks into the files."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import aiohttp

from bot.clock import SystemClock
from tests.crash.clock import EPOCH, FileClock, host
from tests.crash.runner import KILLED, SOMEBODY, live

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "bot" / "samples" / "team.toml"
PEOPLE = ("amira", "ben", "carla", "dev", "omar", "maria", "helen")

LOOK_EVERY = 0.01
STILL = 0.3
"""Real seconds without a change after which only time itself can bring one: a lease of the process that died."""
STILL_LATE = 1.5
"""The same for what is due already: a slow machine may just be about to do it, and time that runs on changes the life."""
NEXT_LOOK = timedelta(seconds=15)
READY_WITHIN = 60.0
DONE_WITHIN = 90.0
ENDED_WITHIN = 30.0


# Each start is a process forked from one that has read the code and done nothing else: reading it anew takes longer than
# all the rest of a start. `test_command.py` starts the command itself.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.crash.runner"])


class Stuck(AssertionError):
    """Something that had to come did not."""


DUE = ("visit", "escalation", "duress", "overheard")
"""Tables with an indexed deadline."""


@dataclass(frozen=True)
class Fact:
    """One entry of the journal, as it stands in the file."""

    chain: str
    kind: str
    by: str | None
    at: datetime
    body: dict[str, Any]


@dataclass
class House:
    """One life: a folder, the process in it, and everybody who writes to it.

    Attributes:
        flowing: time goes on fast by itself; otherwise it goes at its own pace and the driver skips what is empty.
        adjustments: lines of the team's own values.
        team: texts of the sample team file, and what stands there instead.
        starts: how often the process was started.
        keys: one for each thing that somebody said or pressed.
        resent: how often one of those had to be sent again.
        exits: how the process ended, each time; a negative number is a signal.
    """

    folder: Path
    flowing: bool = False
    rate: float = 1.0
    kills: tuple[tuple[str, int], ...] = ()
    adjustments: str = ""
    team: tuple[tuple[str, str], ...] = ()
    starts: int = 0
    keys: list[str] = field(default_factory=list)
    resent: int = 0
    exits: list[int] = field(default_factory=list)

    async def __aenter__(self) -> House:
        self.folder.mkdir(parents=True)
        (self.folder / "breaks").mkdir()
        plan = "".join(f"{number} {name}\n" for name, number in self.kills)
        (self.folder / "kills").write_text(plan, encoding="utf-8")
        team = SAMPLE.read_text(encoding="utf-8")
        heading = "[team.adjustments]\n"
        team = team.replace(heading, heading + self.adjustments)
        for there, instead in self.team:
            assert there in team, there
            team = team.replace(there, instead)
        (self.folder / "team.toml").write_text(team, encoding="utf-8")
        self.clock = FileClock(self.folder / "clock")
        self.clock.begin(self.rate)
        self._process: ForkServerProcess | None = None
        self._starting, self._views = asyncio.Lock(), 0
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()

    # --- the process -------------------------------------------------------------------------------

    async def up(self) -> None:
        """Start the process unless it runs, and wait until it says that all is well."""
        async with self._starting:
            end = host() + READY_WITHIN
            while self._dead():
                if host() > end:
                    raise Stuck("the process does not come up")
                await self._start(end)

    def _dead(self) -> bool:
        if self._process is None:
            return True
        code = self._process.exitcode
        if code is None:
            return False
        self.exits.append(code)
        self._process = None
        return True

    async def _start(self, end: float) -> None:
        (self.folder / "port").unlink(missing_ok=True)
        self._process = FORKS.Process(target=live, args=(self.folder,))
        self._process.start()
        self.starts += 1
        while self._process.exitcode is None:
            if await self._well():
                return
            if host() > end:
                raise Stuck("the process is not well")
            await pause()

    async def _well(self) -> bool:
        if not (self.folder / "port").exists():
            return False
        try:
            async with self._session.get(f"{self._url()}/healthz") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False

    def _url(self) -> str:
        return f"http://127.0.0.1:{(self.folder / 'port').read_text(encoding='ascii')}"

    def kill(self) -> bool:
        """Kill the process from outside, by its own id; False when there is none."""
        if self._process is None or self._process.exitcode is not None:
            return False
        self._process.kill()
        self._process.join()
        return True

    async def down_until(self, at: datetime) -> None:
        """Kill the process, and have nothing run until `at`."""
        self.kill()
        while not self._dead():
            await pause()
        self.clock.skip_to(at)

    async def stop(self) -> int | None:
        """Ask the process to end (SIGTERM), and return its exit status.

        Raises:
            Stuck: it does not end.
        """
        await self.up()
        assert self._process is not None
        begun = host()
        self._process.terminate()
        while self._process.exitcode is None:
            if host() - begun > ENDED_WITHIN:
                raise Stuck("the process does not end")
            await pause()
        code, self._process = self._process.exitcode, None
        return code

    def break_next(self, name: str, times: int = 1) -> None:
        """Have a boundary fail the next times that the process comes by."""
        for number in range(times):
            (self.folder / "breaks" / f"{number} {name}").touch()

    def ask_how(self) -> None:
        """Have whoever starts a visit from now on be asked, in its midst, how it goes."""
        (self.folder / "lot").write_text(SOMEBODY, encoding="ascii")

    def killed_at(self) -> list[str]:
        """Return the boundaries at which the hook has killed so far, in order."""
        return [line.removeprefix(KILLED) for line in self.trace() if line.startswith(KILLED)]

    def trace(self) -> list[str]:
        """Return everything that the hook has written down so far."""
        path = self.folder / "trace"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    # --- people ------------------------------------------------------------------------------------

    async def say(
        self, who: str, text: str, place: str = "private", *, settled: bool = True
    ) -> None:
        """Write something, send it again until it is taken, and wait until what follows from it is sent."""
        await self._post("messages", {"as": who, "place": place, "text": text})
        if settled:
            await self.settle()

    async def press(
        self,
        who: str,
        button: str,
        answer: str = "",
        *,
        worked: Callable[[], bool],
        **filled: str,
    ) -> None:
        """Press the newest button whose id begins with `button` and ends with `answer`, until that has worked.

        Where time flows a charge may lapse between two tries, while nothing runs: whoever has lost it takes it again.

        Raises:
            Stuck: there is no such button, or it did not work.
        """
        for _ in range(200 if self.flowing else 1):
            found, blanks = await self._button(who, button, answer), filled
            if found is None and self.flowing:
                found, blanks = await self._button(who, "charge", ""), {}
            if found is not None:
                body = {"as": who, "message": found[0], "choice": found[1], "fields": blanks}
                await self._post("actions", body)
                await self.settle()
            if worked():
                return
            await pause()
        raise Stuck(f"{who} could not press {button} {answer}")

    async def open(self, who: str, button: str, answer: str = "", **filled: str) -> str:
        """Press the newest such button that opens a view, and return what it shows; nothing of it stays in the chat."""
        found = await self._button(who, button, answer)
        assert found is not None, f"{who} has no button {button} {answer}"
        body = {"as": who, "message": found[0], "choice": found[1], "fields": filled}
        self._views += 1
        status, shown = await self._ask(
            "POST", "/local/api/actions", {**body, "key": f"v{self._views}"}
        )
        assert status in {200, 201}, shown
        await self.settle()
        return str(shown["view"]["text"])

    async def _button(self, who: str, button: str, answer: str) -> tuple[str, str] | None:
        for message in reversed(await self.feed(who)):
            for choice in message["choices"]:
                if choice["id"].startswith(f"{button} ") and choice["id"].endswith(answer):
                    return message["id"], choice["id"]
        return None

    async def feed(self, who: str) -> list[Any]:
        """Return what somebody sees."""
        status, body = await self._ask("GET", f"/local/api/messages?as={who}&limit=500")
        assert status == 200, body
        return list(body)

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        key = f"k{len(self.keys)}"
        self.keys.append(key)
        status, answer = await self._ask("POST", f"/local/api/{path}", {**body, "key": key})
        assert status in {200, 201}, answer

    async def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        end = host() + DONE_WITHIN
        while host() < end:
            await self.up()
            try:
                async with self._session.request(method, self._url() + path, json=body) as answer:
                    said = await answer.json()
                    if answer.status < 500:
                        return answer.status, said
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass
            self.resent += method == "POST"
            await pause()
        raise Stuck(f"{path} is never answered")

    async def health(self, *, well: bool) -> None:
        """Wait until /healthz says that all is well, or that it is not."""
        end = host() + DONE_WITHIN
        await self.up()
        while await self._well() is not well:
            if host() > end:
                raise Stuck("the health does not change")
            await pause()

    # --- what is on disk ---------------------------------------------------------------------------

    def rows(self, statement: str, file: str = "buddyline.db") -> list[sqlite3.Row]:
        """Return the rows of a SELECT, past whatever the process is doing."""
        with closing(sqlite3.connect(self.folder / file, timeout=10)) as db:
            db.row_factory = sqlite3.Row
            return db.execute(statement).fetchall()

    def plant_unreadable(self) -> None:
        """Put an event into the inbox that was kept and no longer opens; a second time it is there already."""
        with closing(sqlite3.connect(self.folder / "buddyline.db", timeout=10)) as db:
            db.execute(
                "INSERT OR IGNORE INTO inbox"
                " (platform, event_id, state, body, received_at, retry_at, failures)"
                " SELECT platform, 'unreadable', 'kept', x'00', received_at, received_at, 0"
                " FROM inbox ORDER BY id LIMIT 1"
            )
            db.commit()

    def plant_lost(self) -> None:
        """Have something be sealed for the team that no longer opens; a second time it is there already."""
        with closing(sqlite3.connect(self.folder / "buddyline.db", timeout=10)) as db:
            db.execute("INSERT OR IGNORE INTO secret VALUES ('phrases', 'adult-care', x'00')")
            db.commit()

    def facts(self, kind: str | None = None) -> list[Fact]:
        """Return the journal, by chain in the order of their beginning; only one kind, or all."""
        found = [
            Fact(row["chain"], row["kind"], row["by"], instant(row["at"]), json.loads(row["body"]))
            for row in self.rows(
                "SELECT j.* FROM journal j JOIN journal f ON f.chain = j.chain AND f.number = 1 "
                "ORDER BY f.at, f.rowid, j.number"
            )
        ]
        return [fact for fact in found if kind is None or fact.kind == kind]

    def seen(self, kind: str, times: int = 1) -> Callable[[], bool]:
        """Return a question: has this happened so many times?"""
        return lambda: len(self.facts(kind)) >= times

    # --- time --------------------------------------------------------------------------------------

    async def until(self, happened: Callable[[], bool]) -> None:
        """Let time pass until something has happened."""
        end = host() + DONE_WITHIN
        while True:
            await self.settle()
            if happened():
                return
            if host() > end:
                raise Stuck("it does not happen")
            if self.flowing:
                await pause()
                continue
            due = *map(self._earliest, DUE), self._next_end()
            coming = [at for at in due if at is not None]
            if not coming:
                raise Stuck("nothing is due any more")
            self.clock.skip_to(min(coming))

    async def settle(self) -> None:
        """Return when nothing waits: all is decided that is due, all is sent.

        Raises:
            Stuck: something waits for ever.
        """
        end, last, since = host() + DONE_WITHIN, None, host()
        while host() < end:
            await self.up()
            waiting = self._waiting()
            if waiting is None:
                return
            state = (waiting, len(self.trace()))
            if state != last or self._at_work():
                last, since = state, host()
            elif not self.flowing and host() - since > self._still(waiting[1]):
                # What is late already waits for the loops' next look, at most fifteen seconds away.
                self.clock.skip_to(max(waiting[1], self.clock.now() + NEXT_LOOK))
                since = host()
            await pause()
        raise Stuck(f"something waits for ever: {self._waiting()}")

    def _at_work(self) -> bool:
        """Say whether the process computes, writes, or waits for its turn on a loaded machine: then it is not still."""
        if self._process is None:
            return False
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/stat")
        with suppress(OSError):
            return any(at.read_text().rpartition(") ")[2][:1] in "RD" for at in threads)
        return False

    def _still(self, waiting_at: datetime) -> float:
        return STILL if waiting_at > self.clock.now() else STILL_LATE

    def _waiting(self) -> tuple[int, datetime] | None:
        """Return how much waits, and from when on something of it can go on; None when nothing does."""
        now = self.clock.now()
        # One statement, so that it is one view of the database.
        [row] = self.rows(
            "SELECT (SELECT count(*) FROM outbox WHERE live AND shown < wanted) AS waiting, "
            "(SELECT min(due_at) FROM outbox WHERE live AND shown < wanted) "
            "AS waiting_at, "
            "(SELECT count(*) FROM inbox WHERE state = 'kept') AS kept, "
            "(SELECT min(retry_at) FROM inbox WHERE state = 'kept') AS kept_at, "
            "(SELECT min(look_at) FROM visit) AS visit_at, "
            "(SELECT min(look_at) FROM escalation) AS alarm_at, "
            "(SELECT min(look_at) FROM duress) AS call_at, "
            "(SELECT min(look_at) FROM overheard) AS heard_at, "
            "(SELECT min(ends_at) FROM person WHERE NOT has_left) AS end_at"
        )
        stored = [row["waiting_at"], row["kept_at"]]
        due = [row[f"{name}_at"] for name in ("visit", "alarm", "call", "heard", "end")]
        stored += [at for at in due if at is not None and instant(at) <= now]
        coming = [instant(at) for at in stored if at is not None]
        return (row["waiting"] + row["kept"], min(coming)) if coming else None

    def _next_end(self) -> datetime | None:
        [row] = self.rows("SELECT min(ends_at) AS at FROM person WHERE NOT has_left")
        return None if row["at"] is None else instant(row["at"])

    def _earliest(self, table: str) -> datetime | None:
        [row] = self.rows(f"SELECT min(look_at) AS at FROM {table}")
        return None if row["at"] is None else instant(row["at"])


def instant(stored: int) -> datetime:
    """Return a stored instant, aware UTC."""
    return EPOCH + timedelta(microseconds=stored)


async def pause(seconds: float = LOOK_EVERY) -> None:
    """Let the processes work."""
    clock = SystemClock(longest_slice=timedelta(seconds=seconds))
    await clock.wait(clock.now() + timedelta(seconds=seconds), asyncio.Event())
