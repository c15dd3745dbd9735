"""The rules of staying longer: what a worker may do alone, and what stands only once somebody has spoken to them (F5).

Whoever holds the phone can write "extend". So a second extension, a long one, and one after the end are only asked for:
the buddy rings, hears the worker's voice, and notes it; until then the old end stands, with everything that follows it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import facts as f
from bot.domain.authority import on_the_scene, refuse_at_the_scene
from bot.domain.day_intents import ConfirmStay
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.facts import VisitKind
from bot.domain.intents import Extend
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_person, to_worker
from bot.domain.people import Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.times import HALF_DAY, clock, in_words, to_iso
from bot.domain.visit import Visit, reminder_at


def check_in(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    """Decide on the worker's "ok". Before the end it is noted; after it, it asks for a later end (check_in_extends from now).

    At a check-in it is the answer that was agreed: the visit goes on until its end (H3, H4). An overdue visit is not decided
    here: see `late_words`.

    Policy:
        visit.check_in_extends, stay.late_confirmed  (F5)
    """
    agreed = agreed_until(visit, policy, now)
    if now < visit.end_at and agreed is None:
        return VisitDecision((Recorded(f.CheckedIn(), by=visit.worker_id),))
    end_at = agreed or now + policy.check_in_extends
    if agreed is None and _late(visit, policy, now):
        return _ask(visit, end_at, roster=roster, policy=policy, now=now)
    return _go_on(visit, end_at, by=visit.worker_id, policy=policy, now=now)


def extend(
    visit: Visit, intent: Extend, *, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Decide on a new expected end (F5). The buddy is told, or asked to speak to the worker first.

    Args:
        visit: open and not overdue.
        intent: a duration counts from the expected end, or from now when that has passed.

    Raises:
        UserMistake: a second press of the same button, an end that is not later, a time that is over for today, or an end
            further away than a visit may be long; on the way home, a longer step than the pack allows.

    At a check-in it gives a new time for that (H4): until the end that was agreed nobody has to confirm it, as with an "ok".
    Before one it moves the end of the visit, and the check-in stands.

    Policy:
        visit.extension_longest, stay.second_confirmed, stay.late_confirmed  (F5); visit.longest
    """
    if intent.based_on is not None and intent.based_on != visit.end_at.replace(microsecond=0):
        raise UserMistake("already_extended", end_at=to_iso(visit.end_at))
    moved = _moved(visit, policy, now)
    end_at = new_end(visit, intent, now, policy)
    if end_at <= max(moved, now):
        raise _refused("extend_backwards", visit, moved, roster, now)
    if intent.until is not None and intent.until - now > HALF_DAY:
        # "until 13:59" at two o'clock: nobody means tomorrow's.
        raise _refused("extend_past", visit, moved, roster, now)
    if end_at <= visit.planned_until:
        return _go_on(visit, end_at, by=visit.worker_id, policy=policy, now=now)
    added = end_at - max(visit.planned_until, now)
    on_the_way = visit.kind is not VisitKind.VISIT
    most = policy.extension_longest if on_the_way else policy.visit_longest
    if added > most:
        raise UserMistake("extend_too_long", limit=in_words(most))
    again = policy.second_extension_confirmed and visit.extended and not on_the_way
    if added > policy.extension_longest or again or _late(visit, policy, now):
        return _ask(visit, end_at, roster=roster, policy=policy, now=now)
    return _go_on(visit, end_at, by=visit.worker_id, policy=policy, now=now)


def new_end(visit: Visit, intent: Extend, now: datetime, policy: Policy) -> datetime:
    """Return the end, or the time of the check-in, that an extension asks for; may be one that the rules refuse."""
    if intent.until is not None:
        return intent.until
    return max(_moved(visit, policy, now), now) + (intent.by or timedelta())


def agreed_until(visit: Visit, policy: Policy, now: datetime) -> datetime | None:
    """Return until when a visit goes on once its check-in is answered now; None: there is none to answer, or that is over.

    Policy:
        visit.reminder_before
    """
    until = visit.goes_on_until
    if until is None or until <= now or now < reminder_at(visit, policy):
        return None
    return until


def _moved(visit: Visit, policy: Policy, now: datetime) -> datetime:
    """Return what a worker moves who asks for a later time: the check-in that is to be answered now, else the end."""
    return visit.end_at if now >= reminder_at(visit, policy) else visit.planned_until


