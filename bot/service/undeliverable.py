"""What follows when a message gets through to nobody: that itself moves things on (house rule 5)."""

from __future__ import annotations

from datetime import datetime

from bot.domain import covering, waking
from bot.domain.authority import on_the_scene
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import RoomFault
from bot.domain.policy import roles_of
from bot.domain.staying import ask_to_confirm
from bot.domain.visit import Visit
from bot.ports import IdSource, Outgoing, Tx
from bot.service import (
    agreeing,
    cases,
    covert,
    covert_alarm,
    escalations,
    gate,
    plain_alarm,
    proving,
    rooms,
    watching,
)
from bot.service.carrying import carry_out, scene

_TELL_WHO_ASKED = frozenset(
    {"cover.take_over", "duty.offer", "people.welcome", "people.ends", "duty.leave"}
)
_TO_THE_WORKER = frozenset({"visit.reminder", "visit.nudge"})
_ABOUT_A_DAY = "cover.ask_day"
_ABOUT_COVER = frozenset({"cover.ask", "cover.confirm"})


def tell(tx: Tx, row: Outgoing, *, now: datetime, ids: IdSource) -> None:
    """Act on a message that no way of its reader takes.

    A test: its way is not proven. An alarm, of either kind: its ladder hears of it. A question about cover, or for
    agreement: the next in line is asked. That somebody is alone where nobody is to be: those who answer for cover hear it. A
    duty offered, or news of joining and leaving: whoever sent it hears of it. That something could not be read: everybody on
    the ladders hears it. A reminder to the worker: their buddy hears that it did not get through, and they read by text what
    they can text. What the team's channel does not take: whoever acts in its alarms reads that it does not have them. Anything
    else is a finding in the log only.
    """
    if row.key == waking.TEST:
        proving.failed(tx, row, now=now)
        return
    if row.duress_id is not None and row.person_id is not None:
        covert.cannot_reach(tx, row.duress_id, row.person_id, now=now, ids=ids)
        return
    if row.key in _TELL_WHO_ASKED and row.person_id is not None and row.fields.get("by"):
        tx.outbox.add([_to_who_asked(row, row.person_id, row.fields["by"])], now=now)
        return
    if row.key == plain_alarm.UNREAD:
        plain_alarm.unread_elsewhere(tx, row, now=now)
        return
    if row.channel and row.person_id is None:
        team = tx.rosters.team(row.team_id)
        rooms.note(tx, row.team_id, (team.faults if team else frozenset()) | {RoomFault.CLOSED})
    elif row.person_id is not None and row.visit_id is not None:
        _of_a_visit(tx, row, row.visit_id, row.person_id, now=now, ids=ids)


def look_for_yourselves(tx: Tx, row: Outgoing, *, now: datetime) -> None:
    """Raise the plain alarm, once a visit, for a message that we cannot show, or whose failure we cannot decide on.

    Answers and news are left out: what happened to the visit stands all the same, and nobody was to act on them.
    """
    if row.duress_id is not None:
        covert_alarm.instead(tx, row, now=now)
        return
    visit = tx.visits.get(row.visit_id) if row.visit_id else None
    acted_on = row.priority <= Priority.REMINDER and row.priority is not Priority.REPLY
    if visit is None or not visit.open or not acted_on or row.key == "alarm.plain":
        return
    plain_alarm.about_visit(tx, visit, now=now, occasion=f"{visit.id}:unshown")


def _of_a_visit(
    tx: Tx, row: Outgoing, visit_id: str, person_id: str, *, now: datetime, ids: IdSource
) -> None:
    if row.key == "visit.turned_back":
        _say_so_to_the_worker(tx, row, now)
        return
    if row.escalation_id is not None and row.secrecy is Secrecy.RESPONDERS:
        escalations.cannot_reach(tx, row.escalation_id, person_id, now=now, ids=ids)
        return
    visit = tx.visits.get(visit_id)
    if row.key == _ABOUT_A_DAY:
        for each in filter(None, map(tx.visits.get, visit.together if visit else ())):
            if person_id in each.asked:
                _ask_the_next(tx, each, person_id, now=now, ids=ids)
    elif visit is not None and visit.open:
        _of_an_open_visit(tx, row, visit, person_id, now=now, ids=ids)


