"""Who is rung by a telephone call, and whether it still matters when they pick up."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.waking import TEST
from bot.ports import Tx


@dataclass(frozen=True, slots=True)
class Call:
    """A call under way.

    Attributes:
        name: of the one who is wanted: a person's, or a desk's.
        over: somebody else has taken charge since, or it has ended.
        takes: there is something to take charge of; the plain alarm only has people look.
        test: nobody is needed: it is to show that they are reached.
    """

    name: str
    over: bool
    takes: bool
    test: bool = False


def call(tx: Tx, ref: str) -> Call | None:
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
    return Call(person.name, over, takes, test=row.key == TEST)
