"""The way out by text message. Whether, when and how often is the outbox's to decide."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from adapters.govuk import Notify
from bot import reach
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination, Receipt

LONGEST = 306
"""Two parts: whatever wakes people is short."""
TOLD_WITHIN = timedelta(minutes=2)
"""A telephone that is on takes a text within seconds."""
CAPABILITIES = Capabilities(
    choices=False,
    edits=False,
    only_you=False,
    forms=False,
    text_max=LONGEST,
    told_within=TOLD_WITHIN,
)
_LOG = logging.getLogger("buddyline.sms")


class SmsSender:
    """The port `Sender` over GOV.UK Notify. A reference is Notify's own id of the message."""

    platform = "sms"

    def __init__(
        self,
        notify: Notify,
        template: str,
        prefixes: Collection[str],
        *,
        hears: bool = False,
    ) -> None:
        """See the class.

        Args:
            template: its content is ((text)) and nothing else.
            prefixes: of the countries that are texted.
            hears: receipts, and what people text back, come to us; otherwise Notify is asked what became of each.
        """
        self.capabilities = replace(CAPABILITIES, answers=hears, tells=hears)
        self._notify, self._template = notify, template
        self._prefixes = frozenset(prefixes)

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Send it, and return the reference.

        Raises:
            DeliveryFailed: permanent for a number that is not texted.
        """
        if to.channel is not None or to.person is None:
            raise DeliveryFailed("a text goes to one person", permanent=True)
        if reach.refusal(to.person, self._prefixes):
            _LOG.error("finding sms.number: a number is not among those that are texted")
            raise DeliveryFailed("not a number that is texted", permanent=True)
        text = what.text[:LONGEST]
        return await self._notify.send("sms", to.person, self._template, {"text": text}, key=key)

    async def became(self, ref: str) -> Receipt | None:
        """Return what became of a text; None while it is under way. Raises DeliveryFailed."""
        return await self._notify.became(ref)

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Refuse: what was texted stays as it is."""
        raise DeliveryFailed("a text cannot be edited", permanent=True)