def confirmers(visit: Visit, roster: Roster, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Return who is asked to speak to the worker: the buddy, else those who answer for cover and are here; may be empty."""
    buddy = roster.here((visit.buddy_id,), now) if visit.buddy_id else ()
    asked = buddy or roster.here(roster.holding(roles_of(policy.uncovered)), now)
    return tuple(who for who in asked if who not in on_the_scene(visit))


def confirm(
    visit: Visit, intent: ConfirmStay, *, by: str, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Decide on "I have spoken to them": the visit goes on until the end that was asked for, or after its check-in (H3).

    Raises:
        UserMistake: it is their own visit, they are neither its buddy nor on its ladder, it is over, its alarm has begun
            (then it is the alarm that asks), or another end was asked for since.
    """
    refuse_at_the_scene(by, visit)
    if by != visit.buddy_id and by not in roster.holding(
        roles_of(policy.ladder + policy.uncovered)
    ):
        raise UserMistake("not_for_you")
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.overdue:
        raise UserMistake("stay_overdue")
    wanted = (visit.asked_until, agreed_until(visit, policy, now))
    until = next((at for at in wanted if at and at.replace(microsecond=0) == intent.until), None)
    if until is None:
        raise UserMistake("stay_changed")
    goes_on = _go_on(visit, until, by=by, policy=policy, now=now)
    told = to_worker(
        visit,
        "visit.goes_on",
        Priority.REPLY,
        once=f"on:{to_iso(until)}",
        end_at=to_iso(until),
    )
    return VisitDecision(goes_on.facts, (told, *goes_on.messages))


def reminder_past(end_at: datetime, policy: Policy, now: datetime) -> bool:
    """Return whether a reminder for this end would come at once, or is not wanted at all."""
    return not policy.reminder_before or end_at - policy.reminder_before <= now


def still_until(visit: Visit, end_at: datetime) -> datetime | None:
    """Return when a visit is to end whose check-in is moved to `end_at`; None once that is its end."""
    until = visit.goes_on_until
    return until if until is not None and end_at < until else None


def ask_to_confirm(visit: Visit, who: str, until: datetime) -> Message:
    """Return the request to one person to speak to the worker, who wants to stay until then."""
    return Message(
        key="stay.confirm",
        to=To(visit.team_id, who),
        priority=Priority.REMINDER,
        dedupe=f"{visit.id}:stay:{to_iso(until)}:{who}",
        fields={"until": to_iso(until)},
        visit_id=visit.id,
        secrecy=Secrecy.RESPONDERS,
    )


# --- pieces ----------------------------------------------------------------------------------------


def _refused(key: str, visit: Visit, moved: datetime, roster: Roster, now: datetime) -> UserMistake:
    """Return the refusal of an end, with one tap for half an hour more, and one for having left."""
    until = clock(max(moved, now) + timedelta(minutes=30), roster.team.tz)
    return UserMistake(
        key,
        case=visit.case_ref,
        end_at=to_iso(moved),
        suggestion=f"extend until {until} {visit.case_ref}",
        suggestion2=f"left {visit.case_ref}",
    )


def _late(visit: Visit, policy: Policy, now: datetime) -> bool:
    late = now >= visit.planned_until and visit.kind is VisitKind.VISIT
    return late and policy.late_extension_confirmed


def _ask(
    visit: Visit, until: datetime, *, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    fact = Recorded[f.VisitFact](f.StayAsked(until), by=visit.worker_id)
    asked = confirmers(visit, roster, policy, now)
    return VisitDecision((fact,), tuple(ask_to_confirm(visit, who, until) for who in asked))


def _go_on(
    visit: Visit, end_at: datetime, *, by: str, policy: Policy, now: datetime
) -> VisitDecision:
    fact = f.Extended(end_at, reminder_past(end_at, policy, now), still_until(visit, end_at))
    if now < reminder_at(visit, policy) and visit.goes_on_until is not None:
        # The end moves behind a check-in that is still to come.
        fact = f.Extended(visit.end_at, visit.reminded, end_at)
    told = visit.buddy_id if visit.buddy_id != by else None
    return VisitDecision(
        (Recorded(fact, by=by),), (_of_new_end(visit, told, end_at),) if told else ()
    )


def _of_new_end(visit: Visit, buddy_id: str, end_at: datetime) -> Message:
    at = to_iso(end_at)
    return to_person(
        visit,
        buddy_id,
        "visit.extended",
        Priority.INFORMATION,
        once=f"extended:{at}",
        end_at=at,
    )
