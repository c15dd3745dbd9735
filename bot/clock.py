"""The real clock and the real source of chance: the only places where either is read."""

from __future__ import annotations

import asyncio
import os
import secrets  # noqa: TID251 - this is the one source of chance that everything else is handed
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.ports import Clock

LONGEST_SLICE = timedelta(seconds=15)
"""No wait goes on longer without a look at the clock: it may have jumped, or the machine may have slept."""

CHANCE_BYTES = 4096
"""How much chance is asked of the operating system at a time."""

_LETTERS = b"234567abcdefghijklmnopqrstuvwxyz"
"""The 32 characters of an id, in the order in which a database sorts them."""
_CHANCE = _LETTERS * 8
"""What each of the 256 bytes becomes: one of the 32, all equally likely."""
_TIME = tuple(chr(first) + chr(second) for first in _LETTERS for second in _LETTERS)
"""Ten bits of the time in two characters."""


class SystemClock:
    """The host's clock (`bot.ports.Clock`).

    Args:
        longest_slice: how long at most until the clock is looked at again.
    """

    def __init__(self, *, longest_slice: timedelta = LONGEST_SLICE) -> None:
        self._slice = longest_slice

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where the clock is read

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        """Return at `until` or as soon as `wake` is set, whichever is first; at once when `until` has passed.

        A clock set forward past `until` is noticed within one slice. `wake` stays set: who waits clears it.
        """
        while not wake.is_set():
            left = min(until - self.now(), self._slice)
            if left <= timedelta():
                return
            try:
                await asyncio.wait_for(wake.wait(), timeout=left.total_seconds())
            except TimeoutError:
                continue


class DemoClock:
    """A host's clock that can be put forward, never back (`bot.ports.Clock`): for the demo alone.

    Args:
        host: what it goes by between two moves.

    Attributes:
        offset: by how much it is ahead of the host; never negative, never smaller than before.
    """

    def __init__(self, host: Clock) -> None:
        self._host = host
        self._moved = asyncio.Event()
        self.offset = timedelta()

    def now(self) -> datetime:
        """Return the host's instant put forward, aware UTC."""
        return self._host.now() + self.offset

    def forward(self, by: timedelta) -> None:
        """Put it forward; whoever waits looks up at once. Raises ValueError for a negative duration."""
        if by < timedelta():
            raise ValueError("a clock goes forward only")
        self.offset += by
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        """Return at `until` or as soon as `wake` is set, whichever is first; at once when `until` has passed."""
        while not wake.is_set() and self.now() < until:
            waits = [
                asyncio.ensure_future(self._host.wait(until - self.offset, wake)),
                asyncio.ensure_future(self._moved.wait()),
            ]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in waits:
                    one.cancel()


class SystemIds:
    """The operating system's chance (`bot.ports.IdSource`). Safe to use from several threads.

    It is asked for some thousand bytes at a time: to ask takes a system call, for which a thread gives way to the others, and
    each line of a journal needs some. No byte is given twice, in a child process neither.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = b""
        self._used, self._process = 0, 0

    def new(self, prefix: str) -> str:
        """Return "prefix_xxxxxxxxxxxxxxxxxxxx": the time in 8 characters, and 60 random bits in 12.

        What begins together is looked at together, and what ends stays behind: in the order of time, the rows of the people
        who are out now, and what indexes say of them, lie side by side, however many visits there have been. Milliseconds
        in 40 bits: after 34 years the order begins anew, and nothing but that order is lost.
        """
        now = time.time_ns() // 1_000_000
        when = "".join(_TIME[now >> bits & 1023] for bits in (30, 20, 10, 0))
        return f"{prefix}_{when}{self.token(12).translate(_CHANCE).decode('ascii')}"

    def token(self, size: int) -> bytes:
        """Return `size` random bytes."""
        with self._lock:
            if self._used + size > len(self._left) or self._process != os.getpid():
                self._left, self._used = secrets.token_bytes(max(CHANCE_BYTES, size)), 0
                self._process = os.getpid()
            self._used += size
            return self._left[self._used - size : self._used]
