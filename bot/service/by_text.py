"""What people text back, or press in a call. Little is done at a number's word: it can be forged (COVERT attack 11).

A worker's short words count, but close no alarm. The code of a text of ours takes charge, and nothing else does: it is the
reader's own, of one step of one alarm, good once, and worth nothing after five wrong ones. In a call one key does the same,
for it is we who rang. Whatever else is texted is heard as everywhere, and changes nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain import intents as i
from bot.domain import waking
from bot.domain.duress_intents import HelpNow, TakeCall
from bot.domain.errors import UserMistake
from bot.domain.message import Message, Priority, To
from bot.domain.people import WAKING, Person
from bot.domain.times import to_iso
from bot.ports import InboundEvent, InboundKind, Outgoing, Tx

LIVES = timedelta(hours=1)
"""So long a code counts, if its alarm is still at that step."""
_SHORT = (i.Arrived, i.GoingIn, i.CheckIn, i.Extend, i.Done, i.Home, HelpNow)
"""What a worker may say by text."""


def came(event: InboundEvent) -> bool:
    """Return whether something came by a way that wakes: from a number, and not from an account."""
    return event.platform in WAKING


def meant(
    tx: Tx, event: InboundEvent, person: Person, *, now: datetime, parsed: Callable[[], object]
) -> i.Intent:
    """Return what somebody asks for by text.

    Args:
        parsed: reads it as a command. Raises UserMistake.

    Raises:
        UserMistake: by_text: it is no short word, and no code that counts.
    """
    if event.kind is InboundKind.PRESS and event.platform == "voice":
        return _pressed(tx, person, event.choice, now)
    if event.kind is not InboundKind.TEXT:
        raise UserMistake("by_text")
    code = waking.code_in(event.text)
    if code is not None:
        return _taken(tx, person, code, now)
    try:
        intent = parsed()
    except UserMistake:
        raise UserMistake("by_text") from None
    if not isinstance(intent, _SHORT) or (isinstance(intent, i.Done) and intent.next_place):
        raise UserMistake("by_text")
    return intent


def answered(tx: Tx, event: InboundEvent, person: Person, *, changed: bool, now: datetime) -> None:
    """Say by text, too, whether it was taken: in words that are the same whatever was said. Once a minute, at most.

    Who pressed a key in a call has heard it there.
    """
    if event.kind is not InboundKind.TEXT:
        return
    key = waking.NOTED if changed else waking.NOT_NOTED
    minute = now.replace(second=0, microsecond=0)
    message = Message(
        key=key,
        to=To(person.team_id, person.id),
        priority=Priority.REPLY,
        dedupe=f"{key}:{person.id}:{to_iso(minute)}",
        fields={"way": event.platform, "at": to_iso(now)},
    )
    tx.outbox.add([message], now=now)


def _taken(tx: Tx, person: Person, code: str, now: datetime) -> i.Intent:
    """Return whose charge a code takes; a wrong one counts against every code that they have."""
    every = tx.outbox.codes(person.id, since=now - LIVES)
    right = [each.row for each in every if hmac.compare_digest(each.code, code)]
    if not right:
        tx.outbox.code_tried([each.row for each in every])
        raise UserMistake("by_text")
    intent = _about(tx, right[0])
    tx.outbox.code_used(right[0], at=now)
    return intent


def _pressed(tx: Tx, person: Person, ref: str, now: datetime) -> i.Intent:
    """Return whose charge a key takes in a call: of the alarm that rang them, and nobody else."""
    row = tx.outbox.posted_as(ref)
    if row is None or row.person_id != person.id or row.ref_way is None:
        raise UserMistake("by_text")
    intent = _about(tx, row)
    tx.outbox.code_used(row, at=now)
    return intent


def _about(tx: Tx, row: Outgoing) -> i.Intent:
    """Return what taking charge of a message's alarm is. Raises UserMistake once the alarm has gone on, or is over."""
    if row.duress_id is not None:
        return TakeCall(row.duress_id)
    alarm = tx.escalations.get(row.escalation_id) if row.escalation_id else None
    if alarm is None or not alarm.open or str(alarm.step) != row.fields["step"]:
        raise UserMistake("by_text")
    return i.TakeCharge(alarm.id)
