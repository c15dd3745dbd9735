"""The rules of cover: who is asked to be a visit's buddy, who accepts, confirms or gives back, and what a start lacks (F1).

Pure, as `visiting` is, which looks at everything else of an ordinary visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain import facts as f
from bot.domain.authority import may_accept, on_the_scene
from bot.domain.decision import Recorded, VisitDecision, by_bot
from bot.domain.errors import UserMistake
from bot.domain.face import face
from bot.domain.facts import Kind, Lapse, VisitFact, VisitKind
from bot.domain.lateness import outside
from bot.domain.message import Message, Priority, To
from bot.domain.notices import to_person, to_worker
from bot.domain.people import Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.readiness import Missing, missing, reach_missing, unmanned
from bot.domain.times import to_iso
from bot.domain.visit import Visit

NOBODY: frozenset[str] = frozenset()


def accept(
    visit: Visit,
    *,
    by: str,
    roster: Roster,
    policy: Policy,
    now: datetime,
    own: Visit | None = None,
    reach: str = "",
) -> VisitDecision:
    """Decide on somebody's "I'm on it" (F1). The first one wins; the buddy's own second one confirms the first.

    Args:
        own: a visit of theirs during which they could not act (`readiness.clash`).
        reach: how they are reached; outside routine hours nobody is the buddy without having said so (F3, F8).

    Raises:
        UserMistake: it is their own visit, they are not of this team, it is over, somebody was faster, they are out
            themselves at that time, or have not said how they are reached.

    Policy:
        start.confirm_before  (F1); hours.routine_from, hours.routine_until  (F3)
    """
    may_accept(by, visit, roster)
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.buddy_id not in (None, by) and by not in visit.offered:
        raise UserMistake("already_accepted", name=roster.name(visit.buddy_id))
    if own is not None:
        raise UserMistake("buddy_out", case=own.case_ref, end_at=to_iso(own.planned_until))
    known = reach or (visit.reach if visit.buddy_id == by else "")
    silent = not known and visit.kind is VisitKind.VISIT
    if silent and outside(visit, policy, roster.team.tz):
        raise UserMistake("reach_missing", end_at=to_iso(visit.planned_until))
    if visit.buddy_id == by:
        return VisitDecision(tuple(Recorded(fact, by=by) for fact in _once_more(visit, by, reach)))
    return take_over(visit, by=by, policy=policy, now=now, reach=reach)


def take_over(
    visit: Visit, *, by: str, policy: Policy, now: datetime, reach: str = ""
) -> VisitDecision:
    """Return what follows when somebody becomes the buddy: the worker is told, and whoever watched until now."""
    times, before = visit.version, visit.buddy_id
    confirmed = visit.soon_at is None or visit.start_at - policy.confirm_before <= now
    messages = [
        to_worker(visit, "cover.accepted", Priority.REPLY, once=f"accepted:{times}", buddy=by),
        to_person(visit, by, "visit.watch", Priority.REPLY, once=f"watch:{by}:{times}"),
    ]
    if before is not None:
        once = f"gave:{times}"
        messages.append(
            to_person(visit, before, "cover.handed_over", Priority.REPLY, once=once, by=by)
        )
    accepted = f.CoverAccepted(by, confirmed, reach)
    return VisitDecision((Recorded(accepted, by=by),), tuple(messages))


def of_day(decision: VisitDecision) -> VisitDecision:
    """Return an acceptance as one of several with one word: the worker hears of all of them at once instead."""
    facts = tuple(
        replace(each, fact=replace(each.fact, of_day=True))
        if isinstance(each.fact, f.CoverAccepted)
        else each
        for each in decision.facts
    )
    messages = tuple(each for each in decision.messages if each.key != "cover.accepted")
    return VisitDecision(facts, messages, decision.opens)


def _once_more(visit: Visit, by: str, reach: str) -> Iterator[VisitFact]:
    """Yield what the buddy's own second "I'm on it" changes: that they are there, and how they are reached."""
    if visit.confirm_at is not None and not visit.confirmed:
        yield f.CoverConfirmed(by)
    if reach and reach != visit.reach:
        yield f.ReachRecorded(by, reach)


def ask_reach(visit: Visit, *, roster: Roster, policy: Policy) -> tuple[Message, ...]:
    """Return the question how the buddy is reached, for a visit that has come to go on outside routine hours (F8)."""
    if visit.buddy_id is None or not reach_missing(visit, policy, roster.team.tz):
        return ()
    once = f"reach:{visit.buddy_id}:{to_iso(visit.end_at)}"
    return (to_person(visit, visit.buddy_id, "cover.reach", Priority.REMINDER, once=once),)


