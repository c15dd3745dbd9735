"""The way out of Buddyline into Slack: posts and edits as the bot. Whether, when and how often is the outbox's to decide.

The SDK's own tries are off: they send a message again that Slack has stored when only the answer was lost, and give up
at once on everything else.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import addresses, blocks, limits
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Clock, Destination

CAPABILITIES = Capabilities(
    choices=True, edits=True, only_you=True, forms=True, text_max=limits.MESSAGE, views=True
)

LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
UNCERTAIN = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "external_channel_migrating"}
)  # fmt: skip
"""It may be there all the same."""
OF_OURS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "too_many_attachments"}
)  # fmt: skip
"""Our own mistake: the next way is tried, and a finding says so."""
LONGEST_PAUSE = timedelta(minutes=5)

_LOG = logging.getLogger("buddyline.slack")

ClientOf = Callable[[str], AsyncWebClient | None]
"""A workspace's id to a client that speaks for us there; None where nobody has let us in."""
_Pause = tuple[str, str]
"""Slack counts by method and channel."""


class SlackSender:
    """The port `Sender` over Slack's web API. A reference names the channel and the message's time stamp."""

    platform = "slack"
    capabilities = CAPABILITIES

    def __init__(self, client_of: ClientOf, clock: Clock) -> None:
        self._client_of, self._clock = client_of, clock
        self._paused: dict[_Pause, datetime] = {}

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Post and return the reference. Slack knows no keys: after an answer that was lost it may stand there twice.

        Raises:
            DeliveryFailed: permanent when Slack says that this person or channel takes nothing.
        """
        client, channel = self._place(to)
        body = self._body(what, key)
        if to.channel is not None and to.person is not None:
            user = _checked(to.person)[1]
            answer = await self._call(
                ("chat.postEphemeral", channel),
                lambda: client.chat_postEphemeral(channel=channel, user=user, **body),
            )
            return addresses.reference(channel, str(answer["message_ts"]), fleeting=True)
        under = addresses.referred(to.under) if to.under else None
        thread = under[1] if under and under[0] == channel else None
        answer = await self._call(
            ("chat.postMessage", channel),
            lambda: client.chat_postMessage(
                channel=channel,
                thread_ts=thread,
                unfurl_links=False,
                unfurl_media=False,
                **body,
            ),
        )
        return addresses.reference(str(answer["channel"]), str(answer["ts"]))

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Change a message in place. Nobody is notified of it.

        Raises:
            DeliveryFailed: permanent when the message is gone, or was one that only one person saw.
        """
        client, channel = self._place(to)
        found = addresses.referred(ref)
        if found is None or found[2]:
            raise DeliveryFailed("cannot be edited", permanent=True)
        # A private chat has an id of its own, which only its messages name; words meant for one channel stay in it.
        if to.channel is not None and found[0] != channel:
            raise DeliveryFailed("the message stands elsewhere", permanent=True)
        body = self._body(what, key)
        await self._call(
            ("chat.update", found[0]),
            lambda: client.chat_update(channel=found[0], ts=found[1], **body),
        )

    def _place(self, to: Destination) -> tuple[AsyncWebClient, str]:
        team, place = _checked(to.channel or to.person or "")
        client = self._client_of(team)
        if client is None:
            raise DeliveryFailed("not let into that workspace", permanent=True)
        return client, place

    def _body(self, what: Rendered, key: str) -> dict[str, Any]:
        # Always both: an edit without blocks takes them away.
        return {"text": blocks.fallback(what), "blocks": blocks.message(what, key=key)}

    async def _call(self, pause: _Pause, call: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - Slack's own answer
        self._check(pause)
        try:
            return await call()
        except SlackApiError as error:
            raise self._failure(pause, error) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise DeliveryFailed("no answer", uncertain=True) from error
        except SlackClientError:
            raise DeliveryFailed("an answer that cannot be read", uncertain=True) from None

    def _check(self, pause: _Pause) -> None:
        """Refuse at once what Slack has said that it will not take yet."""
        until, now = self._paused.get(pause), self._clock.now()
        if until is None:
            return
        if until > now:
            raise DeliveryFailed("asked to wait", retry_after=until - now)
        del self._paused[pause]

    def _failure(self, pause: _Pause, error: SlackApiError) -> DeliveryFailed:
        """Return what a refusal means. Of Slack's answer nothing but its code is taken over: it may hold what was sent."""
        status = getattr(error.response, "status_code", 200)
        answer = getattr(error.response, "data", None)
        code = answer.get("error", "") if isinstance(answer, dict) else ""
        if status == 429 or code in LATER:
            wait = _retry_after(error)
            self._paused[pause] = self._clock.now() + wait
            return DeliveryFailed("asked to wait", retry_after=wait)
        if status >= 500 or code in UNCERTAIN or not code:
            return DeliveryFailed("the platform failed", uncertain=True)
        if code in OF_OURS:
            _LOG.error("finding slack.refused: %s", code)
        return DeliveryFailed(str(code), permanent=True)


def _checked(address: str) -> tuple[str, str]:
    found = addresses.split(address)
    if found is None:
        raise DeliveryFailed("no such address", permanent=True)
    return found


def _retry_after(error: SlackApiError) -> timedelta:
    headers = getattr(error.response, "headers", None) or {}
    text = next((str(headers[name]) for name in headers if name.lower() == "retry-after"), "")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 1.0
    return min(max(timedelta(seconds=seconds), timedelta(seconds=1)), LONGEST_PAUSE)
