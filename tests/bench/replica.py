"""One of two processes that decide on the same database until nothing is due: the real engine on the real store.

Called with a JSON list of the database's address and a name, which marks the ids that it gives.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress

from bot.clock import SystemClock, SystemIds
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from storage.postgres_store import PostgresStore
from tests.bench.town import keyring


class MarkedIds(SystemIds):
    """Ids that tell who gave them."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self._mark = mark

    def new(self, kind: str) -> str:
        """Return a fresh id: the mark, a stroke, and what it would be otherwise."""
        return f"{self._mark}/{super().new(kind)}"


async def decide(url: str, name: str) -> None:
    """Run until an engine finds nothing due, here or in other hands."""
    clock, ids = SystemClock(), MarkedIds(name)
    store = PostgresStore(url, keyring(), ids)
    engine = Engine(store, clock, ids, DurableIntake(store, clock, ids))
    stopping = asyncio.Event()
    running = asyncio.create_task(engine.run(stopping))
    while True:
        due_at = await store.read(lambda tx: tx.next_due())
        if due_at is None or due_at > clock.now():
            break
        with suppress(TimeoutError):
            async with asyncio.timeout(0.25):
                await asyncio.shield(running)
    stopping.set()
    engine.wake()
    await running
    await store.close()


if __name__ == "__main__":
    asyncio.run(decide(*json.loads(sys.argv[1])))
