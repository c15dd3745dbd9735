"""Messages that Slack keeps and posts by itself (`chat.scheduleMessage`), in the private chat of one person.

The SDK's own methods put some of what they ask into the address, where logs keep it; here it all goes in the body.

Slack takes 30 of them for one chat in any five minutes, and takes none back in the last minute. It posts none that carries
metadata, so none does.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from math import ceil

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import blocks
from adapters.slack.calling import Calls
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Unavailable

FULL = "restricted_too_many"
"""Slack keeps as many for that chat and those minutes as it will."""
GONE = "invalid_scheduled_message_id"
"""It was posted, will be within the minute, or never was."""
FURTHER = timedelta(minutes=5)
TIMES = 6
"""How often a later instant is tried where the minutes are full."""
PAGE = 100
PAGES = 100

_REF = re.compile(r"(T[A-Z0-9]{1,30})/([CDG][A-Z0-9]{1,30}):([A-Za-z0-9]{1,40})")
Known = Callable[[], Awaitable[tuple[str, ...]]]


class SlackPlacer:
    """The port `Placer`. A reference is workspace, chat and Slack's own id.

    Args:
        known: the ids of the workspaces that have let us in.
    """

    platform = "slack"

    def __init__(self, calls: Calls, known: Known) -> None:
        self._calls, self._known = calls, known
        self._chats: dict[str, str] = {}

    async def place(self, address: str, what: Rendered, *, at: datetime) -> str:
        """Have something posted into somebody's private chat at an instant; five minutes later where Slack takes no more."""
        team = address.partition("/")[0]
        client, user = await self._calls.place(address)
        chat = await self._chat(client, address, user)
        body = {"text": blocks.fallback(what), "blocks": blocks.message(what, key="")}
        second = ceil(at.timestamp())
        for time in range(TIMES + 1):
            post_at = second + time * int(FURTHER.total_seconds())
            try:
                answer = await self._calls.call(
                    client,
                    (team, "chat.scheduleMessage", chat),
                    lambda: client.chat_scheduleMessage(
                        channel=chat,
                        post_at=post_at,  # noqa: B023 - called at once
                        unfurl_links=False,
                        unfurl_media=False,
                        **body,  # type: ignore[arg-type] # a text and blocks
                    ),
                )
            except DeliveryFailed as failed:
                if str(failed) != FULL or time == TIMES:
                    raise
            else:
                return f"{team}/{chat}:{answer['scheduled_message_id']}"
        raise AssertionError("unreachable")

    async def take_back(self, ref: str) -> bool:
        """Have it not posted; False when it is too late for that, or it is gone already."""
        found = _REF.fullmatch(ref)
        if found is None:
            return False
        team, chat, message_id = found.groups()
        client = await self._calls.client(team)
        try:
            await self._calls.call(
                client,
                (team, "chat.deleteScheduledMessage", chat),
                lambda: client.api_call(
                    "chat.deleteScheduledMessage",
                    data={"channel": chat, "scheduled_message_id": message_id},
                ),
            )
        except DeliveryFailed as failed:
            if str(failed) != GONE:
                raise
            return False
        return True

    async def held(self) -> tuple[str, ...]:
        """Return the references of everything that Slack keeps ready for us; may be empty."""
        try:
            teams = await self._known()
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, Unavailable) as error:
            raise DeliveryFailed("no answer", uncertain=True) from error
        found: list[str] = []
        for team in teams:
            try:
                found += await self._held_in(team)
            except DeliveryFailed as failed:
                if not failed.permanent:
                    raise
                # That workspace has taken us out: nothing of it can be put in order, and the others go on.
        return tuple(found)

    async def _held_in(self, team: str) -> list[str]:
        client, cursor = await self._calls.client(team), ""
        found: list[str] = []
        for _ in range(PAGES):
            answer = await self._calls.call(
                client,
                (team, "chat.scheduledMessages.list", ""),
                lambda: client.api_call(
                    "chat.scheduledMessages.list",
                    data={"limit": PAGE, **({"cursor": cursor} if cursor else {})},  # noqa: B023 - called at once
                ),
            )
            found += [
                f"{team}/{one['channel_id']}:{one['id']}" for one in answer["scheduled_messages"]
            ]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor", ""))
            if not cursor:
                break
        return found

    async def _chat(self, client: AsyncWebClient, address: str, user: str) -> str:
        """Return the id of somebody's private chat; only by that one can anything be taken back."""
        known = self._chats.get(address)
        if known is None:
            answer = await self._calls.call(
                client,
                (address.partition("/")[0], "conversations.open", user),
                lambda: client.api_call("conversations.open", data={"users": user}),
            )
            known = self._chats[address] = str(answer["channel"]["id"])
        return known
