"""Whether the person visited may be rung: read from what is sealed, at the moment of deciding, and kept nowhere else."""

from __future__ import annotations

from bot.domain.details import YES, Part, Ring
from bot.domain.visit import Visit
from bot.ports import Tx


def ring(tx: Tx, visit: Visit) -> Ring:
    """Return whether the person visited may be rung; nothing is opened unless a number is on file."""
    if not visit.sealed:
        return Ring.UNKNOWN
    if Part.NUMBER not in visit.sealed:
        return Ring.NO_NUMBER
    found = tx.details.read(visit.id)
    if found.get(Part.NUMBER) is None or found.get(Part.SAFE) is None:
        return Ring.LOST
    return Ring.SAFE if found[Part.SAFE] == YES else Ring.UNSAFE
