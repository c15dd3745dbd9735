"""Calling the Bot Connector once, and what its answers mean. Whether to call again is for whoever keeps what is to be done."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from botframework.connector.aio import ConnectorClient

from adapters.teams.pace import Pace
from adapters.teams.tokens import Tokens
from adapters.teams.wire import Clients, Refused
from bot.domain.errors import DeliveryFailed
from bot.ports import Clock

LATER = frozenset({408, 412, 423, 429})
"""It was not taken, and may be once some time has gone by."""
GONE = 404
TOO_BIG = "MessageSizeTooBig"
WITHOUT_WISH = timedelta(seconds=2)
"""How long to wait where Teams asks for it and does not say how long."""
LONGEST_PAUSE = timedelta(minutes=5)

_LOG = logging.getLogger("buddyline.teams")


class Gone(DeliveryFailed):
    """There is no such conversation or message any more."""


class TooBig(DeliveryFailed):
    """It was more than Teams takes at once."""


class Calls:
    """Knows how long Teams has asked to wait with what, and how much it takes at once."""

    def __init__(self, clients: Clients, tokens: Tokens, clock: Clock) -> None:
        self._clients, self._tokens, self._clock = clients, tokens, clock
        self._paused: dict[str, datetime] = {}
        self._pace = Pace()

    async def call(  # the answer is the SDK's own
        self,
        service: str,
        place: str,
        call: Callable[[ConnectorClient], Awaitable[Any]],
        *,
        urgent: bool = True,
    ) -> Any:  # noqa: ANN401
        """Call once, unless Teams has asked to wait with this; return its answer.

        Args:
            service: where Teams is asked; allowed.
            place: the conversation, or whom a new one is to be with: Teams counts by these.
            urgent: it waits for Teams alone, and not for our own count of what Teams takes.

        Raises:
            DeliveryFailed: what the refusal means; its reason is Teams' own word where it is permanent.
        """
        self._check(place, urgent=urgent)
        try:
            return await call(self._clients.at(service))
        except Refused as refused:
            raise self._failure(place, refused) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise DeliveryFailed("no answer", uncertain=True) from error

    def _check(self, place: str, *, urgent: bool) -> None:
        """Refuse at once what Teams has said that it will not take yet, or would say now."""
        until, now = self._paused.get(place), self._clock.now()
        if until is not None and until > now:
            raise DeliveryFailed("asked to wait", retry_after=until - now)
        self._paused.pop(place, None)
        wait = self._pace.wait(place, now, urgent=urgent)
        if wait > timedelta():
            raise DeliveryFailed("more than Teams takes at once", retry_after=wait)

    def _failure(self, place: str, refused: Refused) -> DeliveryFailed:
        status, code = refused.status, refused.code
        if status in LATER:
            wait = _wait(refused.retry_after)
            if status == 429:
                self._paused[place] = self._clock.now() + wait
            return DeliveryFailed("asked to wait", retry_after=wait)
        if status >= 500 or 0 <= status < 400:
            wish = _wait(refused.retry_after) if refused.retry_after else None
            return DeliveryFailed("the platform failed", uncertain=True, retry_after=wish)
        if status == 401:
            self._tokens.forget()
            return DeliveryFailed(code or "the token did not count")
        if status == GONE:
            return Gone(code or "gone", permanent=True)
        if status == 413 or code == TOO_BIG:
            _LOG.error("finding teams.refused: %s", TOO_BIG)
            return TooBig(TOO_BIG, permanent=True)
        if status != 403:
            _LOG.error("finding teams.refused: %s", code or status)
        return DeliveryFailed(
            code or ("Forbidden" if status == 403 else f"status {status}"), permanent=True
        )


def _wait(text: str) -> timedelta:
    try:
        seconds = float(text)
    except ValueError:
        return WITHOUT_WISH
    if not seconds > 0:
        return WITHOUT_WISH
    return min(max(timedelta(seconds=min(seconds, 86_400)), timedelta(seconds=1)), LONGEST_PAUSE)
