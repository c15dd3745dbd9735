"""What is said in a call, and what its keys do: one answer of TwiML to each thing that Twilio tells of it.

An answerphone never counts. Of a call nothing is kept here: which message rang whom is in the outbox, by the call's id.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from adapters.voice import twiml
from bot import reach
from bot.ports import (
    Clock,
    InboundEvent,
    InboundKind,
    Intake,
    Receipt,
    Receipts,
    Received,
    Store,
)
from bot.service import called

ANSWERED, NAMED, PRESSED, ENDED = "voice/answered", "voice/named", "voice/pressed", "voice/ended"
"""The addresses, behind our own, of what Twilio tells."""
_NOBODY = ("machine", "fax")
"""What Twilio says has answered, by its beginning."""
_MEANING: Mapping[str, Receipt] = {
    "completed": Receipt.LOST,
    "busy": Receipt.LOST,
    "no-answer": Receipt.LOST,
    "canceled": Receipt.LOST,
    "failed": Receipt.REFUSED,
}
"""How a call ended in which nobody has said who they are: who has, was reached before (`Receipt.DELIVERED`)."""
_LOG = logging.getLogger("buddyline.voice")

Fields = Mapping[str, str]


class Talk:
    """Answers Twilio. Each method takes the fields that it sends, and returns TwiML; all raise Unavailable."""

    def __init__(
        self,
        *,
        public_url: str,
        store: Store,
        intake: Intake,
        receipts: Receipts,
        clock: Clock,
    ) -> None:
        """See the class. `public_url`: ours, as Twilio reaches it, with a slash at its end."""
        self._public_url = public_url
        self._store, self._intake, self._receipts, self._clock = store, intake, receipts, clock

    async def answered(self, fields: Fields) -> str:
        """Somebody, or something, has picked up."""
        if fields.get("AnsweredBy", "").startswith(_NOBODY):
            return twiml.hang_up()
        call = await self._call(fields)
        if call is None or call.shut:
            return twiml.hang_up()
        if call.over:
            return twiml.said(twiml.OVER)
        return self._asked(call)

    async def named(self, fields: Fields) -> str:
        """Something was keyed in: their PIN is the one who is wanted, or 1 where they have set none."""
        call = await self._call(fields)
        if call is not None and call.pin and not call.proven(fields.get("Digits", "")):
            call = await self._wrong(fields)
            return twiml.hang_up() if call is None or call.shut else self._asked(call, again=True)
        if call is None or not call.proven(fields.get("Digits", "")):
            return twiml.hang_up()
        await self._receipts.receipt("voice", fields.get("CallSid", ""), Receipt.DELIVERED)
        if call.test:
            return twiml.said(twiml.TEST)
        if call.over or not call.takes:
            return twiml.said(twiml.OVER if call.over else twiml.LOOK)
        return twiml.needed(f"{self._public_url}{PRESSED}")

    async def pressed(self, fields: Fields) -> str:
        """A second key was pressed: 1 takes charge."""
        number = reach.number(fields.get("To", ""))
        if fields.get("Digits") != "1" or number is None:
            return twiml.said("Nothing was changed. Please open your chat.")
        sid = fields.get("CallSid", "")
        received = await self._intake.receive(
            InboundEvent(
                platform="voice",
                event_id=f"{sid}:1",
                kind=InboundKind.PRESS,
                sender=number,
                sent_at=self._clock.now(),
                choice=sid,
            )
        )
        if received is Received.DECIDED:
            return twiml.said("Thank you. You are in charge. Please open your chat.")
        if received in (Received.SEEN, Received.KEPT):
            return twiml.said("Thank you. Please open your chat.")
        return twiml.said("It is in other hands, or over. Please open your chat.")

    async def ended(self, fields: Fields) -> str:
        """The call is over."""
        what = _MEANING.get(fields.get("CallStatus", ""))
        if what is not None:
            known = await self._receipts.receipt("voice", fields.get("CallSid", ""), what)
            if not known:
                _LOG.info("a call has ended that is not waited for")
        return twiml.hang_up()

    async def _call(self, fields: Fields) -> called.Call | None:
        """Return whom a call wants; None for one that is not known."""
        sid, now = fields.get("CallSid", ""), self._clock.now()
        return await self._store.read(lambda tx: called.call(tx, sid, now=now))

    async def _wrong(self, fields: Fields) -> called.Call | None:
        """Count a wrong PIN, and return the call as it stands then."""
        sid, now = fields.get("CallSid", ""), self._clock.now()
        return await self._store.run(lambda tx: called.wrong_pin(tx, sid, now=now), name="pin")

    def _asked(self, call: called.Call, *, again: bool = False) -> str:
        """Ask whoever has picked up to prove who they are; nothing but a name is said before."""
        action = f"{self._public_url}{NAMED}"
        if call.pin:
            return twiml.ask_for_pin(call.name, len(call.pin), action, again=again)
        return twiml.ask_for(call.name, action)
