"""What a worker can do with a visit: load, decide, carry out. Every function returns the key of the answer."""

from __future__ import annotations

from datetime import datetime

from bot.domain import covering, late_words, staying, visiting
from bot.domain.cover_intents import Ready
from bot.domain.day_intents import ConfirmStay
from bot.domain.decision import VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.facts import Kind, StayAsked, VisitKind
from bot.domain.grammar_asked import SUGGESTIONS
from bot.domain.intents import (
    Arrived,
    Cancel,
    CheckIn,
    CompanionOut,
    Done,
    Extend,
    GoingIn,
    NotGoingIn,
    OfWorker,
    StillInside,
)
from bot.domain.message import Priority
from bot.domain.notices import to_worker
from bot.domain.people import Person
from bot.domain.risk_intents import Unsure
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import agreeing, leaving, watching
from bot.service.answering import Answer
from bot.service.carrying import Scene, carry_out, carry_out_alarm, meant, scene

LISTED = 200
"""Visits of the team among which one is looked for that somebody is beside as a companion."""


def companion_leaves(
    tx: Tx, intent: CompanionOut, *, by: Person, now: datetime, ids: IdSource
) -> Answer:
    """Note that somebody who is with the worker has left.

    Raises:
        UserMistake: they are not with the worker, or the visit is over, or late: then a person has to hear it.
    """
    visit = tx.visits.get(intent.visit_id)
    if visit is None or by.id not in visit.companions:
        raise UserMistake("not_for_you")
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.overdue:
        raise UserMistake("companion_late")
    at = scene(tx, visit, now=now, ids=ids)
    return leaving.companion_leaves(at, visit, by.id)


def said(
    tx: Tx,
    intent: OfWorker,
    *,
    by: Person,
    now: datetime,
    ids: IdSource,
    by_text: bool = False,
) -> Answer:
    """Do what somebody says of a visit of their own, or of one that they are beside as a companion.

    Args:
        by_text: it came from a number, which can be forged: it closes no alarm.

    Raises:
        UserMistake: as `of_worker` and `companion_leaves` say.
    """
    beside = _beside(tx, intent, by)
    if beside is not None:
        return companion_leaves(tx, CompanionOut(beside.id), by=by, now=now, ids=ids)
    return of_worker(tx, intent, worker=by, now=now, ids=ids, by_text=by_text)


def of_worker(
    tx: Tx,
    intent: OfWorker,
    *,
    worker: Person,
    now: datetime,
    ids: IdSource,
    by_text: bool = False,
) -> Answer:
    """Do what a worker asks for their own visit. After the alarm began their word is passed on, and ends nothing.

    Raises:
        UserMistake: no visit of theirs is meant, several could be, or the rules refuse it; by_text: by text it would end
            the alarm of a visit without a buddy.
    """
    visit = _meant(tx, intent, worker, now)
    at = scene(tx, visit, now=now, ids=ids)
    alarm = _overdue_alarm(tx, visit)
    if alarm is not None:
        return _late(at, visit, alarm, intent, by_text=by_text)
    _leave_alarms_open(tx, visit, intent, by_text=by_text)
    match intent:
        case Ready() | Arrived() | GoingIn() | Unsure():
            return _at_the_door(at, visit, intent)
        case CheckIn():
            decision = staying.check_in(visit, roster=at.roster, policy=at.policy, now=now)
            return _longer(at, visit, decision, "reply.ok")
        case Extend():
            decision = staying.extend(visit, intent, roster=at.roster, policy=at.policy, now=now)
            return _longer(at, visit, decision, "reply.extended")
        case Done():
            return leaving.leave(at, visit, intent)
        case StillInside():
            return leaving.some_leave(at, visit, intent)
        case NotGoingIn():
            return leaving.turn_back(at, visit)
        case Cancel():
            if visit.arrived_at is not None or visit.kind is not VisitKind.VISIT:
                raise UserMistake("cannot_cancel_late", suggestion=f"left {visit.case_ref}")
            carry_out(at, visit, visiting.cancel(visit))
            return "reply.cancelled", {}, visit.id


