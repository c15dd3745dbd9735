"""Sending an alarm by the ways that wake people, and hearing whether it arrived. The rules are in `bot.domain.waking`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain import waking
from bot.domain.message import Message, To
from bot.domain.people import WAKING
from bot.ports import Outgoing, Posted, Tx
from bot.service.platforms import deaf


def beside(tx: Tx, messages: Iterable[Message], *, now: datetime) -> tuple[Message, ...]:
    """Return the messages and, where minutes count, one more for each way that wakes its reader.

    Where no chat of a reader's takes anything just now, one more goes by these ways in turn, without waiting for the chat.

    Args:
        messages: as the gate has let them through; what is added goes to the same people and nobody else.
    """
    every = []
    for message in messages:
        every.append(message)
        if message.to.person_id is None or not waking.wakes(message.key, message.priority):
            continue
        person = tx.rosters.person(message.to.person_id)
        if person is None or not person.wakes:
            continue
        if waking.at_once(message):
            platforms = dict.fromkeys(way.platform for way in person.wakes)
            every += [waking.waking(message, now=now, platform=each) for each in platforms]
        elif deaf(tx, person):
            every.append(waking.waking(message, now=now))
    return tuple(every)


def instead(tx: Tx, row: Outgoing, *, now: datetime) -> bool:
    """Send by the ways that wake what no chat takes, once.

    Returns:
        Whether the message may yet arrive, or has arrived: by one of these ways, or by the chat. The ladder then hears
        nothing; it does when the last of them has failed.
    """
    if row.person_id is None:
        return False
    if row.key in (waking.KEY, waking.DOWN):
        return _hoped_for(tx, row, row.fields["of"])
    person = tx.rosters.person(row.person_id)
    if person is None or not person.wakes or not waking.wakes(row.key, row.priority):
        return False
    if not any(tx.outbox.find(name) for name in _names(row.dedupe) if name != row.dedupe):
        decided = _as_decided(row, row.person_id)
        tx.outbox.add([waking.waking(decided, now=now, since=row.created_at)], now=now)
    return _hoped_for(tx, row, row.dedupe)


def _hoped_for(tx: Tx, row: Outgoing, dedupe: str) -> bool:
    """Return whether another row that says the same has arrived, or has not failed yet."""
    others = [tx.outbox.find(name) for name in _names(dedupe) if name != row.dedupe]
    return any(
        other.state is Posted.SENT
        or (other.state in (Posted.WAITING, Posted.UNCERTAIN) and not other.reported)
        for other in others
        if other is not None
    )


def _names(dedupe: str) -> tuple[str, ...]:
    return (dedupe, *(waking.dedupe_of(dedupe, each) for each in ("", *sorted(WAKING))))


def _as_decided(row: Outgoing, person_id: str) -> Message:
    return Message(
        key=row.key,
        to=To(row.team_id, person_id),
        priority=row.priority,
        dedupe=row.dedupe,
        fields=row.fields,
        visit_id=row.visit_id,
        escalation_id=row.escalation_id,
        secrecy=row.secrecy,
        duress_id=row.duress_id,
    )
