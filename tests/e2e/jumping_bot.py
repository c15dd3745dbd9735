"""The real bot in a process of its own, with a clock that a test can put forward: host time plus a file's seconds.

Usage: python -m tests.e2e.jumping_bot OFFSET_FILE   (settings from the environment, as for `buddyline run`)
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot import config, main
from bot.clock import SystemClock


class JumpingClock(SystemClock):
    """The host's clock, put forward by as many seconds as a file says."""

    def __init__(self, offset: Path) -> None:
        super().__init__(longest_slice=timedelta(milliseconds=100))
        self._offset = offset

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=float(self._offset.read_text() or 0))


async def _run(offset: Path) -> None:
    app = await main.build(config.load(os.environ), clock=JumpingClock(offset))
    sys.stdout.write(f"http://127.0.0.1:{app.server.port}\n")
    sys.stdout.flush()
    await app.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1])))
