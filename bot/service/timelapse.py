"""Time-lapse, for the demo alone: its clock goes forward from deadline to deadline, and each is lived through on the way.

The clock never goes back: by how much it is ahead is kept among the pulses, which only ever grow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.ports import Clock, Store, Tx

OFFSET = "demo.clock"
"""The pulse that holds the offset: the instant it makes of the epoch."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ROUNDS = 20
"""How often at most what is due at one instant is looked at anew: a message may be tried again and again."""


class Forward(Clock, Protocol):
    """A clock that can be put forward (`bot.clock.DemoClock`)."""

    @property
    def offset(self) -> timedelta:
        """By how much it is ahead of the host's."""

    def forward(self, by: timedelta) -> None:
        """Put it forward."""


class TimeLapse:
    """Puts a clock forward, one request after another.

    Args:
        work: makes one pass of everything that is due now, sending included.
        moving: hears of each instant the clock is about to be put to.
    """

    def __init__(
        self,
        store: Store,
        clock: Forward,
        *,
        work: Callable[[], Awaitable[object]],
        moving: Callable[[datetime], None],
    ) -> None:
        self._store, self._clock = store, clock
        self._work, self._moving = work, moving
        self._one_at_a_time = asyncio.Lock()

    async def restore(self) -> None:
        """Put a clock that was just made to where the demo left it."""
        kept = await self._store.read(lambda tx: tx.pulses.get(OFFSET))
        if kept is not None and kept - EPOCH > self._clock.offset:
            self._clock.forward(kept - EPOCH - self._clock.offset)

    def now(self) -> datetime:
        """Return what the demo's clock shows."""
        return self._clock.now()

    async def next_due(self) -> datetime | None:
        """Return the earliest deadline of all visits and alarms, now at the earliest; None when nothing lies ahead."""
        due = await self._store.read(lambda tx: tx.next_due())
        return None if due is None else max(due, self._clock.now())

    async def forward_to(self, at: datetime) -> None:
        """Live through everything up to `at`, that instant included; an instant that has passed changes nothing."""
        async with self._one_at_a_time:
            while self._clock.now() < at:
                await self._move(min(at, await self._next_work() or at))
                await self.settle()

    async def settle(self) -> None:
        """Do everything that is due now, and what follows from it at once."""
        for _ in range(ROUNDS):
            await self._work()
            due = await self._next_work()
            if due is None or due > self._clock.now():
                return

    async def _move(self, at: datetime) -> None:
        by = at - self._clock.now()
        if by <= timedelta():
            return
        ahead = EPOCH + self._clock.offset + by
        # On disk first: after a crash in between the time is later than anybody saw, and never earlier.
        await self._store.run(lambda tx: tx.pulses.set(OFFSET, ahead), name="clock")
        self._moving(at)
        self._clock.forward(by)

    async def _next_work(self) -> datetime | None:
        def work(tx: Tx) -> datetime | None:
            found = (tx.next_due(), tx.outbox.next_due(self._clock.now()))
            return min((each for each in found if each is not None), default=None)

        return await self._store.read(work)
