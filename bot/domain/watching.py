"""Who watches a visit, and how that changes: on acceptance, and never by leaving it unwatched.

Asking for a buddy is in `covering`; what a late visit's people do is in `ladder` and `handover`.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import covering
from bot.domain import facts as f
from bot.domain.authority import may_change_buddy, may_watch, on_the_scene
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.facts import VisitFact
from bot.domain.message import Priority
from bot.domain.notices import to_person, to_worker
from bot.domain.people import Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.times import to_iso
from bot.domain.visit import Visit


def change_buddy(
    visit: Visit,
    to: str,
    *,
    by: str,
    roster: Roster,
    policy: Policy,
    now: datetime,
    own: Visit | None,
) -> VisitDecision:
    """Decide on "buddy @name": that person is asked; whoever watches now goes on until they accept (F1).

    Args:
        by: the worker, the buddy, or somebody up the line.
        own: a visit of the other one's own during which they could not act (`readiness.clash`).

    Raises:
        UserMistake: not_for_you, visit_over, buddy_late, already_accepted, already_asked, person_away, stand_in_out, or
            as `authority.may_watch` says of the other one.
    """
    may_change_buddy(by, visit, roster, policy)
    _still_calm(visit)
    if to == visit.buddy_id:
        raise UserMistake("already_accepted", name=roster.name(to))
    may_watch(to, visit, roster)
    if not roster.here([to], now):
        raise _away(to, roster, now)
    if own is not None:
        raise UserMistake("stand_in_out", name=roster.name(to))
    if visit.buddy_id is not None:
        if to in visit.offered:
            raise UserMistake("already_asked", name=roster.name(to))
        return _offer(visit, (to,), by=by)
    if to in visit.asked:
        raise UserMistake("already_asked", name=roster.name(to))
    again = to_iso(visit.alarm_at)
    fact = f.CoverAsked(asked=(to,), next_at=visit.cover_next_at)
    asked = to_person(visit, to, "cover.ask", Priority.REMINDER, once=f"cover:{to}:{again}")
    return VisitDecision((Recorded(fact, by=by),), (asked,))


def cannot_watch(
    visit: Visit, *, by: str, roster: Roster, policy: Policy, now: datetime, busy: frozenset[str]
) -> VisitDecision:
    """Decide on "I can't any more": everybody who could take over is asked at once; until one does, nothing changes.

    Args:
        busy: here and below: who is out themselves at that time, and is not asked.

    Raises:
        UserMistake: they are not the buddy, the visit is over or late, or there is nobody else to ask.
    """
    if by != visit.buddy_id:
        raise UserMistake("not_your_watch")
    _still_calm(visit)
    others = _others(visit, roster=roster, policy=policy, now=now, busy=busy)
    if not others and not visit.offered:
        raise UserMistake("nobody_else")
    return _offer(visit, others, by=by) if others else VisitDecision()


def buddy_sent_away(
    visit: Visit, *, by: str, roster: Roster, policy: Policy, now: datetime, busy: frozenset[str]
) -> VisitDecision:
    """Decide on a visit whose buddy is noted as away by somebody else: everybody who could take over is asked at once.

    Until one does the buddy stays, as always. Nothing for a visit that is over or late, or with nobody else to ask.
    """
    if visit.overdue or not visit.open:
        return VisitDecision()
    others = _others(visit, roster=roster, policy=policy, now=now, busy=busy)
    return _offer(visit, others, by=by) if others else VisitDecision()


def buddy_gone(
    visit: Visit, *, roster: Roster, policy: Policy, now: datetime, busy: frozenset[str]
) -> VisitDecision:
    """Decide on a visit whose buddy has left the team: another is asked at once, and the worker is told.

    A late visit needs no buddy any more: its alarm asks others.
    """
    gone = f.BuddyGone(visit.buddy_id or "", max(visit.start_at, now) + policy.cover_alarm_after)
    lost: Recorded[VisitFact] = Recorded(gone)
    if visit.overdue or not visit.open:
        return VisitDecision()
    told = to_worker(visit, "cover.buddy_gone", Priority.REPLY, once=f"gone:{to_iso(now)}")
    after = visit.after(gone, now)
    cover = covering.ask(after, roster=roster, policy=policy, now=now, busy=busy)
    return VisitDecision((lost, *cover.facts), (told, *cover.messages))


def _others(
    visit: Visit, *, roster: Roster, policy: Policy, now: datetime, busy: frozenset[str]
) -> tuple[str, ...]:
    """Return everybody who could take a visit over from its buddy and was not asked yet."""
    away = {*on_the_scene(visit), visit.buddy_id, *visit.offered, *busy}
    could = roster.here((*roster.cover, *roster.holding(roles_of(policy.uncovered))), now)
    return tuple(dict.fromkeys(who for who in could if who not in away))


def _offer(visit: Visit, to: tuple[str, ...], *, by: str) -> VisitDecision:
    messages = tuple(
        to_person(
            visit,
            who,
            "cover.take_over",
            Priority.REMINDER,
            once=f"over:{who}:{visit.version}",
            by=by,
        )
        for who in to
    )
    return VisitDecision((Recorded(f.BuddyOffered(to=to, by=by), by=by),), messages)


def _still_calm(visit: Visit) -> None:
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.overdue:
        raise UserMistake("buddy_late")


def _away(who: str, roster: Roster, now: datetime) -> UserMistake:
    person = roster.people.get(who)
    if person is None or person.away_until is None or not person.away(now):
        # A desk outside its hours.
        return UserMistake("stand_in_out", name=roster.name(who))
    return UserMistake("person_away", name=person.name, until=to_iso(person.away_until))
