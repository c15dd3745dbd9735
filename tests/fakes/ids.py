"""Chance that comes out the same for the same seed."""

from __future__ import annotations

import base64
import hashlib


class SeededIds:
    """`bot.ports.IdSource` drawn from a seed: the same calls in the same order give the same ids and tokens.

    Args:
        seed: any text or number.
    """

    def __init__(self, seed: int | str = 0) -> None:
        self._seed = str(seed).encode()
        self._drawn = 0

    def new(self, prefix: str) -> str:
        """Return "prefix_xxxxxxxxxxxxxxxx": 16 lower-case letters and digits."""
        return f"{prefix}_{base64.b32encode(self.token(10)).decode('ascii').lower()}"

    def token(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        found = b""
        while len(found) < size:
            self._drawn += 1
            found += hashlib.sha256(b"%b:%d" % (self._seed, self._drawn)).digest()
        return found[:size]
