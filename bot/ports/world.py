"""The clock, chance and sealing: what the core asks of the machine it runs on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio


class Clock(Protocol):
    """The time, and waiting for it. Real in production, virtual in tests."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC. It may jump: the engine guards against that."""

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        """Return at `until` or as soon as `wake` is set, whichever is first; at once when `until` has passed."""


class IdSource(Protocol):
    """The one source of chance."""

    def new(self, prefix: str) -> str:
        """Return a fresh id "prefix_xxxxxxxxxxxxxxxx" (at least 60 random bits, letters and digits), never guessable."""

    def token(self, size: int) -> bytes:
        """Return `size` random bytes fit for keys, salts and nonces."""


class Sealer(Protocol):
    """Authenticated encryption bound to a place: what was sealed for one field opens in that field only."""

    def seal(self, plain: str, *, place: str) -> bytes:
        """Return `plain` sealed for `place` ("table/row/field")."""

    def open(self, sealed: bytes, *, place: str) -> str:
        """Return the text. Raises SealBroken when the key is lost, or the bytes were changed or moved."""


class SealBroken(Exception):
    """Sealed bytes that do not open: a lost key, a change, or a swap. Alarms go on without them."""
