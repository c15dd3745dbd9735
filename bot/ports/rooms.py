"""What is wrong with a team's channel: who else reads along there, and whether anything can be posted into it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class RoomFault(StrEnum):
    """What may be wrong. Kept in messages: none is ever renamed."""

    GONE = "gone"
    """The platform does not know us there any more: nobody is reached by it."""
    CLOSED = "closed"
    """It was archived, or we were taken out of it."""
    OUTSIDE = "outside"
    """It is shared with another organisation."""
    GUESTS = "guests"
    """Guests read along who are on no team's list."""
    UNPINNED = "unpinned"
    """The list of who is out could not be pinned, or taken down, the last time."""


class Rooms(Protocol):
    """Asks a platform about channels."""

    async def faults(self, channel: str) -> frozenset[RoomFault]:
        """Return what is wrong with the channel of an address; empty when nothing is.

        Raises:
            DeliveryFailed: it cannot be said now.
            Unavailable: the store cannot be read.
        """
