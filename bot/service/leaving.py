"""Leaving: a visit's end, who is still inside, not going in, the way home after a day's last visit, and being home."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import unheard, visiting
from bot.domain.decision import VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.facts import VisitEnded, VisitKind
from bot.domain.grammar_left import HOME
from bot.domain.intents import Done, StillInside
from bot.domain.lateness import late
from bot.domain.pairs_facts import AloneTold
from bot.domain.people import Person, Team
from bot.domain.times import DAY_MINUTES, local_day, on_day
from bot.domain.visit import Visit
from bot.ports import Tx
from bot.service import cases
from bot.service.answering import Answer
from bot.service.carrying import Scene, carry_out

BACK_SOON = timedelta(minutes=5)
"""A return told for less than this ahead gives nobody time to travel: then the pack's own time counts."""


def leave(at: Scene, visit: Visit, intent: Done) -> Answer:
    """Decide on "left": the visit is over; with somebody else at the scene, who is out has to be said (across all five)."""
    if visit.kind is VisitKind.WAY_HOME:
        carry_out(at, visit, visiting.end(visit))
        return "reply.home", {}, visit.id
    if visit.accompanied and not intent.everyone:
        return "reply.who_is_out", {}, visit.id
    decision = visiting.end(visit, next_place=intent.next_place, going_to=intent.going_to)
    return _ended(at, visit, decision, "reply.done")


def some_leave(at: Scene, visit: Visit, intent: StillInside) -> Answer:
    """Decide on somebody leaving while somebody stays: the timer stays, unless nobody is inside any more."""
    decision = visiting.some_left(visit, out=intent.out, inside=intent.inside)
    decision = cases.parted(at, visit, decision)
    key, fields, visit_id = _ended(at, visit, decision, "reply.done", going_on="reply.still_inside")
    return key, {**fields, **_left_alone(decision)}, visit_id


def companion_leaves(at: Scene, visit: Visit, who: str) -> Answer:
    """Decide on a companion's "I've left": the timer stays for whoever is inside."""
    decision = cases.parted(at, visit, visiting.some_left(visit, out=(who,), inside=()))
    _ended(at, visit, decision, "reply.companion_out")
    return "reply.companion_out", _left_alone(decision), visit.id


def _left_alone(decision: VisitDecision) -> dict[str, str]:
    """Return, for the answer, who stays behind alone where nobody is to be alone (F14); empty for nobody."""
    told = (recorded.fact for recorded in decision.facts)
    who = next((fact.who for fact in told if isinstance(fact, AloneTold)), "")
    return {"person": who} if who else {}


def turn_back(at: Scene, visit: Visit) -> Answer:
    """Decide on "not going in": the visit is over and the managers are told (F7, H8).

    Raises:
        UserMistake: the worker has gone in already, or is not at a visit.
    """
    if visit.went_in_at is not None or visit.kind is not VisitKind.VISIT:
        raise UserMistake("already_in")
    decision = visiting.turn_back(visit, roster=at.roster, policy=at.policy)
    told = any(message.key == "visit.turned_back" for message in decision.messages)
    key, fields, visit_id = over(at, carry_out(at, visit, decision), "reply.turned_back")
    return key, {**fields, "told": "yes" if told else ""}, visit_id


def home(tx: Tx, *, worker: Person, team: Team, now: datetime) -> Answer:
    """Answer "home" for somebody with nobody on the way: the day is over, and what is still planned for it is named.

    Raises:
        UserMistake: a visit of theirs still runs; they are asked whether they have left it.
    """
    open_ones = tx.visits.open_of(worker.id)
    for visit in open_ones:
        if visit.kind is VisitKind.VISIT and visit.start_at <= now:
            fields = {"case": visit.case_ref}
            if not visit.overdue and not visit.accompanied:
                fields |= {"first": visit.id, "left": visit.case_ref, "suggestion": "home"}
            raise UserMistake("home_but_out", **fields)
    today = local_day(now, team.tz)
    planned = [v.id for v in open_ones if local_day(v.start_at, team.tz) == today]
    return "reply.home", {"visits": ",".join(planned)}, None


def way_home_of(tx: Tx, worker: Person) -> Visit | None:
    """Return the way home that somebody is on; None for nobody on the way."""
    ways = (v for v in tx.visits.open_of(worker.id) if v.kind is VisitKind.WAY_HOME)
    return next(ways, None)


def today(tx: Tx, *, worker: Person, team: Team, now: datetime) -> tuple[Visit, ...]:
    """Return a worker's visits that start on this day of the team's, or still run from an earlier one, by start."""
    day = local_day(now, team.tz)
    (first, *_), (*_, last) = (on_day(day, m, team.tz).at for m in (0, DAY_MINUTES))
    of_day = tx.visits.of_day(worker.id, first, last)
    older = tuple(v for v in tx.visits.open_of(worker.id) if v.start_at < first)
    return older + of_day


def follow_home(at: Scene, visit: Visit) -> None:
    """Follow a worker home, where that is asked for, after a visit that somebody else has closed."""
    if not visit.open:
        _way_home(at, visit)


def _ended(
    at: Scene, visit: Visit, decision: VisitDecision, key: str, *, going_on: str = ""
) -> Answer:
    """Carry out what ends a visit, if it does; a late one is not over before somebody has heard the worker (F8)."""
    ends = next((r for r in decision.facts if isinstance(r.fact, VisitEnded)), None)
    if ends is not None and late(visit, at.policy, at.roster.team.tz):
        waits = unheard.leave(visit, ends, roster=at.roster, policy=at.policy, now=at.now)
        if waits.facts:
            carry_out(at, visit, waits)
        told = any(message.key == "voice.ask" for message in waits.messages) or not waits.facts
        return "reply.unheard", {"told": "yes" if told else ""}, visit.id
    visit = carry_out(at, visit, decision)
    return over(at, visit, key) if not visit.open else (going_on or key, {}, visit.id)


def over(at: Scene, visit: Visit, key: str) -> Answer:
    """Answer somebody whose visit is over, with `key`; they are followed home where that is asked for."""
    way = _way_home(at, visit)
    return key, {"way_home": "yes" if way else ""}, visit.id


def _way_home(at: Scene, visit: Visit) -> Visit | None:
    """Follow a worker home after the last visit of the day, where they or the pack asked for it (F2)."""
    team = at.roster.team
    worker = at.roster.people.get(visit.worker_id)
    if worker is None or not at.policy.home_within:
        return None
    day = local_day(at.now, team.tz)
    still = (v for v in at.tx.visits.open_of(visit.worker_id) if v.id != visit.id)
    if any(v.start_at <= at.now or local_day(v.start_at, team.tz) == day for v in still):
        return None
    of_today = (*today(at.tx, worker=worker, team=team, now=at.now), visit)
    back = max((v.back_at for v in of_today if v.back_at), default=None)
    asked_for = back is not None or any(v.not_back for v in of_today) or visit.next_place == HOME
    elsewhere = visit.next_place not in ("", *_ENDS)
    if elsewhere or not (asked_for or at.policy.home_always):
        return None
    soonest = at.now + BACK_SOON
    end_at = back if back is not None and back > soonest else at.now + at.policy.home_within
    decision = visiting.way_home(visit, visit_id=at.ids.new("v"), end_at=end_at, now=at.now)
    return carry_out(at, None, decision)


_ENDS = ("home", "office", "elsewhere")
