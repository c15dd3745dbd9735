"""Chance that comes out the same for the same seed."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter


class SeededIds:
    """`bot.ports.IdSource` drawn from a seed: the same calls in the same order give the same ids and tokens.

    Each kind of id is counted by itself: two runs in which only one draws ids of some kind are the same in all others.

    Args:
        seed: any text or number.
    """

    def __init__(self, seed: int | str = 0) -> None:
        self._seed = str(seed).encode()
        self._drawn: Counter[str] = Counter()

    def new(self, prefix: str) -> str:
        """Return "prefix_xxxxxxxxxxxxxxxx": 16 lower-case letters and digits."""
        return f"{prefix}_{base64.b32encode(self._next(prefix, 10)).decode('ascii').lower()}"

    def token(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        return self._next("", size)

    def _next(self, kind: str, size: int) -> bytes:
        found = b""
        while len(found) < size:
            self._drawn[kind] += 1
            drawn = f"{kind}:{self._drawn[kind]}".encode()
            found += hashlib.sha256(self._seed + b":" + drawn).digest()
        return found[:size]