def decline(
    visit: Visit, *, by: str, roster: Roster, policy: Policy, now: datetime, busy: frozenset[str]
) -> VisitDecision:
    """Decide on "I can't": somebody who was asked is passed over at once, and an early buddy who does not confirm, too.

    A buddy who cannot any more while the visit is under way asks everybody (`watching.cannot_watch`).

    Args:
        busy: here and below: who is out themselves at that time, and is not asked.

    Raises:
        UserMistake: it was not asked of them, or the visit is over or late.
    """
    if by != visit.buddy_id and by not in visit.asked:
        raise UserMistake("not_for_you")
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.overdue:
        raise UserMistake("buddy_late")
    if visit.buddy_id == by:
        return lapse(
            visit, why=Lapse.GAVE_BACK, roster=roster, policy=policy, now=now, busy=busy, by=by
        )
    others_since = visit.asked[-1] != by
    if visit.buddy_id is not None or visit.cover_next_at is None or others_since:
        return VisitDecision()
    return ask(visit, roster=roster, policy=policy, now=now, busy=busy)


def lapse(
    visit: Visit,
    *,
    why: Lapse,
    roster: Roster,
    policy: Policy,
    now: datetime,
    busy: frozenset[str],
    by: str | None = None,
) -> VisitDecision:
    """Decide on a buddy who is none any more: worker and buddy are told, and the next in line is asked at once."""
    before = visit.buddy_id
    if before is None or not visit.open:
        return VisitDecision()
    alarm_at = max(visit.alarm_at, now + policy.cover_alarm_after)
    gone = Recorded[VisitFact](f.CoverLapsed(before, why, alarm_at), by=by)
    without = visit.after(gone.fact, now)
    told = [
        to_worker(
            visit,
            "cover.lost",
            Priority.REPLY,
            once=_round("lost", without),
            buddy=before,
            why=why.value,
        )
    ]
    if why is not Lapse.GAVE_BACK:
        told.append(
            to_person(
                visit,
                before,
                "cover.passed",
                Priority.REMINDER,
                once=_round("passed", without),
                why=why.value,
            )
        )
    asked = ask(without, roster=roster, policy=policy, now=now, busy=busy)
    return VisitDecision((gone, *asked.facts), (*told, *asked.messages))


def stand_in(
    visit: Visit,
    *,
    to: str,
    by: str,
    roster: Roster,
    policy: Policy,
    now: datetime,
    own: Visit | None,
) -> VisitDecision:
    """Decide on a named stand-in: they are asked to be the buddy in place of the one who cannot.

    Args:
        own: a visit of the stand-in's own during which they could not act.

    Raises:
        UserMistake: either of the two may not be this visit's buddy, it is over or has one, the stand-in is out or away too,
            or was asked already.
    """
    may_accept(by, visit, roster)
    may_accept(to, visit, roster)
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.buddy_id is not None:
        raise UserMistake("already_accepted", name=roster.name(visit.buddy_id))
    if own is not None:
        raise UserMistake("stand_in_out", name=roster.name(to))
    if not roster.here([to], now):
        raise UserMistake("stand_in_out", name=roster.name(to))
    if to in visit.asked:
        raise UserMistake("already_asked", name=roster.name(to))
    # They have as long as anybody who is asked.
    next_at = now + policy.cover_ask_wait if visit.cover_next_at is not None else None
    fact = f.CoverAsked(asked=(to,), next_at=next_at)
    return VisitDecision((Recorded(fact, by=by),), (_request(visit, to),))


def unreachable(
    visit: Visit,
    *,
    person_id: str,
    roster: Roster,
    policy: Policy,
    now: datetime,
    busy: frozenset[str],
) -> VisitDecision:
    """Decide on a question about cover that could not be delivered: the next in line is asked now (house rule 5)."""
    if not visit.open:
        return VisitDecision()
    if visit.buddy_id == person_id and visit.confirm_at is not None and not visit.confirmed:
        return lapse(visit, why=Lapse.UNREACHABLE, roster=roster, policy=policy, now=now, busy=busy)
    if visit.buddy_id is not None or visit.cover_next_at is None:
        return VisitDecision()
    return ask(visit, roster=roster, policy=policy, now=now, busy=busy)


def ready(visit: Visit) -> VisitDecision:
    """Decide on "all set": the phone is charged and the procedure's list is true (F13). Saying it twice is harmless."""
    return VisitDecision((Recorded(f.ReadySaid(), by=visit.worker_id),))


