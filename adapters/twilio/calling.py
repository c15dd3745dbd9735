"""Asking Twilio for something once, and what its refusals mean. Whether to ask again is for whoever keeps what is to be sent.

Its own client is not used: it takes 51 MB for the two things that are asked here.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp

from bot.domain.errors import DeliveryFailed

A_MINUTE = timedelta(minutes=1)
BUSY = timedelta(seconds=5)
"""Twilio does not say how long to wait."""
NO_SUCH = frozenset({21201, 21211, 21214, 21215, 21216, 21217, 21401, 21421})
"""Twilio's codes for a number that is none, or may not be used by the account's own settings."""
TRIAL = frozenset({21210, 21219, 21608})
"""A number that has not been proven to Twilio: a trial account uses no other."""


@dataclass(frozen=True, slots=True)
class Keys:
    """How Twilio knows us, and where it finds us. Its text shows no secret.

    Attributes:
        account: the account's id (AC…).
        token: proves us to Twilio, and Twilio to us.
        api_url, public_url: with a slash at their ends; the second is our own, as Twilio reaches it.
    """

    account: str
    token: str = field(repr=False)
    api_url: str
    public_url: str


class Twilio:
    """One account.

    Args:
        way: names the way in findings ("sms").
        within: how long one request may take; below what the outbox gives a send.
        no_such: more codes that mean that this number takes nothing.
    """

    def __init__(
        self,
        keys: Keys,
        session: aiohttp.ClientSession,
        *,
        way: str,
        within: timedelta,
        no_such: Collection[int] = (),
    ) -> None:
        self._session, self._within = session, within
        self._auth = aiohttp.encode_basic_auth(keys.account, keys.token)
        self._url = f"{keys.api_url}2010-04-01/Accounts/{keys.account}/"
        self._no_such = NO_SUCH | frozenset(no_such)
        self._way, self._log = way, logging.getLogger(f"buddyline.{way}")

    async def make(self, what: str, fields: Mapping[str, str], *, prefix: tuple[str, ...]) -> str:
        """Have something made, and return its id.

        Twilio knows no keys: after an answer that was lost the same may be made twice.

        Args:
            what: "Calls" or "Messages".
            prefix: what ids of these begin with.

        Raises:
            DeliveryFailed: permanent for a number that takes nothing; nothing of Twilio's words is taken over.
        """
        try:
            async with self._session.post(
                f"{self._url}{what}.json",
                data=dict(fields),
                headers={"Authorization": self._auth},
                timeout=aiohttp.ClientTimeout(total=self._within.total_seconds()),
                allow_redirects=False,
            ) as answer:
                status, said = answer.status, await _read(answer)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise DeliveryFailed("no answer", uncertain=True) from error
        sid = said.get("sid")
        if status == 201 and isinstance(sid, str) and sid.startswith(prefix):
            return sid
        raise self._failure(status, said.get("code"))

    def _failure(self, status: int, code: object) -> DeliveryFailed:
        if status == 429:
            return DeliveryFailed("asked to wait", retry_after=BUSY)
        if status in {401, 403}:
            self._log.error("finding %s.key: it is refused", self._way)
            return DeliveryFailed("not let in", retry_after=A_MINUTE)
        if code in TRIAL:
            self._log.error(
                "finding %s.trial: only numbers that were proven to Twilio are reached", self._way
            )
            return DeliveryFailed("trial", permanent=True)
        if code in self._no_such:
            return DeliveryFailed("no such number", permanent=True)
        if 400 <= status < 500 and isinstance(code, int):
            self._log.error("finding %s.refused: %d", self._way, code)
            return DeliveryFailed("refused", permanent=True)
        return DeliveryFailed("the platform failed", uncertain=True)


async def _read(answer: aiohttp.ClientResponse) -> Mapping[str, object]:
    """Return an answer as far as it is one of Twilio's; empty otherwise."""
    try:
        read = await answer.json(content_type=None)
    except (ValueError, UnicodeDecodeError):
        return {}
    return read if isinstance(read, dict) else {}
