"""What a worker or a buddy can do with a visit: load, decide, carry out. Every function returns the key of the answer."""

from __future__ import annotations

from datetime import datetime

from bot.domain import ladder, visiting
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.facts import Kind
from bot.domain.intents import Accept, Arrived, Cancel, CheckIn, Done, Extend, Start
from bot.domain.people import Person, Team
from bot.domain.policy import roles_of
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service.carrying import Scene, carry_out, carry_out_alarm, scene

Answer = tuple[str, dict[str, str], str | None]
"""The answer to a person: message key, fields, and the visit it speaks of (None for none). An empty key: nothing is said."""

OfWorker = Arrived | CheckIn | Extend | Done | Cancel


def start(
    tx: Tx, intent: Start, *, worker: Person, team: Team, now: datetime, ids: IdSource
) -> Answer:
    """Start a visit; its own cards are the answer.

    Raises:
        UserMistake: it overlaps another visit of this worker, or is longer than the pack allows.
    """
    for other in tx.visits.open_of(worker.id):
        if intent.start_at < other.end_at and other.start_at < intent.end_at:
            raise UserMistake("overlaps", case=other.case_ref, end_at=to_iso(other.end_at))
    policy = tx.policies.get(team.policy_digest)
    roster = tx.rosters.roster(
        team.id,
        worker_id=worker.id,
        roles=roles_of(policy.ladder + policy.uncovered),
        people=(worker.id,),
    )
    decision = visiting.request(
        intent,
        worker_id=worker.id,
        visit_id=ids.new("v"),
        roster=roster,
        policy=policy,
        now=now,
    )
    carry_out(Scene(tx, ids, now, policy, roster), None, decision)
    return "", {}, None


def accept(tx: Tx, intent: Accept, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Take a visit on as its buddy (F1).

    Raises:
        UserMistake: no such visit, or as `visiting.accept` says.
    """
    visit = tx.visits.get(intent.visit_id)
    if visit is None:
        raise UserMistake("old_button")
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    carry_out(at, visit, visiting.accept(visit, by=by.id, roster=at.roster))
    return "reply.accepted", {}, visit.id


def of_worker(tx: Tx, intent: OfWorker, *, worker: Person, now: datetime, ids: IdSource) -> Answer:
    """Do what a worker asks for their own visit. After the alarm began their word is passed on, and ends nothing.

    Raises:
        UserMistake: no visit of theirs is meant, several could be, or the rules refuse it.
    """
    visit = _meant(tx, intent, worker, now)
    at = scene(tx, visit, now=now, ids=ids)
    alarm = _overdue_alarm(tx, visit)
    if alarm is not None:
        return _late(at, visit, alarm, intent)
    if isinstance(intent, Arrived):
        carry_out(at, visit, visiting.arrive(visit))
        return "reply.arrived", {}, visit.id
    if isinstance(intent, CheckIn):
        visit = carry_out(at, visit, visiting.check_in(visit, policy=at.policy, now=now))
        return "reply.ok", {"end_at": to_iso(visit.end_at)}, visit.id
    if isinstance(intent, Extend):
        decision = visiting.extend(visit, intent, policy=at.policy, now=now)
        visit = carry_out(at, visit, decision)
        return "reply.extended", {"end_at": to_iso(visit.end_at)}, visit.id
    if isinstance(intent, Done):
        carry_out(at, visit, visiting.end(visit))
        return "reply.done", {}, visit.id
    if visit.arrived_at is not None:
        raise UserMistake("cannot_cancel_late")
    carry_out(at, visit, visiting.cancel(visit))
    return "reply.cancelled", {}, visit.id


def _late(at: Scene, visit: Visit, alarm: Escalation, intent: OfWorker) -> Answer:
    until = visiting.new_end(visit, intent, at.now) if isinstance(intent, Extend) else None
    decision = ladder.late_contact(
        alarm,
        what=_WORDS[type(intent)],
        until=until,
        visit=visit,
        policy=at.policy,
        now=at.now,
    )
    carry_out_alarm(at, visit, alarm, decision)
    return "reply.late", {}, visit.id


_WORDS: dict[type, str] = {
    Arrived: "arrived",
    CheckIn: "ok",
    Extend: "extend",
    Done: "done",
    Cancel: "cancel",
}


def _overdue_alarm(tx: Tx, visit: Visit) -> Escalation | None:
    if not visit.overdue:
        return None
    alarms = (e for e in tx.escalations.open_of(visit.id) if e.kind is Kind.OVERDUE)
    return next(alarms, None)


def _meant(tx: Tx, intent: OfWorker, worker: Person, now: datetime) -> Visit:
    """Return the visit that a worker means.

    Raises:
        UserMistake: none is, it is over or somebody else's, or several could be meant.
    """
    visit_id = getattr(intent, "visit_id", None)
    if visit_id is not None:
        visit = tx.visits.get(visit_id)
        if visit is None or visit.worker_id != worker.id:
            raise UserMistake("not_for_you")
        if not visit.open:
            raise UserMistake("visit_over")
        return visit
    visits = tx.visits.open_of(worker.id)
    if intent.case_ref is not None:
        visits = tuple(visit for visit in visits if visit.case_ref == intent.case_ref)
    if not visits:
        raise UserMistake("no_visit")
    running = tuple(visit for visit in visits if visit.start_at <= now)
    if len(running) == 1 or len(visits) == 1:
        return (running or visits)[0]
    if not running and isinstance(intent, Arrived):
        return visits[0]
    cases = ", ".join(dict.fromkeys(visit.case_ref for visit in running or visits))
    raise UserMistake("which_visit", cases=cases)
