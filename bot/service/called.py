"""Who is rung by a telephone call, whether they have proven who they are, and whether it still matters when they pick up."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.waking import TEST, TRIES
from bot.ports import Tx

WITHIN = timedelta(hours=1)
"""Wrong PINs count for so long: a PIN does not change with each call, as a code does with each text."""
YES = "1"
"""What whoever is wanted presses, and has set no PIN."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call under way.

    Attributes:
        name: of the one who is wanted: a person's, or a desk's.
        over: somebody else has taken charge since, or it has ended.
        takes: there is something to take charge of; the plain alarm only has people look.
        test: nobody is needed: it is to show that they are reached.
        pin: what they key in before anything is said; "" where they have set none.
        shut: too many wrong PINs: nothing is asked or said any more, whatever is keyed in.
    """

    name: str
    over: bool
    takes: bool
    test: bool = False
    pin: str = field(default="", repr=False)
    shut: bool = False

    def proven(self, digits: str) -> bool:
        """Return whether whoever has picked up is the one who is wanted, by what they have keyed in."""
        right = self.pin or YES
        return not self.shut and hmac.compare_digest(digits.encode(), right.encode())


def call(tx: Tx, ref: str, *, now: datetime) -> Call | None:
    """Return whom a call wants, by its platform's reference; None when it is none of ours."""
    row = tx.outbox.posted_as(ref) if ref else None
    person = tx.rosters.person(row.person_id) if row and row.person_id else None
    if row is None or person is None:
        return None
    if row.duress_id is not None:
        duress = tx.duresses.get(row.duress_id)
        over = duress is None or not duress.open or duress.charge not in (None, person.id)
    else:
        alarm = tx.escalations.get(row.escalation_id) if row.escalation_id else None
        # The plain alarm has nothing of which one could take charge, and is never over.
        over = alarm is not None and (not alarm.open or alarm.charge not in (None, person.id))
    takes = row.duress_id is not None or row.escalation_id is not None
    pin = person.pin or ""
    shut = bool(pin) and tx.outbox.pin_tries(person.id, since=now - WITHIN) >= TRIES
    return Call(person.name, over, takes, test=row.key == TEST, pin=pin, shut=shut)


def wrong_pin(tx: Tx, ref: str, *, now: datetime) -> Call | None:
    """Note a wrong PIN in a call, and return the call as it stands then."""
    row = tx.outbox.posted_as(ref)
    if row is not None:
        tx.outbox.pin_tried(row)
    return call(tx, ref, now=now)
