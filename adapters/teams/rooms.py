"""Who reads along in a team's channel on Teams, and whether it takes anything. Its members are harvested on the way."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

from adapters.teams import addresses
from adapters.teams.calling import Gone
from adapters.teams.members import Members
from adapters.teams.people import TeamsPeople
from adapters.teams.reaching import member
from adapters.teams.sender import TeamsSender
from adapters.teams.tokens import LACKING, SHUT_OUT
from bot.domain.errors import DeliveryFailed
from bot.domain.people import RoomFault

GONE = frozenset(
    {f"{LACKING}: {word}" for word in SHUT_OUT}
    | {"BotNotRegistered", "BotDisabledByAdmin", "BotDisabled"}
)
"""No message of ours goes anywhere any more: there is no token, or no bot."""
CLOSED = frozenset({"BotNotInConversationRoster", "Forbidden", "ForbiddenOperationException"})

_LOG = logging.getLogger("buddyline.teams")


class TeamsRooms:
    """The port `Rooms`. Asking it once also has everybody's private chat ready before it is needed."""

    def __init__(self, members: Members, people: TeamsPeople, sender: TeamsSender) -> None:
        self._members, self._people, self._sender = members, people, sender

    async def faults(self, channel: str, people: tuple[str, ...] = ()) -> frozenset[RoomFault]:
        """See `Rooms`."""
        try:
            return frozenset([one async for one in self._faults(channel, people)])
        except Gone:
            return frozenset({RoomFault.CLOSED})
        except DeliveryFailed as failed:
            if str(failed) in GONE:
                return frozenset({RoomFault.GONE})
            if str(failed) in CLOSED:
                return frozenset({RoomFault.CLOSED})
            raise

    async def _faults(self, channel: str, people: tuple[str, ...]) -> AsyncIterator[RoomFault]:
        if addresses.shared(channel) != channel:
            raise DeliveryFailed("no such address", permanent=True)
        guests = False
        async for some in self._members.pages(channel):
            guests = guests or await self._has_guests(some)
        if guests:
            yield RoomFault.GUESTS
        if not await self._all_reached(people):
            yield RoomFault.UNREACHED

    async def _all_reached(self, people: tuple[str, ...]) -> bool:
        """Have the private chats of these ready; return False when somebody has none for good."""
        refused = False
        try:
            for address in people:
                try:
                    await self._sender.chat_with(address)
                except DeliveryFailed as failed:
                    if not failed.permanent or str(failed) in GONE:
                        raise
                    refused = True
        except DeliveryFailed as failed:
            # The rest is known all the same; who was not asked about now is the next time.
            _LOG.warning("finding teams.people: %s", failed)
        return not refused

    async def _has_guests(self, some: list[Any]) -> bool:
        found = [member(one)[0] for one in some if _role(one) in {"guest", "anonymous"}]
        known = await self._people.known(tuple(one for one in found if one))
        return any(one not in known for one in found)


def _role(one: Any) -> str:  # noqa: ANN401 - the SDK's
    more = getattr(one, "additional_properties", None) or {}
    return str(more.get("userRole") or getattr(one, "role", None) or "").lower()