def soon(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    """Decide on a visit that begins soon: the worker hears what is missing, and an early buddy is asked again (F1, F13).

    A buddy who is asked late, after an outage, has as long as anybody who is asked for cover.
    """
    again = visit.buddy_id is not None and not visit.confirmed
    by = max(visit.start_at, now + policy.cover_ask_wait) if again else None
    fact = f.SoonTold(by, unmanned(visit, policy, roster, now))
    messages = [to_worker(visit, "visit.soon", Priority.REMINDER, once="soon")]
    if again and visit.buddy_id is not None:
        once = _round("confirm", visit)
        messages.append(
            to_person(visit, visit.buddy_id, "cover.confirm", Priority.REMINDER, once=once)
        )
    return VisitDecision(by_bot([fact]), tuple(messages))


def check(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    """Decide what is due once a visit has begun: what it lacks is said aloud, and without a buddy the managers are alarmed.

    The worker hears all of it, the buddy what they can supply, and those who answer for cover that a step finds nobody.
    """
    found = unmanned(visit, policy, roster, now)
    seen = visit.after(f.StartChecked((), found), now)
    lacks = missing(face(seen), policy, roster.team.tz)
    checked = by_bot([f.StartChecked(tuple(each.value for each in lacks), found)])
    messages = _managers_of_empty_steps(seen, roster, policy) if Missing.STEP in lacks else []
    if visit.buddy_id is None:
        alarmed = VisitDecision() if visit.started_uncovered else _uncovered(visit)
        return VisitDecision(
            (*checked, *alarmed.facts), (*alarmed.messages, *messages), alarmed.opens
        )
    if lacks:
        messages.append(to_worker(visit, "start.missing", Priority.REMINDER, once="missing"))
    if Missing.ADDRESS in lacks:
        messages.append(
            to_person(
                visit, visit.buddy_id, "start.no_address", Priority.REMINDER, once="no_address"
            )
        )
    return VisitDecision(checked, tuple(messages))


def _uncovered(visit: Visit) -> VisitDecision:
    message = to_worker(visit, "cover.none", Priority.REPLY, once=_round("uncovered", visit))
    return VisitDecision(by_bot([f.StartedUncovered()]), (message,), opens=Kind.UNCOVERED)


def _managers_of_empty_steps(visit: Visit, roster: Roster, policy: Policy) -> list[Message]:
    away = on_the_scene(visit)
    return [
        to_person(visit, who, "start.unmanned", Priority.REMINDER, once=f"unmanned:{who}")
        for who in roster.holding(roles_of(policy.uncovered))
        if who not in away
    ]


def look(
    visit: Visit, *, roster: Roster, policy: Policy, now: datetime, busy: frozenset[str]
) -> VisitDecision:
    """Decide what is due of a visit's cover and start at `now`; the instant itself is due. Nothing on the way home."""
    if visit.kind is not VisitKind.VISIT:
        return VisitDecision()
    if not visit.overdue:
        if visit.soon_at is not None and visit.soon_at <= now:
            return soon(visit, roster=roster, policy=policy, now=now)
        if visit.confirm_at is not None and visit.confirm_at <= now:
            why = Lapse.UNCONFIRMED
            return lapse(visit, why=why, roster=roster, policy=policy, now=now, busy=busy)
        if visit.check_at is not None and visit.check_at <= now:
            return check(visit, roster=roster, policy=policy, now=now)
    if visit.buddy_id is not None:
        return VisitDecision()
    if not visit.started_uncovered and visit.alarm_at <= now:
        return _uncovered(visit)
    if visit.cover_next_at is not None and visit.cover_next_at <= now:
        since = visit.cover_next_at
        return ask(visit, roster=roster, policy=policy, now=now, busy=busy, since=since)
    return VisitDecision()


def ask(
    visit: Visit,
    *,
    roster: Roster,
    policy: Policy,
    now: datetime,
    busy: frozenset[str] = NOBODY,
    since: datetime | None = None,
) -> VisitDecision:
    """Ask the next of the cover order; once everybody has been asked, those who answer for cover (F1).

    Nobody to ask takes no time: the next in line is asked at once. Whoever is away is passed over.

    Args:
        since: when it fell due; None: now. The visits of one plan that fall due together make one question.
    """
    away = {*on_the_scene(visit), *visit.asked, *busy}
    left = [who for who in roster.here(roster.cover, now) if who not in away]
    answering = roster.here(roster.holding(roles_of(policy.uncovered)), now)
    managers = [who for who in answering if who not in away]
    asked = tuple(left[:1] or managers)
    more = bool(left[1:]) or (bool(left) and any(who not in left for who in managers))
    fact = f.CoverAsked(asked=asked, next_at=now + policy.cover_ask_wait if more else None)
    if visit.together and not visit.cover_round:
        once = to_iso(since or now)
        return VisitDecision(by_bot([fact]), tuple(day_request(visit, who, once) for who in asked))
    return VisitDecision(by_bot([fact]), tuple(_request(visit, who) for who in asked))


def day_request(visit: Visit, who: str, once: str) -> Message:
    """Return the one question whether somebody can be the buddy of all visits of a plan.

    Args:
        once: what it is one of a kind by, besides the plan and the person asked.
    """
    return Message(
        key="cover.ask_day",
        to=To(visit.team_id, who),
        priority=Priority.REMINDER,
        dedupe=f"{visit.together[0]}:day:{who}:{once}",
        fields={"visits": ",".join(visit.together)},
        visit_id=visit.together[0],
    )


def one_by_one(visit: Visit, who: str) -> Message:
    """Return the question about this one visit, for somebody who was asked about all of its plan."""
    return to_person(visit, who, "cover.ask", Priority.REMINDER, once=f"cover:each:{who}")


def _request(visit: Visit, who: str) -> Message:
    return to_person(visit, who, "cover.ask", Priority.REMINDER, once=_round("cover", visit, who))


def _round(once: str, visit: Visit, who: str = "") -> str:
    """Return what makes a message about cover one of a kind: it may come again once cover was lost."""
    number = str(visit.cover_round) if visit.cover_round else ""
    return ":".join(part for part in (once, number, who) if part)
