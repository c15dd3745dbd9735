"""Who reads along in a team's channel on Slack, and whether it takes anything.

Of nobody more is read than whether they are a guest.

The SDK's own methods put what they ask into the address, where logs keep it; here it all goes in the body.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.known import People
from adapters.slack.addresses import joined
from adapters.slack.calling import NOT_LET_IN, Calls
from adapters.slack.workspaces import REVOKED
from bot.domain.errors import DeliveryFailed
from bot.domain.people import RoomFault
from bot.ports import Clock

GONE = REVOKED | {NOT_LET_IN, "team_not_found"}
CLOSED = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
PAGE = 200
PAGES = 50
TRUSTED_FOR = timedelta(days=1)
"""How long somebody who was no guest is not asked about again: Slack allows a hundred such questions a minute."""

_LOG = logging.getLogger("buddyline.slack")


def closed_by(room: Mapping[str, Any]) -> str:
    """Return why a channel that Slack describes takes nothing from us, by Slack's own code; "" when it does."""
    if room.get("is_archived"):
        return "is_archived"
    return "not_in_channel" if room.get("is_member") is False else ""


def shared(room: Mapping[str, Any]) -> bool:
    """Return whether another organisation reads a channel that Slack describes (Slack Connect)."""
    return bool(room.get("is_ext_shared"))


class SlackRooms:
    """The port `Rooms`.

    Args:
        unpinned: addresses of channels in which the last pin was refused; the sender keeps it.
    """

    def __init__(self, calls: Calls, people: People, clock: Clock, unpinned: set[str]) -> None:
        self._calls, self._people, self._clock = calls, people, clock
        self._unpinned = unpinned
        self._no_guests: dict[str, datetime] = {}

    async def faults(
        self,
        channel: str,
        people: tuple[str, ...] = (),  # noqa: ARG002 - Slack lets everybody in a workspace be written to
    ) -> frozenset[RoomFault]:
        """See `Rooms`."""
        try:
            return frozenset([one async for one in self._faults(channel)])
        except DeliveryFailed as failed:
            if str(failed) in GONE:
                return frozenset({RoomFault.GONE})
            if str(failed) in CLOSED:
                return frozenset({RoomFault.CLOSED})
            raise

    async def _faults(self, address: str) -> AsyncIterator[RoomFault]:
        team = address.partition("/")[0]
        client, channel = await self._calls.place(address)
        answer = await self._ask(client, team, "conversations.info", channel=channel)
        room = answer["channel"]
        if closed_by(room):
            yield RoomFault.CLOSED
            return
        if address in self._unpinned:
            yield RoomFault.UNPINNED
        if shared(room):
            yield RoomFault.OUTSIDE
        try:
            if await self._has_guests(client, team, channel):
                yield RoomFault.GUESTS
        except DeliveryFailed as failed:
            # The rest is known all the same; of whom we have learnt is not asked again the next time.
            _LOG.warning("finding slack.guests: %s", failed)

    async def _has_guests(self, client: AsyncWebClient, team: str, channel: str) -> bool:
        now = self._clock.now()
        self._no_guests = {who: until for who, until in self._no_guests.items() if until > now}
        async for some in self._members(client, team, channel):
            known = await self._people.known(tuple(joined(team, user) for user in some))
            for user in some:
                address = joined(team, user)
                if address in known or address in self._no_guests:
                    continue
                found = (await self._ask(client, team, "users.info", user=user))["user"]
                if found.get("is_restricted") or found.get("is_ultra_restricted"):
                    return True
                self._no_guests[address] = now + TRUSTED_FOR
        return False

    async def _members(
        self, client: AsyncWebClient, team: str, channel: str
    ) -> AsyncIterator[list[str]]:
        cursor = ""
        for _ in range(PAGES):
            asked = {"channel": channel, "limit": str(PAGE), "cursor": cursor}
            answer = await self._ask(client, team, "conversations.members", **asked)
            yield [str(one) for one in answer.get("members", ())]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def _ask(self, client: AsyncWebClient, team: str, method: str, **asked: str) -> Any:  # noqa: ANN401 - Slack's own
        data = {name: value for name, value in asked.items() if value}
        pause = (team, method, asked.get("channel", ""))
        return await self._calls.call(client, pause, lambda: client.api_call(method, data=data))
