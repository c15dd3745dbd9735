"""The rules of an ordinary visit: asking for cover, reminding, noticing the end. Each returns a decision and changes nothing.

What happens once a visit is overdue or uncovered is in `ladder`; who may do what is in `authority`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import facts as f
from bot.domain.authority import may_accept
from bot.domain.decision import Recorded, VisitDecision, by_bot
from bot.domain.errors import UserMistake
from bot.domain.facts import Kind, VisitFact
from bot.domain.intents import Extend, Start
from bot.domain.message import Priority
from bot.domain.notices import to_channel, to_person, to_worker
from bot.domain.people import Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.times import in_words, to_iso
from bot.domain.visit import Visit, requested


def request(
    intent: Start, *, worker_id: str, visit_id: str, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Decide on a worker's wish to start a visit (F1): it runs from now on, and somebody is asked to be the buddy.

    Returns:
        The request, the first people asked, the visit's card for the channel and the worker's own card.

    Raises:
        UserMistake: the visit is longer than the pack allows.
    """
    if intent.end_at - intent.start_at > policy.visit_longest:
        raise UserMistake("visit_too_long", limit=in_words(policy.visit_longest))
    asked_for = f.VisitRequested(
        visit_id=visit_id,
        team_id=roster.team.id,
        worker_id=worker_id,
        case_ref=intent.case_ref,
        start_at=intent.start_at,
        end_at=intent.end_at,
        alarm_at=max(intent.start_at, now) + policy.cover_alarm_after,
        policy_digest=policy.digest,
        reminded=_reminder_past(intent.end_at, policy, now),
    )
    visit = requested(asked_for, now)
    facts: list[Recorded[VisitFact]] = [Recorded(asked_for, by=worker_id)]
    messages = [
        to_channel(visit, "visit.card"),
        to_worker(visit, "visit.mine", Priority.REPLY, once="mine"),
    ]
    cover = _ask_for_cover(visit, roster=roster, policy=policy, now=now)
    return VisitDecision((*facts, *cover.facts), (*messages, *cover.messages))


def accept(visit: Visit, *, by: str, roster: Roster) -> VisitDecision:
    """Decide on somebody's "I'm on it" for a visit without a buddy (F1). The first one wins.

    Raises:
        UserMistake: it is their own visit, they are not of this team, it is over, or somebody was faster.
    """
    may_accept(by, visit, roster)
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.buddy_id is not None:
        raise UserMistake("already_accepted", name=roster.name(visit.buddy_id))
    return VisitDecision(
        (Recorded(f.CoverAccepted(buddy_id=by), by=by),),
        (
            to_worker(visit, "cover.accepted", Priority.REPLY, once="accepted", buddy=by),
            to_person(visit, by, "visit.watch", Priority.REPLY, once=f"watch:{by}"),
        ),
    )


