"""A clock that several processes share: it stands in a file, so that time goes on while nobody runs."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
SLICE = 0.02
"""Real seconds after which a wait looks again: somebody may have moved the clock forward."""


class FileClock:
    """`bot.ports.Clock` read from a file: an instant of the machine's, what it stood for, and how fast it goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, rate: float) -> None:
        """Set it going at `rate` seconds for each of the machine's."""
        self._write(START, rate)

    def now(self) -> datetime:
        """Return the instant it shows, aware UTC."""
        at, _ = self._read()
        return at

    def skip_to(self, at: datetime) -> None:
        """Move it forward to `at`; an earlier instant changes nothing. One process does this, the driver."""
        now, rate = self._read()
        if at > now:
            self._write(at, rate)

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        """Return at `until` or as soon as `wake` is set, whichever is first."""
        while not wake.is_set() and self.now() < until:
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), timeout=SLICE)

    def _read(self) -> tuple[datetime, float]:
        begun, stood_for, rate = map(float, self._path.read_text(encoding="ascii").split())
        passed = (host() - begun) * rate
        return EPOCH + timedelta(seconds=stood_for + passed), rate

    def _write(self, at: datetime, rate: float) -> None:
        new = self._path.with_suffix(".new")
        stood_for = (at - EPOCH).total_seconds()
        new.write_text(f"{host()!r} {stood_for!r} {rate!r}", encoding="ascii")
        new.replace(self._path)


def host() -> float:
    """Return the machine's own seconds, the same in every process."""
    return time.monotonic()  # noqa: TID251 - real processes live in real time