def _of_an_open_visit(
    tx: Tx, row: Outgoing, visit: Visit, person_id: str, *, now: datetime, ids: IdSource
) -> None:
    if row.key == "stay.confirm":
        _ask_the_managers(tx, visit, now=now, ids=ids)
    elif row.key == "unsure.ask":
        agreeing.unreachable(tx, visit, now=now, ids=ids)
    elif row.key == "pairs.watch":
        cases.unreachable(tx, visit, row, now=now, ids=ids)
    elif row.key in _ABOUT_COVER:
        _ask_the_next(tx, visit, person_id, now=now, ids=ids)
    elif row.key in _TO_THE_WORKER:
        tx.outbox.add(_about_a_reminder(tx, row, visit, person_id), now=now)


def _ask_the_next(tx: Tx, visit: Visit, person_id: str, *, now: datetime, ids: IdSource) -> None:
    at = scene(tx, visit, now=now, ids=ids)
    decision = covering.unreachable(
        visit,
        person_id=person_id,
        roster=at.roster,
        policy=at.policy,
        now=now,
        busy=watching.busy(tx, visit, at.roster, at.policy),
    )
    if decision.facts:
        carry_out(at, visit, decision)


def _ask_the_managers(tx: Tx, visit: Visit, *, now: datetime, ids: IdSource) -> None:
    """Have those who answer for cover speak to a worker who wants to stay, for the buddy could not be asked (F5)."""
    at = scene(tx, visit, now=now, ids=ids)
    if visit.asked_until is None or visit.overdue:
        return
    managers = at.roster.holding(roles_of(at.policy.uncovered))
    asked = [ask_to_confirm(visit, who, visit.asked_until) for who in managers]
    tx.outbox.add(gate.admitted(asked, on_the_scene(visit)), now=now)


def _say_so_to_the_worker(tx: Tx, row: Outgoing, now: datetime) -> None:
    """Tell a worker who did not go in that a manager has not heard of it: they ring themselves (H8)."""
    visit = tx.visits.get(row.visit_id or "")
    if visit is None:
        return
    message = Message(
        key="visit.not_told",
        to=To(visit.team_id, visit.worker_id),
        priority=Priority.REPLY,
        dedupe=f"not_told:{row.dedupe}",
        fields={"person": row.person_id or ""},
        visit_id=visit.id,
    )
    tx.outbox.add([message], now=now)


def _about_a_reminder(tx: Tx, row: Outgoing, visit: Visit, person_id: str) -> list[Message]:
    """Return what follows when a worker cannot be reminded: their buddy hears of it, and they read what they can text."""
    told = [] if visit.buddy_id is None else [_to_the_buddy(visit, visit.buddy_id, row)]
    person = tx.rosters.person(person_id)
    if person is not None and any(way.platform == "sms" for way in person.wakes):
        dedupe = waking.dedupe_of(row.dedupe, "sms")
        told.append(
            Message(
                key=waking.INSTEAD,
                to=To(visit.team_id, person_id),
                priority=Priority.REMINDER,
                dedupe=dedupe,
                fields={"way": "sms", "reference": waking.reference_of(dedupe)},
            )
        )
    return told


def _to_who_asked(row: Outgoing, person_id: str, by: str) -> Message:
    return Message(
        key="alarm.unreachable",
        to=To(row.team_id, by),
        priority=Priority.REMINDER,
        dedupe=f"unreachable:{row.dedupe}",
        fields={"person": person_id},
    )


def _to_the_buddy(visit: Visit, buddy_id: str, row: Outgoing) -> Message:
    return Message(
        key="alarm.unreachable",
        to=To(visit.team_id, buddy_id),
        priority=Priority.ESCALATION,
        dedupe=f"unreachable:{row.dedupe}",
        fields={"person": visit.worker_id},
        visit_id=visit.id,
    )
