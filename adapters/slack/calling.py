"""Calling Slack's web API once, and what its answers mean. Whether to call again is for whoever keeps what is to be done.

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

from adapters.slack import addresses
from adapters.slack.workspaces import REVOKED, Workspaces
from bot.domain.errors import DeliveryFailed
from bot.ports import Clock, Unavailable

LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
UNCERTAIN = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "external_channel_migrating"}
)  # fmt: skip
"""It may be there all the same."""
OF_OURS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "too_many_attachments"}
)  # fmt: skip
"""Our own mistake: the next way is tried, and a finding says so."""
NOT_LET_IN = "not let into that workspace"
"""Why nothing is sent where nobody has let us in."""
LONGEST_PAUSE = timedelta(minutes=5)

_LOG = logging.getLogger("buddyline.slack")

Pause = tuple[str, str, str]
"""Workspace, method and channel: Slack counts by these."""


class Calls:
    """Knows who we are in each workspace, and how long Slack has asked to wait with what."""

    def __init__(self, workspaces: Workspaces, clock: Clock) -> None:
        self._workspaces, self._clock = workspaces, clock
        self._paused: dict[Pause, datetime] = {}

    async def place(self, address: str) -> tuple[AsyncWebClient, str]:
        """Return who speaks for us there, and the person or channel of an address.

        Raises:
            DeliveryFailed: permanent: no such address, or nobody has let us in there.
        """
        team, place = checked(address)
        return await self.client(team), place

    async def client(self, team: str) -> AsyncWebClient:
        """Return who speaks for us in a workspace. Raises DeliveryFailed, permanent, where nobody has let us in."""
        try:
            client = await self._workspaces.client_of(team)
        except Unavailable:
            raise DeliveryFailed("the store cannot be read") from None
        if client is None:
            raise DeliveryFailed(NOT_LET_IN, permanent=True)
        return client

    async def call(  # the answer is Slack's own
        self, client: AsyncWebClient, pause: Pause, call: Callable[[], Awaitable[Any]]
    ) -> Any:  # noqa: ANN401
        """Call once, unless Slack has asked to wait with this; return its answer.

        Args:
            client: whom `client` or `place` has returned; it makes the call.

        Raises:
            DeliveryFailed: what the refusal means; its reason is Slack's own code where it is permanent.
        """
        self._check(pause)
        try:
            return await call()
        except SlackApiError as error:
            failed = self._failure(pause, error)
            if str(failed) in REVOKED and await self._has_another(client, pause[0]):
                raise DeliveryFailed("by a token that was replaced") from None
            raise failed from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise DeliveryFailed("no answer", uncertain=True) from error
        except SlackClientError:
            raise DeliveryFailed("an answer that cannot be read", uncertain=True) from None

    async def _has_another(self, client: AsyncWebClient, team: str) -> bool:
        """Return whether a workspace has let us in anew since this client was made."""
        self._workspaces.forget(team)
        try:
            now = await self._workspaces.client_of(team)
        except Unavailable:
            return True
        return now is not None and now.token != client.token

    def _check(self, pause: Pause) -> None:
        """Refuse at once what Slack has said that it will not take yet."""
        until, now = self._paused.get(pause), self._clock.now()
        if until is None:
            return
        if until > now:
            raise DeliveryFailed("asked to wait", retry_after=until - now)
        del self._paused[pause]

    def _failure(self, pause: Pause, error: SlackApiError) -> DeliveryFailed:
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


def checked(address: str) -> tuple[str, str]:
    """Return workspace and person or channel of an address. Raises DeliveryFailed, permanent, when it is none."""
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
