"""Time in a simulated world: a clock that only goes on when nobody has anything to do, and the event loop that moves it."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Generator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SimClock:
    """`bot.ports.Clock` of a simulated machine. What has passed is counted apart from what the clock shows: it may jump."""

    def __init__(self, start: datetime = START) -> None:
        self._shown = start
        self._passed = 0

    def now(self) -> datetime:
        """Return the instant that the machine's clock shows."""
        return self._shown

    def seconds(self) -> float:
        """Return how long the world has been there, whatever the clock showed meanwhile."""
        return self._passed / 1_000_000

    def pass_(self, seconds: float) -> None:
        """Let time go by, at least a microsecond."""
        by = max(1, round(seconds * 1_000_000))
        self._passed += by
        self._shown += by * _MICROSECOND

    def jump(self, by: timedelta) -> None:
        """Show another time from now on, later or earlier, as a time server may have it."""
        self._shown += by

    async def until(self, at: datetime) -> None:
        """Return when the clock shows `at`; at once when it has."""
        await self.sleep(at - self._shown)

    async def sleep(self, span: timedelta) -> None:
        """Return once so much time has gone by."""
        if span <= timedelta():
            return
        loop = asyncio.get_running_loop()
        there: asyncio.Future[None] = loop.create_future()
        end = (self._passed + span // _MICROSECOND) / 1_000_000
        timer = loop.call_at(end, _arrive, there)
        try:
            await there
        finally:
            timer.cancel()

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        """Refuse: in the simulator nobody waits by themselves, every loop is stepped by hand."""
        raise AssertionError(f"a wait until {until}, {wake.is_set()}")


def _arrive(there: asyncio.Future[None]) -> None:
    if not there.done():
        there.set_result(None)


class Turn:
    """Awaited, it lets every other task have its turn."""

    def __await__(self) -> Generator[None, None, None]:
        """Give way once."""
        yield


class _Selector(selectors.BaseSelector):
    """Waits for nothing outside; instead of waiting for a time it lets time go by."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self._real = selectors.DefaultSelector()

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Do as the real one."""
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Do as the real one."""
        return self._real.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """Return what is registered."""
        return self._real.get_map()

    def close(self) -> None:
        """Let go."""
        self._real.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let `timeout` go by. Raises AssertionError when nothing at all will ever happen again."""
        assert timeout is not None, "everybody waits for somebody else"
        if timeout > 0:
            self._clock.pass_(timeout)
        return []


class SimLoop(asyncio.SelectorEventLoop):
    """An event loop in which time is the simulated world's, so that a time limit expires in that time too."""

    def __init__(self, clock: SimClock) -> None:
        self._sim_clock = clock
        super().__init__(_Selector(clock))

    def time(self) -> float:
        """Return the seconds of the simulated world."""
        return self._sim_clock.seconds()
