"""The way out by text message. Whether, when and how often is the outbox's to decide."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from adapters.sms.providers import Provider
from adapters.sms.spending import Spending
from bot import reach
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination

LONGEST = 306
"""Two parts: whatever wakes people is short."""
CAPABILITIES = Capabilities(
    choices=False, edits=False, only_you=False, forms=False, text_max=LONGEST
)
_LOG = logging.getLogger("buddyline.sms")


class SmsSender:
    """The port `Sender` over one provider, or over a second one where the first does not take a text.

    A reference is the provider's own id of the message.
    """

    platform = "sms"

    def __init__(
        self, providers: Sequence[Provider], prefixes: Collection[str], spending: Spending
    ) -> None:
        """See the class.

        Args:
            providers: in the order in which they are tried; at least one.
            prefixes: of the countries that are texted.
            spending: how many go out in a day.
        """
        # Whoever is texted may be told to text back only where every number that they may have it from listens.
        self.capabilities = replace(CAPABILITIES, answers=all(one.hears for one in providers))
        self._providers = tuple(providers)
        self._prefixes, self._spending = frozenset(prefixes), spending

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Send it, and return the reference.

        Raises:
            DeliveryFailed: permanent for a number that is not texted, and for what is no alarm beyond the day's limit.
        """
        if to.channel is not None or to.person is None:
            raise DeliveryFailed("a text goes to one person", permanent=True)
        if reach.refusal(to.person, self._prefixes):
            _LOG.error("finding sms.number: a number is not among those that are texted")
            raise DeliveryFailed("not a number that is texted", permanent=True)
        self._spending.check(urgent=what.urgent)
        ref = await self._sent(to.person, what.text[:LONGEST], key=key, urgent=what.urgent)
        self._spending.sent()
        return ref

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Refuse: what was texted stays as it is."""
        raise DeliveryFailed("a text cannot be edited", permanent=True)

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
