"""The way out of Buddyline into Slack: posts and edits as the bot. Whether, when and how often is the outbox's to decide."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import addresses, blocks, limits
from adapters.slack.calling import Calls, checked
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination

CAPABILITIES = Capabilities(
    choices=True, edits=True, only_you=True, forms=True, text_max=limits.MESSAGE, views=True
)


PINNED_WITHIN = 1
"""Seconds. With the message itself it stays below what the outbox gives a send: beyond that it would be posted again."""
_AS_WANTED = frozenset({"already_pinned", "no_pin", "not_pinned", "message_not_found"})
_LOG = logging.getLogger("buddyline.slack")


class SlackSender:
    """The port `Sender` over Slack's web API. A reference names the channel and the message's time stamp."""

    platform = "slack"
    capabilities = CAPABILITIES

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.unpinned: set[str] = set()
        """Addresses of channels in which the last pin was refused."""

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Post and return the reference. Slack knows no keys: after an answer that was lost it may stand there twice.

        Raises:
            DeliveryFailed: permanent when Slack says that this person or channel takes nothing.
        """
        team, client, channel = await self._place(to)
        body = self._body(what, key)
        if to.channel is not None and to.person is not None:
            user = checked(to.person)[1]
            answer = await self._calls.call(
                client,
                (team, "chat.postEphemeral", channel),
                lambda: client.chat_postEphemeral(channel=channel, user=user, **body),
            )
            return addresses.reference(channel, str(answer["message_ts"]), fleeting=True)
        under = addresses.referred(to.under) if to.under else None
        thread = under[1] if under and under[0] == channel else None
        answer = await self._calls.call(
            client,
            (team, "chat.postMessage", channel),
            lambda: client.chat_postMessage(
                channel=channel,
                thread_ts=thread,
                unfurl_links=False,
                unfurl_media=False,
                **body,
            ),
        )
        place, ts = str(answer["channel"]), str(answer["ts"])
        if what.pin:
            await self._pin(client, team, place, ts, up=True)
        return addresses.reference(place, ts)

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Change a message in place. Nobody is notified of it.

        Raises:
            DeliveryFailed: permanent when the message is gone, or was one that only one person saw.
        """
        team, client, channel = await self._place(to)
        found = addresses.referred(ref)
        if found is None or found[2]:
            raise DeliveryFailed("cannot be edited", permanent=True)
        # A private chat has an id of its own, which only its messages name; words meant for one channel stay in it.
        if to.channel is not None and found[0] != channel:
            raise DeliveryFailed("the message stands elsewhere", permanent=True)
        body = self._body(what, key)
        await self._calls.call(
            client,
            (team, "chat.update", found[0]),
            lambda: client.chat_update(channel=found[0], ts=found[1], **body),
        )
        if what.pin is False:
            await self._pin(client, team, found[0], found[1], up=False)

    async def _pin(
        self, client: AsyncWebClient, team: str, channel: str, ts: str, *, up: bool
    ) -> None:
        """Pin a message or take it down. It stands there either way, so that a refusal is a finding and no failure."""
        self.unpinned.discard(addresses.joined(team, channel))
        method = "pins.add" if up else "pins.remove"
        data = {"channel": channel, "timestamp": ts}
        try:
            async with asyncio.timeout(PINNED_WITHIN):
                await self._calls.call(
                    client, (team, method, channel), lambda: client.api_call(method, data=data)
                )
        except (DeliveryFailed, TimeoutError) as failed:
            if str(failed) not in _AS_WANTED:
                _LOG.warning("finding slack.pin: %s", str(failed) or "no answer in time")
                self.unpinned.add(addresses.joined(team, channel))

    async def _place(self, to: Destination) -> tuple[str, AsyncWebClient, str]:
        """Return the workspace, who speaks for us there, and the channel or person: the address says all of it."""
        address = to.channel or to.person or ""
        return address.partition("/")[0], *await self._calls.place(address)

    def _body(self, what: Rendered, key: str) -> dict[str, Any]:
        # Always both: an edit without blocks takes them away.
        return {"text": blocks.fallback(what), "blocks": blocks.message(what, key=key)}
