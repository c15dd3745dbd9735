"""A clock that goes forward by hand only."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


class VirtualClock:
    """`bot.ports.Clock` that stands still until it is moved; waits end when it gets there.

    Args:
        start: aware UTC.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._moved: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward by `by`. Raises ValueError for a negative one."""
        self.jump_to(self._now + by)

    def jump_to(self, at: datetime) -> None:
        """Move forward to `at`; every wait that ends by then ends. Raises ValueError for an earlier instant."""
        if at < self._now:
            raise ValueError("a clock goes forward only")
        self._now = at
        for until, moved in self._moved:
            if until <= at:
                moved.set()

    def next_wait(self) -> datetime | None:
        """Return the earliest instant that somebody waits for; None when nobody does."""
        return min((until for until, _ in self._moved), default=None)

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        """Return at `until` or as soon as `wake` is set, whichever is first; at once when `until` has passed."""
        if wake.is_set() or until <= self._now:
            return
        waiting = (until, asyncio.Event())
        self._moved.append(waiting)
        tasks = [asyncio.ensure_future(event.wait()) for event in (wake, waiting[1])]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._moved.remove(waiting)
            for task in tasks:
                task.cancel()
