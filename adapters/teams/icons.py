"""The app's two icons, drawn here: two people side by side. Pure."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

Colour = tuple[int, int, int, int]

_BLUE: Colour = (0x1D, 0x35, 0x57, 255)
_WHITE: Colour = (255, 255, 255, 255)
_NOTHING: Colour = (255, 255, 255, 0)


def color() -> bytes:
    """Return the icon in colour, 192 pixels each way, as a PNG."""
    return _png(192, lambda x, y: _WHITE if _people(x, y) else _BLUE)


def outline() -> bytes:
    """Return the icon that is white on nothing, 32 pixels each way, as a PNG."""
    return _png(32, lambda x, y: _WHITE if _people(x, y) else _NOTHING)


def _people(x: float, y: float) -> bool:
    """Return whether a point of the unit square is of the two people."""
    return _person(x, y, 0.36, 0.34, 0.11) or _person(x, y, 0.66, 0.40, 0.09)


def _person(x: float, y: float, at: float, head: float, size: float) -> bool:
    in_head = (x - at) ** 2 + (y - head) ** 2 <= size**2
    shoulders = head + 1.3 * size
    in_body = (
        y <= 0.76 and ((x - at) / (1.5 * size)) ** 2 + ((y - 0.76) / (0.76 - shoulders)) ** 2 <= 1
    )
    return in_head or in_body


def _png(size: int, colour: Callable[[float, float], Colour]) -> bytes:
    rows = b"".join(
        b"\0" + b"".join(bytes(colour((x + 0.5) / size, (y + 0.5) / size)) for x in range(size))
        for y in range(size)
    )
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)