def look(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    """Decide what is due on a visit at `now`; the instant itself is due.

    After an outage only what still matters is done: an overdue visit is overdue, and is neither reminded nor nudged first.

    Returns:
        What was due, most urgent first; nothing when nothing is due.

    Policy:
        visit.reminder_before, visit.overdue_after  (F5, F6); cover.ask_wait, cover.alarm_after  (F1)
    """
    if not visit.open:
        return VisitDecision()
    overdue_at = visit.end_at + policy.overdue_after
    if not visit.overdue and overdue_at <= now:
        return VisitDecision(by_bot([f.BecameOverdue(due_at=overdue_at)]), opens=Kind.OVERDUE)
    if not visit.nudged and visit.end_at <= now:
        return _nudge(visit)
    if not visit.reminded and visit.end_at - policy.reminder_before <= now:
        end_at = to_iso(visit.end_at)
        message = to_worker(
            visit, "visit.reminder", Priority.REMINDER, once=f"reminder:{end_at}", end_at=end_at
        )
        return VisitDecision(by_bot([f.Reminded()]), (message,))
    return _look_at_cover(visit, roster=roster, policy=policy, now=now)


def cover_unreachable(
    visit: Visit, *, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Decide on a request for cover that could not be delivered: the next in line is asked now (house rule 5)."""
    if not visit.open or visit.buddy_id is not None or visit.cover_next_at is None:
        return VisitDecision()
    return _ask_for_cover(visit, roster=roster, policy=policy, now=now)


def arrive(visit: Visit) -> VisitDecision:
    """Record that the worker is at the door (H1). Saying it twice is harmless."""
    return VisitDecision((Recorded(f.WorkerArrived(), by=visit.worker_id),))


def check_in(visit: Visit, *, policy: Policy, now: datetime) -> VisitDecision:
    """Decide on the worker's "ok". Before the end it is noted; after it, it moves the end (check_in_extends from now).

    An overdue visit is not decided here: see `ladder.late_contact`.
    """
    if now < visit.end_at:
        return VisitDecision((Recorded(f.CheckedIn(), by=visit.worker_id),))
    end_at = now + policy.check_in_extends
    return _go_on(visit, end_at, policy=policy, now=now)


def extend(visit: Visit, intent: Extend, *, policy: Policy, now: datetime) -> VisitDecision:
    """Decide on a new expected end (F5). The buddy is told.

    Args:
        visit: open and not overdue.
        intent: a duration counts from the expected end, or from now when that has passed.

    Raises:
        UserMistake: a second press of the same button, an end that is not later, or a longer step than the pack allows.

    Policy:
        visit.extension_longest  (F5)
    """
    if intent.based_on is not None and intent.based_on != visit.end_at.replace(microsecond=0):
        raise UserMistake("already_extended", end_at=to_iso(visit.end_at))
    end_at = new_end(visit, intent, now)
    if end_at <= max(visit.end_at, now):
        raise UserMistake("extend_backwards", end_at=to_iso(visit.end_at))
    if end_at - max(visit.end_at, now) > policy.extension_longest:
        raise UserMistake("extend_too_long", limit=in_words(policy.extension_longest))
    return _go_on(visit, end_at, policy=policy, now=now)


def new_end(visit: Visit, intent: Extend, now: datetime) -> datetime:
    """Return the end that an extension asks for; may be one that the rules refuse."""
    if intent.until is not None:
        return intent.until
    return max(visit.end_at, now) + (intent.by or timedelta())


def end(visit: Visit) -> VisitDecision:
    """Decide on "done": the worker has left, the visit is over (F4). The buddy is told."""
    told = (
        (to_person(visit, visit.buddy_id, "visit.ended", Priority.INFORMATION, once="ended"),)
        if visit.buddy_id
        else ()
    )
    return VisitDecision((Recorded(f.VisitEnded(), by=visit.worker_id),), told)


def cancel(visit: Visit) -> VisitDecision:
    """Decide on "cancel": the visit does not take place. Whoever watches it is told."""
    told = (
        (to_person(visit, visit.buddy_id, "visit.off", Priority.INFORMATION, once="off"),)
        if visit.buddy_id
        else ()
    )
    return VisitDecision((Recorded(f.VisitCancelled(), by=visit.worker_id),), told)


# --- pieces ----------------------------------------------------------------------------------------


def _reminder_past(end_at: datetime, policy: Policy, now: datetime) -> bool:
    """Return whether a reminder for this end would come at once, or is not wanted at all."""
    return not policy.reminder_before or end_at - policy.reminder_before <= now


def _go_on(visit: Visit, end_at: datetime, *, policy: Policy, now: datetime) -> VisitDecision:
    fact = f.Extended(end_at=end_at, reminded=_reminder_past(end_at, policy, now))
    told = (
        (
            to_person(
                visit,
                visit.buddy_id,
                "visit.extended",
                Priority.INFORMATION,
                once=f"extended:{to_iso(end_at)}",
                end_at=to_iso(end_at),
            ),
        )
        if visit.buddy_id
        else ()
    )
    return VisitDecision((Recorded(fact, by=visit.worker_id),), told)


def _nudge(visit: Visit) -> VisitDecision:
    once = f"nudge:{to_iso(visit.end_at)}"
    end_at = to_iso(visit.end_at)
    messages = [
        to_worker(visit, "visit.nudge", Priority.REMINDER, once=once, end_at=end_at),
        to_channel(visit, "visit.due", once=f"due:{end_at}", end_at=end_at),
    ]
    if visit.buddy_id:
        messages.append(
            to_person(
                visit,
                visit.buddy_id,
                "visit.nudge_buddy",
                Priority.REMINDER,
                once=f"{once}:buddy",
                end_at=end_at,
            )
        )
    return VisitDecision(by_bot([f.Nudged()]), tuple(messages))


def _look_at_cover(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    if visit.buddy_id is not None:
        return VisitDecision()
    if not visit.started_uncovered and visit.alarm_at <= now:
        message = to_worker(visit, "cover.none", Priority.REPLY, once="uncovered")
        return VisitDecision(by_bot([f.StartedUncovered()]), (message,), opens=Kind.UNCOVERED)
    if visit.cover_next_at is not None and visit.cover_next_at <= now:
        return _ask_for_cover(visit, roster=roster, policy=policy, now=now)
    return VisitDecision()


def _ask_for_cover(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    """Ask the next of the cover order; once everybody has been asked, those who answer for cover (F1).

    Nobody to ask takes no time: the next in line is asked at once.
    """
    left = [who for who in roster.cover if who != visit.worker_id and who not in visit.asked]
    managers = [
        who
        for who in roster.holding(roles_of(policy.uncovered))
        if who != visit.worker_id and who not in visit.asked
    ]
    asked = tuple(left[:1] or managers)
    more = bool(left[1:]) or (bool(left) and any(who not in left for who in managers))
    fact = f.CoverAsked(asked=asked, next_at=now + policy.cover_ask_wait if more else None)
    messages = tuple(
        to_person(visit, who, "cover.ask", Priority.REMINDER, once=f"cover:{who}") for who in asked
    )
    return VisitDecision(by_bot([fact]), messages)
