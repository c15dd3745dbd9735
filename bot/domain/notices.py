"""Messages about a visit or an alarm, addressed: to the worker, to one person, to the team's channel."""

from __future__ import annotations

from bot.domain.duress import Duress
from bot.domain.escalation import Escalation
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.visit import Visit


def to_channel(visit: Visit, key: str, *, once: str = "card", **fields: str) -> Message:
    """Return a message for the team's channel: ordinary, because the worker reads there too.

    Args:
        once: what makes it one of a kind within the visit; sent once however often it is decided.
    """
    return Message(
        key=key,
        to=To(visit.team_id, channel=True),
        priority=Priority.REPLY if key == "visit.card" else Priority.REMINDER,
        dedupe=f"{visit.id}:{once}",
        fields=fields,
        visit_id=visit.id,
    )


def to_person(
    visit: Visit, person_id: str, key: str, priority: Priority, *, once: str, **fields: str
) -> Message:
    """Return an ordinary message about a visit for one person in private."""
    return Message(
        key=key,
        to=To(visit.team_id, person_id),
        priority=priority,
        dedupe=f"{visit.id}:{once}",
        fields=fields,
        visit_id=visit.id,
    )


def to_worker(visit: Visit, key: str, priority: Priority, *, once: str, **fields: str) -> Message:
    """Return an ordinary message for the visit's worker in private."""
    return to_person(visit, visit.worker_id, key, priority, once=once, **fields)


def to_responder(
    escalation: Escalation, person_id: str, key: str, *, once: str, **fields: str
) -> Message:
    """Return a message of an alarm for one responder: in private, and never for the worker's side (covert rule 14)."""
    return Message(
        key=key,
        to=To(escalation.team_id, person_id),
        priority=Priority.ESCALATION,
        dedupe=f"{escalation.id}:{once}:{person_id}",
        fields=fields,
        visit_id=escalation.visit_id,
        escalation_id=escalation.id,
        secrecy=Secrecy.RESPONDERS,
    )


def to_rescuer(duress: Duress, person_id: str, key: str, *, once: str, **fields: str) -> Message:
    """Return a message of a covert alarm for one person: in private, before everything else, and of no visit.

    Those of a rehearsal wait for everything that is real.
    """
    return Message(
        key=key,
        to=To(duress.team_id, person_id),
        priority=Priority.REMINDER if duress.drill else Priority.DURESS,
        dedupe=f"{duress.id}:{once}:{person_id}",
        fields=fields,
        duress_id=duress.id,
        secrecy=Secrecy.RESPONDERS,
    )
