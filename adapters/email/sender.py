"""The way out by e-mail. Whether, when and how often is the outbox's to decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.govuk import Notify
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination, Receipt

TOLD_WITHIN = timedelta(minutes=2)
CAPABILITIES = Capabilities(
    choices=False,
    edits=False,
    only_you=False,
    forms=False,
    text_max=5_000,
    told_within=TOLD_WITHIN,
)


class EmailSender:
    """The port `Sender` over GOV.UK Notify. A reference is Notify's own id of the e-mail."""

    platform = "email"

    def __init__(self, notify: Notify, template: str, *, hears: bool = False) -> None:
        """See the class.

        Args:
            template: its subject is ((subject)), its message ((text)), and nothing else.
            hears: receipts come to us; otherwise Notify is asked what became of each.
        """
        self.capabilities = replace(CAPABILITIES, tells=hears)
        self._notify, self._template = notify, template

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Send it, and return the reference. Its subject is what a lock screen may show.

        Raises:
            DeliveryFailed: it was not taken, or (uncertain) nobody knows.
        """
        if to.channel is not None or to.person is None:
            raise DeliveryFailed("an e-mail goes to one person", permanent=True)
        blanks = {"subject": what.preview, "text": what.text}
        return await self._notify.send("email", to.person, self._template, blanks, key=key)

    async def became(self, ref: str) -> Receipt | None:
        """Return what became of an e-mail; None while it is under way. Raises DeliveryFailed."""
        return await self._notify.became(ref)

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Refuse: what was sent stays as it is."""
        raise DeliveryFailed("an e-mail cannot be edited", permanent=True)
