"""The way out by text message. Whether, when and how often is the outbox's to decide."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.sms.providers import Provider
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
    """The port `Sender` over one provider, or over a second one where the first does not take a text.

    A reference is the provider's own id of the message.
    """

    platform = "sms"

    def __init__(self, providers: Sequence[Provider], prefixes: Collection[str]) -> None:
        """See the class.

        Args:
            providers: in the order in which they are tried; at least one.
            prefixes: of the countries that are texted.
        """
        # Whoever is texted may be told to text back only where every number that they may have it from listens.
        hears = all(one.hears for one in providers)
        self.capabilities = replace(CAPABILITIES, answers=hears, tells=hears)
        self._providers, self._prefixes = tuple(providers), frozenset(prefixes)

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
        return await self._sent(to.person, what.text[:LONGEST], key=key, urgent=what.urgent)

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Refuse: what was texted stays as it is."""
        raise DeliveryFailed("a text cannot be edited", permanent=True)

    async def became(self, ref: str) -> Receipt | None:
        """Return what became of a text; None while it is under way. Raises DeliveryFailed."""
        for provider in self._providers:
            if provider.gave(ref):
                return await provider.became(ref)
        return None

    async def _sent(self, number: str, words: str, *, key: str, urgent: bool) -> str:
        failed: list[DeliveryFailed] = []
        for provider in self._providers:
            if failed:
                _LOG.warning("finding sms.other: a text goes by the other provider")
            try:
                return await provider.text(number, words, key=key)
            except DeliveryFailed as failure:
                failed.append(failure)
                if failure.uncertain and not urgent:
                    # It may have been taken: only an alarm is worth the same text twice.
                    break
        raise _together(failed)


def _together(failed: Sequence[DeliveryFailed]) -> DeliveryFailed:
    """Return what several refusals mean: for good only where each of them is."""
    hopeful = [one for one in failed if not one.permanent]
    if not hopeful or len(failed) == 1:
        return failed[0]
    waits = [one.retry_after for one in hopeful if one.retry_after is not None]
    return DeliveryFailed(
        str(hopeful[0]),
        retry_after=min(waits) if len(waits) == len(hopeful) else None,
        uncertain=any(one.uncertain for one in hopeful),
    )