def confirm_stay(
    tx: Tx, intent: ConfirmStay, *, by: Person, now: datetime, ids: IdSource
) -> Answer:
    """Let a visit go on, because somebody has spoken to its worker (F5).

    Raises:
        UserMistake: no such visit, or as `staying.confirm` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    decision = staying.confirm(visit, intent, by=by.id, roster=at.roster, policy=at.policy, now=now)
    watching.after_extending(at, carry_out(at, visit, decision))
    return "reply.answer", {}, visit.id


def _longer(at: Scene, visit: Visit, decision: VisitDecision, key: str) -> Answer:
    """Carry out what was decided on staying longer; answer with the new end, or with who has to be spoken to first."""
    asked = [m.to.person_id or "" for m in decision.messages if m.key == "stay.confirm"]
    only_asked = any(isinstance(recorded.fact, StayAsked) for recorded in decision.facts)
    visit = carry_out(at, visit, decision)
    if only_asked:
        return "reply.stay_asked", {"people": ",".join(asked)}, visit.id
    visit = watching.after_extending(at, visit)
    return key, {"end_at": to_iso(visit.planned_until)}, visit.id


def left_question(at: Scene, worker_id: str, elsewhere: Visit) -> None:
    """Ask a worker who is elsewhere now whether they have left the visit that still runs; nobody has to answer."""
    for other in at.tx.visits.open_of(worker_id):
        runs = other.start_at <= at.now and other.kind is VisitKind.VISIT
        if runs and other.id != elsewhere.id and not other.overdue:
            once = f"left?:{elsewhere.id}"
            question = to_worker(other, "visit.left_question", Priority.REPLY, once=once)
            at.tx.outbox.add([question], now=at.now)


def _at_the_door(at: Scene, visit: Visit, intent: Ready | Arrived | GoingIn | Unsure) -> Answer:
    if isinstance(intent, Unsure):
        return agreeing.ask(at, visit, intent)
    if isinstance(intent, Ready):
        carry_out(at, visit, covering.ready(visit))
        return "reply.ready", {}, visit.id
    going_in = isinstance(intent, GoingIn)
    carry_out(at, visit, visiting.go_in(visit) if going_in else visiting.arrive(visit))
    left_question(at, visit.worker_id, visit)
    return "reply.going_in" if going_in else "reply.arrived", {}, visit.id


def _late(at: Scene, visit: Visit, alarm: Escalation, intent: OfWorker, *, by_text: bool) -> Answer:
    """Hear a worker after the alarm about them began: a person has to hear them too, unless their pack takes their word."""
    if not by_text and late_words.counts(alarm, at.policy):
        answer = _at_their_word(at, visit, alarm, intent)
        if answer is not None:
            return answer
    until = _until(at, visit, intent)
    decision = late_words.late_contact(
        alarm,
        what=_WORDS[type(intent)],
        until=until,
        visit=visit,
        policy=at.policy,
        now=at.now,
    )
    carry_out_alarm(at, visit, alarm, decision)
    return "reply.late", {}, visit.id


def _until(at: Scene, visit: Visit, intent: OfWorker) -> datetime | None:
    """Return until when a worker stays by their own late word: as they say, or, answering a check-in, as was agreed (H4)."""
    match intent:
        case Extend():
            return staying.new_end(visit, intent, at.now, at.policy)
        case CheckIn():
            return staying.agreed_until(visit, at.policy, at.now)
        case _:
            return None


def _at_their_word(at: Scene, visit: Visit, alarm: Escalation, intent: OfWorker) -> Answer | None:
    """Do what the same word does on a visit that is not late, and close its alarm; None for what a person has to hear."""
    match intent:
        case Done() if visit.accompanied and not intent.everyone:
            return "reply.who_is_out", {}, visit.id
        case Done():
            key = "reply.home" if visit.kind is VisitKind.WAY_HOME else "reply.done"
            decision = visiting.end(visit, next_place=intent.next_place, going_to=intent.going_to)
        case CheckIn():
            key = "reply.ok"
            decision = staying.check_in(visit, roster=at.roster, policy=at.policy, now=at.now)
        case Extend():
            key = "reply.extended"
            decision = staying.extend(visit, intent, roster=at.roster, policy=at.policy, now=at.now)
        case _:
            return None
    closed = late_words.taken_at_their_word(
        alarm, decision, visit=visit, roster=at.roster, policy=at.policy
    )
    if closed is None:
        return None
    visit = carry_out_alarm(at, visit, alarm, closed)
    if not visit.open:
        at_home = visit.kind is VisitKind.WAY_HOME
        return (key, {}, visit.id) if at_home else leaving.over(at, visit, key)
    visit = watching.after_extending(at, visit)
    return key, {"end_at": to_iso(visit.planned_until)}, visit.id


_WORDS: dict[type, str] = {
    Ready: "ready",
    Arrived: "arrived",
    GoingIn: "going_in",
    NotGoingIn: "not_going_in",
    StillInside: "still_inside",
    CheckIn: "ok",
    Extend: "extend",
    Done: "done",
    Cancel: "cancel",
    Unsure: "unsure",
}


def _leave_alarms_open(tx: Tx, visit: Visit, intent: OfWorker, *, by_text: bool) -> None:
    """Refuse by text what would end a visit that alarms for want of a buddy. Raises UserMistake by_text."""
    if by_text and isinstance(intent, Done) and tx.escalations.open_of(visit.id):
        raise UserMistake("by_text")


def _overdue_alarm(tx: Tx, visit: Visit) -> Escalation | None:
    if not visit.overdue:
        return None
    alarms = (e for e in tx.escalations.open_of(visit.id) if e.kind is not Kind.UNCOVERED)
    return next(alarms, None)


def _beside(tx: Tx, intent: OfWorker, person: Person) -> Visit | None:
    """Return the visit that somebody has left as a companion when they say so in words; None for everything else.

    A visit of their own comes first. With several that they are beside, the one that has run longest is meant.
    """
    if not isinstance(intent, Done) or intent.visit_id is not None:
        return None

    def means(visit: Visit) -> bool:
        return intent.case_ref in (None, visit.case_ref)

    if any(means(visit) for visit in tx.visits.open_of(person.id)):
        return None
    out = tx.visits.open_in(person.team_id, LISTED)
    beside = [v for v in out if person.id in v.companions and person.id not in v.out and means(v)]
    return min(beside, key=lambda visit: visit.start_at, default=None)


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
    if isinstance(intent, (*_AT_A_DOOR, Unsure)):
        visits = tuple(visit for visit in visits if visit.kind is VisitKind.VISIT)
    if intent.case_ref is not None:
        visits = tuple(visit for visit in visits if visit.case_ref == intent.case_ref)
    if not visits:
        raise UserMistake("unsure_no_visit" if isinstance(intent, Unsure) else "no_visit")
    if isinstance(intent, _AT_A_DOOR):
        visits = _at_this_door(visits, arriving=isinstance(intent, Arrived))
    running = tuple(visit for visit in visits if visit.start_at <= now)
    if len(running) == 1 or len(visits) == 1:
        return (running or visits)[0]
    if not running and isinstance(intent, _AT_A_DOOR):
        return visits[0]
    raise _which(running or visits, intent)


_AT_A_DOOR = (Arrived, GoingIn, NotGoingIn)


def _at_this_door(visits: tuple[Visit, ...], *, arriving: bool) -> tuple[Visit, ...]:
    """Return those at whose door a worker can be: nobody arrives twice, and whoever has gone in is past the door."""
    outside = tuple(visit for visit in visits if visit.went_in_at is None) or visits
    arrived = tuple(visit for visit in outside if visit.arrived_at is not None)
    if arriving:
        return tuple(visit for visit in outside if visit.arrived_at is None) or outside
    return arrived or outside


def _which(visits: tuple[Visit, ...], intent: OfWorker) -> UserMistake:
    """Return the question which of several visits is meant, with the first three as repairs where one word is enough."""
    cases = tuple(dict.fromkeys(visit.case_ref for visit in visits))
    word = _COMMANDS.get(type(intent))
    repairs = [f"{word} {case}" for case in cases] if word and len(cases) == len(visits) else []
    fields = dict(zip(SUGGESTIONS, repairs, strict=False))
    return UserMistake("which_visit", cases=", ".join(cases), **fields)


_COMMANDS: dict[type, str] = {
    Ready: "ready",
    Arrived: "arrived",
    GoingIn: "going in",
    NotGoingIn: "not going in",
    CheckIn: "ok",
    Done: "left",
    Cancel: "cancel",
    Unsure: "unsure",
}
