"""The process that is killed: the product's own App, with a boundary hook that ends it by SIGKILL.

Called with a folder. What it finds there: `clock`, `team.toml`, `kills` (lines "N boundary": at its Nth occurrence in
this life), `lot` (who is asked how it goes), `breaks/` (a file named like a boundary makes that boundary fail once). What
it leaves there: `port`, and `trace`, one line for each boundary passed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections import Counter
from pathlib import Path

from bot import config
from bot import main as root
from bot.clock import SystemIds
from bot.domain.wellbeing import SHORTEST, drawn
from tests.crash.clock import EPOCH, FileClock

KILLED = "KILLED AT "
BROKEN = "BROKEN AT "


def _falls(lot: str) -> bool:
    return drawn(lot, start_at=EPOCH, end_at=EPOCH + SHORTEST) is not None


SOMEBODY = next(lot for lot in map("lot_{}".format, range(1_000)) if _falls(lot))
NOBODY = next(lot for lot in map("lot_{}".format, range(1_000)) if not _falls(lot))


class Broken(Exception):
    """A boundary that was made to fail."""


class Lots(SystemIds):
    """Chance as it is, but for who is asked how it goes: that is as the file `lot` says, and nobody without it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._lot = folder / "lot"

    def new(self, prefix: str) -> str:
        """Return a fresh id, or the lot that is to be drawn."""
        if prefix == "lot":
            return self._lot.read_text(encoding="ascii") if self._lot.exists() else NOBODY
        return super().new(prefix)


class Boundaries:
    """The hook: counts over the whole life, writes down, kills."""

    def __init__(self, folder: Path) -> None:
        self._breaks = folder / "breaks"
        self._kills = read_kills(folder)
        self._counts = Counter(read_trace(folder))
        self._trace = os.open(folder / "trace", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()

    def __call__(self, name: str) -> None:
        """Note that the process came by `name`; it may not come further."""
        with self._lock:
            self._counts[name] += 1
            self._note(name)
            if (name, self._counts[name]) in self._kills:
                self._note(KILLED + name)
                os.kill(os.getpid(), signal.SIGKILL)
        order = next(self._breaks.glob(f"* {name}"), None)
        if order is not None:
            order.unlink()
            self._note(BROKEN + name)
            raise Broken(name)

    def _note(self, line: str) -> None:
        os.write(self._trace, f"{line}\n".encode())


def read_kills(folder: Path) -> set[tuple[str, int]]:
    """Return the kills of a life's plan as (boundary, occurrence)."""
    lines = (folder / "kills").read_text(encoding="utf-8").splitlines()
    parts = (line.split(" ", 1) for line in lines)
    return {(name, int(number)) for number, name in parts}


def read_trace(folder: Path) -> list[str]:
    """Return the boundaries passed so far, kills and breaks left out."""
    path = folder / "trace"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line for line in lines if not line.startswith((KILLED, BROKEN))]


async def serve(folder: Path) -> None:
    """Run the bot in a folder until a signal."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    settings = config.load(
        {
            "BUDDYLINE_DATABASE_URL": f"sqlite:///{folder / 'buddyline.db'}",
            "BUDDYLINE_KEY_FILE": str(folder / "buddyline.key"),
            "BUDDYLINE_TEAM_FILE": str(folder / "team.toml"),
            "BUDDYLINE_PORT": "0",
        }
    )
    clock = FileClock(folder / "clock")
    app = await root.build(settings, clock=clock, ids=Lots(folder), boundary=Boundaries(folder))
    new = folder / "port.new"
    new.write_text(str(app.server.port), encoding="ascii")
    new.replace(folder / "port")
    await app.run(stopping)


def live(folder: Path) -> None:
    """Be the process: say everything into the folder's `log`, and run there until a signal."""
    with (folder / "log").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    logging.basicConfig(level="INFO", format="%(levelname)s %(name)s: %(message)s", force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    asyncio.run(serve(folder))
