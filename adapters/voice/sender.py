"""The way out by telephone call: asks Twilio to ring. What is said then is in `talk`; when and how often, in the outbox."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta

from adapters.twilio import Twilio
from bot import reach
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination

TOLD_WITHIN = timedelta(minutes=3)
"""It rings, somebody listens twice and presses a key."""
CAPABILITIES = Capabilities(
    choices=False,
    edits=False,
    only_you=False,
    forms=False,
    text_max=300,
    told_within=TOLD_WITHIN,
)
WITHIN = timedelta(seconds=8)
"""It stays below what the outbox gives a send."""
NO_SUCH = frozenset({13223, 13224})
"""Twilio's codes for a number that no call gets to, besides those for one that is none."""
RINGS = "25"
"""Seconds: shorter than most answerphones take to answer."""

_LOG = logging.getLogger("buddyline.voice")


class VoiceSender:
    """The port `Sender` over Twilio's calls. A reference is Twilio's own id of the call (CA…)."""

    platform = "voice"
    capabilities = CAPABILITIES

    def __init__(
        self, twilio: Twilio, *, number: str, public_url: str, prefixes: Collection[str]
    ) -> None:
        """See the class.

        Args:
            number: that calls come from.
            public_url: ours, as Twilio reaches it, with a slash at its end.
            prefixes: of the countries that are rung.
        """
        self._twilio, self._number, self._public_url = twilio, number, public_url
        self._prefixes = frozenset(prefixes)

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:  # noqa: ARG002 - said by `talk`
        """Have somebody rung, and return the reference. That it rings is no more than that.

        Twilio knows no keys: after an answer that was lost somebody may be rung twice.

        Raises:
            DeliveryFailed: permanent for a number that is not rung.
        """
        if to.channel is not None or to.person is None:
            raise DeliveryFailed("a call goes to one person", permanent=True)
        if reach.refusal(to.person, self._prefixes, rung=True):
            _LOG.error("finding voice.number: a number is not among those that are rung")
            raise DeliveryFailed("not a number that is rung", permanent=True)
        asked = {
            "To": to.person,
            "From": self._number,
            "Url": f"{self._public_url}voice/answered",
            "Method": "POST",
            "MachineDetection": "Enable",
            "Timeout": RINGS,
            "StatusCallback": f"{self._public_url}voice/ended",
            "StatusCallbackMethod": "POST",
            "StatusCallbackEvent": "completed",
        }
        return await self._twilio.make("Calls", asked, prefix=("CA",))

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Refuse: what was said was said."""
        raise DeliveryFailed("a call cannot be edited", permanent=True)
