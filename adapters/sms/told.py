"""What Twilio tells of texts by itself: what became of one, and what people text back. Its signature was checked before."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from adapters.twilio import Fields
from bot import reach
from bot.ports import Clock, InboundEvent, InboundKind, Intake, Receipt, Receipts

TEXT_MAX = 20_000
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""What is texted is answered, if at all, by a text of its own."""
_GONE = frozenset({"21610", "21614", "30004", "30005", "30006"})
"""Twilio's codes for a number that takes nothing: it was refused by its owner, is not known, or is a landline."""
_FILTERED = "30007"
_MEANING: Mapping[str, Receipt | None] = {
    "delivered": Receipt.DELIVERED,
    "read": Receipt.DELIVERED,
    "undelivered": Receipt.LOST,
    "failed": Receipt.LOST,
    "canceled": Receipt.LOST,
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent")),
}
_LOG = logging.getLogger("buddyline.sms")


class Told:
    """Takes what Twilio tells. Both methods raise Unavailable."""

    def __init__(self, *, receipts: Receipts, intake: Intake, clock: Clock) -> None:
        self._receipts, self._intake, self._clock = receipts, intake, clock

    async def status(self, fields: Fields) -> str | None:
        """Hear what became of a text; None for one that is not known."""
        ref, said = fields.get("MessageSid", ""), fields.get("MessageStatus", "")
        if not 0 < len(ref) <= 100:
            return None
        if said not in _MEANING:
            _LOG.warning("finding sms.receipt: a status that is not known")
            return NOTHING
        what = _MEANING[said]
        if what is None:
            return NOTHING
        code = fields.get("ErrorCode", "")
        if what is Receipt.LOST and code in _GONE:
            what = Receipt.REFUSED
        if code == _FILTERED:
            _LOG.error("finding sms.filtered: a network takes our texts for advertising")
        known = await self._receipts.receipt("sms", ref, what)
        return NOTHING if known else None

    async def text(self, fields: Fields) -> str | None:
        """Take in what somebody has texted; None when it is no text. A stranger gets no answer."""
        event_id, source = fields.get("MessageSid", ""), fields.get("From", "")
        if not 0 < len(event_id) <= 100 or not 0 < len(source) <= 100 or "Body" not in fields:
            return None
        if fields.get("OptOutType") == "STOP":
            _LOG.error("finding sms.stopped: somebody has asked Twilio for no more texts")
        await self._intake.receive(
            InboundEvent(
                platform="sms",
                event_id=event_id,
                kind=InboundKind.TEXT,
                sender=reach.number(source) or source,
                # Twilio does not say when it was sent.
                sent_at=self._clock.now(),
                text=fields["Body"].encode("utf-8", "replace").decode()[:TEXT_MAX],
            )
        )
        return NOTHING
