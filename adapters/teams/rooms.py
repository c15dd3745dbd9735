"""Who reads along in a team's channel on Teams, and whether it takes anything. Its members are harvested on the way."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

from adapters.teams import addresses
from adapters.teams.calling import Calls, Gone
from adapters.teams.people import People
from adapters.teams.reaching import Reaching, member
from bot.domain.errors import DeliveryFailed
from bot.domain.people import RoomFault

CLOSED = frozenset({"BotNotInConversationRoster", "Forbidden", "ForbiddenOperationException"})
PAGE = 200
PAGES = 50

_LOG = logging.getLogger("buddyline.teams")


class TeamsRooms:
    """The port `Rooms`. Asking it once also lets us reach everybody of the team who is in the channel."""

    def __init__(self, calls: Calls, people: People, reaching: Reaching) -> None:
        self._calls, self._people, self._reaching = calls, people, reaching

    async def faults(self, channel: str) -> frozenset[RoomFault]:
        """See `Rooms`."""
        try:
            return frozenset([one async for one in self._faults(channel)])
        except Gone:
            return frozenset({RoomFault.CLOSED})
        except DeliveryFailed as failed:
            if str(failed) in CLOSED:
                return frozenset({RoomFault.CLOSED})
            raise

    async def _faults(self, channel: str) -> AsyncIterator[RoomFault]:
        if addresses.shared(channel) != channel:
            raise DeliveryFailed("no such address", permanent=True)
        service = (await self._reaching.of(channel)).service
        guests = False
        async for some in self._members(service, channel):
            await self._reaching.members(service, some)
            guests = guests or await self._has_guests(some)
        if guests:
            yield RoomFault.GUESTS

    async def _has_guests(self, some: list[Any]) -> bool:
        found = [member(one)[0] for one in some if _role(one) in {"guest", "anonymous"}]
        known = await self._people.known(tuple(one for one in found if one))
        return any(one not in known for one in found)

    async def _members(self, service: str, channel: str) -> AsyncIterator[list[Any]]:
        token: str | None = None
        for _ in range(PAGES):
            asked = token
            answer = await self._calls.call(
                service,
                channel,
                lambda client: client.conversations.get_conversation_paged_members(
                    channel,
                    page_size=PAGE,
                    continuation_token=asked,  # noqa: B023 - called at once
                ),
            )
            yield list(getattr(answer, "members", None) or ())
            token = getattr(answer, "continuation_token", None)
            if not token:
                return
        _LOG.warning("finding teams.members: more than are read")


def _role(one: Any) -> str:  # noqa: ANN401 - the SDK's
    more = getattr(one, "additional_properties", None) or {}
    return str(more.get("userRole") or getattr(one, "role", None) or "").lower()
