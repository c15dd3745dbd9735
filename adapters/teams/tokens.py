"""Our own token for the Bot Connector: fetched in the event loop without blocking it, kept until shortly before its end."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp

from bot.domain.errors import DeliveryFailed
from bot.ports import Clock

SCOPE = "https://api.botframework.com/.default"
EARLY = timedelta(minutes=5)
"""A token is not used this close to its end."""
ANSWERS_WITHIN = 5
"""Seconds."""

LACKING = "no token"
"""How the reason begins with which there is none; Entra's own word follows."""
SHUT_OUT = frozenset({"invalid_client", "invalid_request", "unauthorized_client"})
"""Entra's words for a secret that has ended or is wrong, and for a tenant or an app that is not there any more."""

_LOG = logging.getLogger("buddyline.teams")


class Tokens(Protocol):
    """Who speaks for us."""

    async def get(self) -> str:
        """Return a token that counts; "" where none is needed. Raises DeliveryFailed."""

    def forget(self) -> None:
        """Fetch anew next time: this one did not count."""


class NoTokens:
    """Without credentials, on this machine alone."""

    async def get(self) -> str:
        """See `Tokens`."""
        return ""

    def forget(self) -> None:
        """See `Tokens`."""


@dataclass(slots=True)
class Entra:
    """Tokens of one tenant, by the app's id and password.

    Args:
        authority: of the tenant, without a "/" at its end.
    """

    authority: str
    app_id: str
    password: str = field(repr=False)
    session: aiohttp.ClientSession
    clock: Clock
    _token: str = field(default="", repr=False)
    _until: datetime | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self) -> str:
        """See `Tokens`. Many may ask at once; one asks Entra."""
        async with self._asking:
            now = self.clock.now()
            if self._token and self._until is not None and now < self._until:
                return self._token
            self._token, lasts = await self._ask()
            self._until = now + max(lasts - EARLY, timedelta(seconds=30))
            return self._token

    def forget(self) -> None:
        """See `Tokens`."""
        self._until = None

    async def _ask(self) -> tuple[str, timedelta]:
        asked = {
            "grant_type": "client_credentials",
            "client_id": self.app_id,
            "client_secret": self.password,
            "scope": SCOPE,
        }
        try:
            async with self.session.post(
                f"{self.authority}/oauth2/v2.0/token",
                data=asked,
                timeout=aiohttp.ClientTimeout(total=ANSWERS_WITHIN),
                allow_redirects=False,
            ) as answer:
                shape = await answer.json(content_type=None)
                if answer.status == 200:
                    lasts = timedelta(seconds=float(shape.get("expires_in", 0)))
                    return str(shape["access_token"]), lasts
                code = str(shape.get("error", "")) if answer.status < 500 else ""
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DeliveryFailed("no answer with a token") from error
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            raise DeliveryFailed("an answer without a token") from None
        _LOG.error("finding teams.token: %s", code if code.isidentifier() else "refused")
        # It may be a secret that has just run out: what waits is sent once there is another.
        raise DeliveryFailed(f"{LACKING}: {code}" if code.isidentifier() else LACKING)
