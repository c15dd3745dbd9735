"""Who takes a text for us: GOV.UK Notify or Twilio."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from adapters.govuk import Notify
from adapters.twilio import Twilio
from bot.ports import Receipt

WITHIN = timedelta(seconds=4)
"""One request to Twilio: after one to Notify that got no answer both stay below what the outbox gives a send."""
NO_SUCH = frozenset({21408, 21610, 21612, 21614})
"""Twilio's codes for a number that no text gets to: its country is not allowed, it has asked for no more, or is no mobile."""
_TWILIOS = ("SM", "MM")
"""How Twilio's ids of texts begin."""
STATUS, TEXTS = "sms/status", "sms/texts"
"""The addresses, behind our own, of what Twilio tells."""


class Provider(Protocol):
    """What takes texts.

    Attributes:
        hears: receipts, and what people text back, come to us by themselves.
    """

    hears: bool

    async def text(self, number: str, words: str, *, key: str) -> str:
        """Send a text, and return the provider's own id of it. `key`: the same for every try. Raises DeliveryFailed."""

    def gave(self, ref: str) -> bool:
        """Return whether an id is one of this provider's."""

    async def became(self, ref: str) -> Receipt | None:
        """Return what became of a text of this id; None while it is under way, or is not told so. Raises DeliveryFailed."""


class OverNotify:
    """GOV.UK Notify. Its template's content is ((text)) and nothing else."""

    def __init__(self, notify: Notify, template: str, *, hears: bool = False) -> None:
        self._notify, self._template, self.hears = notify, template, hears

    async def text(self, number: str, words: str, *, key: str) -> str:
        """See `Provider`."""
        return await self._notify.send("sms", number, self._template, {"text": words}, key=key)

    def gave(self, ref: str) -> bool:
        """See `Provider`: whatever is none of Twilio's."""
        return not ref.startswith(_TWILIOS)

    async def became(self, ref: str) -> Receipt | None:
        """See `Provider`."""
        return await self._notify.became(ref)


class OverTwilio:
    """Twilio. After an answer that was lost the same text may be sent twice."""

    hears = True

    def __init__(self, twilio: Twilio, *, sender: str, public_url: str) -> None:
        """See the class.

        Args:
            sender: a number of ours, or the id of a messaging service (MG…).
            public_url: ours, as Twilio reaches it, with a slash at its end.
        """
        self._twilio, self._status = twilio, f"{public_url}{STATUS}"
        self._sender = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}

    async def text(self, number: str, words: str, *, key: str) -> str:  # noqa: ARG002 - Twilio knows no keys
        """See `Provider`."""
        asked = {"To": number, "Body": words, "StatusCallback": self._status, **self._sender}
        return await self._twilio.make("Messages", asked, prefix=_TWILIOS)

    def gave(self, ref: str) -> bool:
        """See `Provider`."""
        return ref.startswith(_TWILIOS)

    async def became(self, ref: str) -> Receipt | None:  # noqa: ARG002 - the protocol's
        """See `Provider`: Twilio tells by itself, and is not asked."""
        return None
