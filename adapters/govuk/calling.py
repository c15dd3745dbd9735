"""Calling GOV.UK Notify once, and what its answers mean. Whether to call again is for whoever keeps what is to be sent.

Its own client is not used: it blocks while it waits, and says of itself that threads must not share it.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import jwt

from bot.domain.errors import DeliveryFailed
from bot.ports import Clock, Receipt

WITHIN = timedelta(seconds=4)
"""One call. Looking up and sending together stay below what the outbox gives a send."""
A_MINUTE = timedelta(minutes=1)
"""Notify counts calls by the minute, and does not say how long to wait."""
A_WHILE = timedelta(minutes=5)
"""Until a limit of the day is tried again: somebody may have had it raised."""
_ID = 36
_REMEMBERED = 1_000
_ANSWER_MAX = 100_000
_KIND = {"sms": "phone_number", "email": "email_address"}

_LOG = logging.getLogger("buddyline.notify")


BECAME: Mapping[str, Receipt] = {
    "delivered": Receipt.DELIVERED,
    # To another country: its network has it, and says no more.
    "sent": Receipt.DELIVERED,
    "permanent-failure": Receipt.REFUSED,
    "temporary-failure": Receipt.LOST,
    "technical-failure": Receipt.LOST,
}
"""What Notify says of a message that is no longer under way."""


class Notify:
    """One service at Notify."""

    def __init__(
        self, api_key: str, url: str, session: aiohttp.ClientSession, clock: Clock
    ) -> None:
        self._service = api_key[-2 * _ID - 1 : -_ID - 1]
        self._secret = api_key[-_ID:]
        self._url, self._session, self._clock = url, session, clock
        self._unsure: OrderedDict[str, None] = OrderedDict()

    async def send(
        self, kind: str, address: str, template: str, blanks: Mapping[str, str], *, key: str
    ) -> str:
        """Send and return Notify's id of it.

        Notify takes the same reference twice and sends twice. So after a try that ended without an answer it is asked
        first whether it has it; only a process that has died in between sends again.

        Args:
            kind: "sms" or "email".
            address: a number between countries, or an e-mail address.
            blanks: of the template.
            key: the same for every try at the same message.

        Raises:
            DeliveryFailed: what the refusal means; permanent when this address will never be taken.
        """
        reference = reference_of(key)
        if reference in self._unsure:
            known = await self._known(kind, reference)
            del self._unsure[reference]
            if known:
                return known
        asked = {
            _KIND[kind]: address,
            "template_id": template,
            "personalisation": dict(blanks),
            "reference": reference,
        }
        try:
            answer = await self._call("POST", f"v2/notifications/{kind}", asked)
        except DeliveryFailed as failed:
            if failed.uncertain:
                self._remember(reference)
            raise
        found = answer.get("id")
        if not isinstance(found, str) or not found:
            self._remember(reference)
            raise DeliveryFailed("an answer that cannot be read", uncertain=True)
        return found

    async def became(self, ref: str) -> Receipt | None:
        """Return what became of a message; None while it is under way, or nobody knows.

        Args:
            ref: Notify's id of it.

        Raises:
            DeliveryFailed: there is no answer, or no such message.
        """
        answer = await self._call("GET", f"v2/notifications/{quote(ref, safe='')}", None)
        return BECAME.get(str(answer.get("status")))

    async def _known(self, kind: str, reference: str) -> str:
        """Return Notify's id of what was sent under a reference; "" when it has none."""
        answer = await self._call(
            "GET", f"v2/notifications?template_type={kind}&reference={reference}", None
        )
        every = answer.get("notifications")
        ids = [str(one.get("id", "")) for one in every or () if isinstance(one, dict)]
        return ids[0] if ids else ""

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        """Call once and return the answer. Raises DeliveryFailed."""
        try:
            async with self._session.request(
                method,
                f"{self._url}{path}",
                json=body,
                headers={"Authorization": f"Bearer {self._token()}"},
                timeout=aiohttp.ClientTimeout(total=WITHIN.total_seconds()),
                allow_redirects=False,
            ) as answer:
                read = await _read(answer)
                if answer.status in {200, 201}:
                    return read
                raise _failure(answer.status, read)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise DeliveryFailed("no answer", uncertain=True) from error

    def _token(self) -> str:
        """Return what proves us for the next half minute."""
        claims = {"iss": self._service, "iat": int(self._clock.now().timestamp())}
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def _remember(self, reference: str) -> None:
        self._unsure[reference] = None
        if len(self._unsure) > _REMEMBERED:
            self._unsure.popitem(last=False)


def reference_of(key: str) -> str:
    """Return what a message is called at Notify: the same for every try, and nobody reads from it whose it is."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """Return an answer as far as it is one of Notify's; empty otherwise."""
    if (answer.content_length or 0) > _ANSWER_MAX:
        return {}
    try:
        read = await answer.json(content_type=None)
    except (ValueError, UnicodeDecodeError):
        return {}
    return read if isinstance(read, dict) else {}


def _failure(status: int, answer: Mapping[str, Any]) -> DeliveryFailed:
    """Return what a refusal means. Of its words nothing is taken over: they may hold the address."""
    errors = answer.get("errors")
    found = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    kinds = {str(one.get("error", "")) for one in found}
    said = " ".join(str(one.get("message", "")) for one in found).lower()
    if status == 429:
        if "TooManyRequestsError" in kinds:
            _LOG.error("finding notify.day: no more is taken today")
            return DeliveryFailed("the day's limit", retry_after=A_WHILE)
        return DeliveryFailed("asked to wait", retry_after=A_MINUTE)
    if status >= 500 or not found:
        return DeliveryFailed("the platform failed", uncertain=True)
    if status in {401, 403}:
        # Not the reader's fault, and put right in a minute: it is tried on, and the ladder hears at once.
        clock = "clock" in said
        _LOG.error("finding notify.key: %s", "our clock is wrong" if clock else "it is refused")
        return DeliveryFailed("not let in", retry_after=A_MINUTE)
    if "trial mode" in said or "team-only" in said:
        _LOG.error("finding notify.trial: only members of the service's team are reached")
        return DeliveryFailed("trial", permanent=True)
    if "phone_number" in said or "email_address" in said:
        return DeliveryFailed("no such address", permanent=True)
    _LOG.error("finding notify.refused: a template or what is in it")
    return DeliveryFailed("refused", permanent=True)
