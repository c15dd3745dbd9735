"""The clock of a simulated machine: it stands still until it is moved, and may be put back a little."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)


class SimClock:
    """`bot.ports.Clock`, moved by hand."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self._now

    def move_to(self, at: datetime) -> None:
        """Go forward to `at`; an earlier instant changes nothing."""
        self._now = max(self._now, at)

    def put_back(self, by: timedelta) -> None:
        """Go back, as a time server may have it."""
        self._now -= by

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        """Refuse: in the simulator nobody waits, every loop is stepped by hand."""
        raise AssertionError(f"a wait until {until}, {wake.is_set()}")
