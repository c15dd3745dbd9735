"""What is wrong with a team's channel: who else reads along there, and whether anything can be posted into it."""

from __future__ import annotations

from typing import Protocol

from bot.domain.people import RoomFault


class Rooms(Protocol):
    """Asks a platform about channels."""

    async def faults(self, channel: str, people: tuple[str, ...] = ()) -> frozenset[RoomFault]:
        """Return what is wrong with the channel of an address; empty when nothing is.

        Args:
            people: addresses of whoever is on the team's list. Where a platform tells without anybody noticing whether they
                can be written to, it is asked.

        Raises:
            DeliveryFailed: it cannot be said now.
            Unavailable: the store cannot be read.
        """
