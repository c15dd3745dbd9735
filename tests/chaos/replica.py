"""One of several processes on a database: engine and relay as in production, with a sender that writes into a file.

Called with a folder and a name. What it finds there: `clock`, `url`; a file `hold.NAME` has its sends wait until it is
gone. What it leaves there: `sent.NAME`, a line "post key ref" or "edit key" for everything a platform would have taken,
"hold key" when a send begins to wait.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.clock import SystemIds
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination
from bot.sealing import Keyring
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from bot.service.relay import Relay
from storage.postgres_store import PostgresStore
from tests.crash.clock import FileClock

KEY = bytes(range(32))
READY = "ready"


class FileSender:
    """`bot.ports.Sender` into a file that outlives the process."""

    platform = "local"
    capabilities = Capabilities(
        choices=True, edits=True, only_you=True, forms=True, text_max=20_000
    )

    def __init__(self, folder: Path, name: str) -> None:
        self._name, self._hold = name, folder / f"hold.{name}"
        self._file = os.open(folder / f"sent.{name}", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._sent = 0

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Take a message."""
        await self._wait(key)
        self._sent += 1
        ref = f"{self._name}{self._sent}"
        self.note(f"post {key} {ref}")
        return ref

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Take a change."""
        self.note(f"edit {ref}")

    def note(self, line: str) -> None:
        """Write a line, whole, at once."""
        os.write(self._file, f"{line}\n".encode())

    async def _wait(self, key: str) -> None:
        if self._hold.exists():
            self.note(f"hold {key}")
            while self._hold.exists():
                await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=0.01)


async def work(folder: Path, name: str) -> None:
    """Decide and send until a signal."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    ids, clock = SystemIds(), FileClock(folder / "clock")
    url = (folder / "url").read_text(encoding="utf-8")
    store = PostgresStore(url, Keyring([KEY], ids), ids)
    sender = FileSender(folder, name)
    engine = Engine(store, clock, ids, DurableIntake(store, clock, ids))
    relay = Relay(store, clock, ids, {sender.platform: sender})

    def stop() -> None:
        stopping.set()
        engine.wake()
        relay.wake()

    loop.add_signal_handler(signal.SIGTERM, stop)
    sender.note(READY)
    await asyncio.gather(engine.run(stopping), relay.run(stopping))
    await relay.drain()
    await store.close()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
