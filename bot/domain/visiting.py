"""The rules of an ordinary visit: its start, reminding, noticing the end. Each returns a decision and changes nothing.

Who watches over it is in `covering`; what happens once it is overdue or uncovered, in `ladder`; who may do what, in
`authority`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import agreement, covering, readiness, terms, wellbeing
from bot.domain import facts as f
from bot.domain.agreement_facts import TermsSaid
from bot.domain.authority import on_the_scene
from bot.domain.decision import Recorded, VisitDecision, by_bot
from bot.domain.errors import UserMistake
from bot.domain.facts import Kind, VisitFact, VisitKind
from bot.domain.intents import Start
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_channel, to_person, to_worker
from bot.domain.people import Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.staying import reminder_past
from bot.domain.times import in_words, to_iso
from bot.domain.visit import AFTERWARDS, Visit, overdue_at, reminder_at, requested


def request(
    intent: Start,
    *,
    worker_id: str,
    visit_id: str,
    roster: Roster,
    policy: Policy,
    now: datetime,
    busy: frozenset[str] = covering.NOBODY,
    lot: str = "",
    plan: tuple[str, ...] = (),
) -> VisitDecision:
    """Decide on a worker's wish to start a visit (F1): it runs from now on, and somebody is asked to be the buddy.

    Args:
        busy: who is out themselves at that time, and is not asked.
        lot: an id drawn to decide whether the worker is asked how it goes (covert rule 10); "": they are not.
        plan: ids of all visits of the day's plan that it is one of (S3); empty for one asked for by itself.

    Returns:
        The request, the first people asked, the visit's card for the channel and the worker's own card.

    Raises:
        UserMistake: the visit is longer than the pack allows, or the worker is named as their own companion.
    """
    if worker_id in intent.companions:
        raise UserMistake("companion_self")
    if intent.end_at - intent.start_at > policy.visit_longest:
        raise UserMistake("visit_too_long", limit=in_words(policy.visit_longest))
    alarm_at = max(intent.start_at, now) + policy.cover_alarm_after
    soon_at = intent.start_at - policy.confirm_before
    asked_for = f.VisitRequested(
        visit_id=visit_id,
        team_id=roster.team.id,
        worker_id=worker_id,
        case_ref=intent.case_ref,
        start_at=intent.start_at,
        end_at=intent.check_in_at or intent.end_at,
        alarm_at=alarm_at,
        policy_digest=policy.digest,
        reminded=not policy.reminder_before
        if intent.check_in_at
        else reminder_past(intent.end_at, policy, now),
        rating=intent.rating,
        companions=intent.companions,
        outsiders=int(bool(intent.outsider)),
        kept=bool(intent.outsider or intent.place),
        back_at=intent.back_at,
        not_back=intent.not_back,
        soon_at=soon_at if now < soon_at < intent.start_at else None,
        check_at=alarm_at,
        how_at=_how_at(intent, lot, policy, now),
        together=plan if len(plan) > 1 else (),
        goes_on_until=intent.end_at if intent.check_in_at else None,
    )
    found = readiness.unmanned(requested(asked_for, now), policy, roster, now)
    asked_for = replace(asked_for, unmanned=found)
    visit = requested(asked_for, now)
    facts: list[Recorded[VisitFact]] = [Recorded(asked_for, by=worker_id, note=_note(intent))]
    waits = _terms(intent, visit, roster, policy, now, planned=bool(plan))
    cover = covering.ask(visit, roster=roster, policy=policy, now=now, busy=busy)
    return VisitDecision(
        (*facts, *waits.facts, *cover.facts),
        (*_announced(visit), *waits.messages, *cover.messages),
    )


def _announced(visit: Visit) -> tuple[Message, ...]:
    """Return the cards of a visit that was asked for, and the news for each companion."""
    return (
        to_channel(visit, "visit.card"),
        to_worker(visit, "visit.mine", Priority.REPLY, once="mine"),
        *(
            to_person(visit, who, "visit.with_you", Priority.INFORMATION, once=f"with:{who}")
            for who in visit.companions
        ),
    )


def look(
    visit: Visit,
    *,
    roster: Roster,
    policy: Policy,
    now: datetime,
    busy: frozenset[str] = covering.NOBODY,
) -> VisitDecision:
    """Decide what is due on a visit at `now`; the instant itself is due.

    After an outage only what still matters is done: an overdue visit is overdue, and is neither reminded nor nudged first.

    Args:
        busy: who is out themselves at that time, and is not asked to be the buddy.

    Returns:
        What was due, most urgent first; nothing when nothing is due.

    Policy:
        visit.reminder_before, visit.overdue_after, day.overdue_after  (F5, F6, S7);
        cover.ask_wait, cover.alarm_after, start.confirm_before  (F1);
        unsure  (F7)
    """
    if not visit.open:
        return VisitDecision()
    late_at = overdue_at(visit, policy)
    if not visit.overdue and late_at <= now:
        kind = Kind.OVERDUE if visit.kind is VisitKind.VISIT else Kind.HOME
        return VisitDecision(by_bot([f.BecameOverdue(due_at=late_at)]), opens=kind)
    if not visit.nudged and visit.end_at <= now:
        return _nudge(visit)
    if not visit.reminded and reminder_at(visit, policy) <= now:
        return _remind(visit)
    if (asked := wellbeing.look(visit, now)) is not None:
        return asked
    if visit.agree_due_at is not None and not visit.overdue and visit.agree_due_at <= now:
        return agreement.look(visit, roster=roster, policy=policy, now=now)
    return covering.look(visit, roster=roster, policy=policy, now=now, busy=busy)


def arrive(visit: Visit) -> VisitDecision:
    """Record that the worker is at the door (H1). Saying it twice is harmless."""
    return VisitDecision((Recorded(f.WorkerArrived(), by=visit.worker_id),))


def go_in(visit: Visit) -> VisitDecision:
    """Record that the worker goes in (H8). Saying it twice is harmless."""
    return VisitDecision((Recorded(f.WentIn(), by=visit.worker_id),))


def turn_back(visit: Visit, *, roster: Roster, policy: Policy) -> VisitDecision:
    """Decide on "not going in": the visit is over, and those who answer for cover are told, one by one (F7, H8)."""
    over = end(visit)
    away = on_the_scene(visit)
    told = tuple(
        Message(
            key="visit.turned_back",
            to=To(visit.team_id, who),
            priority=Priority.ESCALATION,
            dedupe=f"{visit.id}:turned_back:{who}",
            visit_id=visit.id,
            secrecy=Secrecy.RESPONDERS,
        )
        for who in roster.holding(roles_of(policy.uncovered))
        if who not in away
    )
    turned = Recorded[VisitFact](f.TurnedBack(), by=visit.worker_id)
    return VisitDecision((turned, *over.facts), (*told, *over.messages))


def some_left(visit: Visit, *, out: tuple[str, ...], inside: tuple[str, ...]) -> VisitDecision:
    """Decide on somebody leaving while somebody else stays: the timer stays, and the buddy is told.

    Args:
        out: who has left; empty: everybody of the worker's side who is not in `inside`.
        inside: who is still there, by id; with `out` empty, nobody stands for somebody from outside the team.

    Returns:
        The end of the visit when that leaves nobody inside.

    Raises:
        UserMistake: somebody is named who is not with the worker.
    """
    side = (visit.worker_id, *visit.companions)
    named = {*out, *inside}
    if not named <= set(side) or not (named or visit.outsiders):
        raise UserMistake("not_with_you", case=visit.case_ref)
    gone = dict.fromkeys((*visit.out, *(out or (who for who in side if who not in inside))))
    if not visit.outsiders and set(side) <= set(gone):
        return end(visit)
    told = (
        (
            to_person(
                visit,
                visit.buddy_id,
                "visit.some_left",
                Priority.INFORMATION,
                once=f"some_left:{len(gone)}",
            ),
        )
        if visit.buddy_id
        else ()
    )
    return VisitDecision((Recorded(f.SomeLeft(tuple(gone)), by=visit.worker_id),), told)


def way_home(visit: Visit, *, visit_id: str, end_at: datetime, now: datetime) -> VisitDecision:
    """Decide on the way home after a day's last visit: a stretch of its own, with the same buddy and the same rules (F2).

    Args:
        visit: the last one, over.
        end_at: when the worker is to be home, or back; after `now`.
    """
    asked_for = f.VisitRequested(
        visit_id=visit_id,
        team_id=visit.team_id,
        worker_id=visit.worker_id,
        case_ref=f"{visit.case_ref}{AFTERWARDS}",
        start_at=now,
        end_at=end_at,
        alarm_at=end_at,
        policy_digest=visit.policy_digest,
        reminded=True,
        kind=VisitKind.WAY_HOME,
    )
    way = requested(asked_for, now)
    facts: list[Recorded[VisitFact]] = [Recorded(asked_for, by=visit.worker_id)]
    messages = [to_worker(way, "visit.mine", Priority.REPLY, once="mine")]
    if visit.buddy_id:
        facts.append(Recorded(f.CoverAccepted(buddy_id=visit.buddy_id)))
        messages.append(
            to_person(way, visit.buddy_id, "visit.watch", Priority.INFORMATION, once="watch")
        )
    return VisitDecision(tuple(facts), tuple(messages))


def end(visit: Visit, *, next_place: str = "", going_to: str = "") -> VisitDecision:
    """Decide on "done": the worker has left, the visit is over (F4). The buddy is told, and what comes next.

    Args:
        next_place: as `VisitEnded` has it.
        going_to: where to, in the worker's own words; sealed.
    """
    told = (
        (to_person(visit, visit.buddy_id, "visit.ended", Priority.INFORMATION, once="ended"),)
        if visit.buddy_id
        else ()
    )
    over = Recorded[VisitFact](f.VisitEnded(next_place), by=visit.worker_id, note=going_to)
    return VisitDecision((over,), told)


def cancel(visit: Visit) -> VisitDecision:
    """Decide on "cancel": the visit does not take place. Whoever watches it is told."""
    told = (
        (to_person(visit, visit.buddy_id, "visit.off", Priority.INFORMATION, once="off"),)
        if visit.buddy_id
        else ()
    )
    return VisitDecision((Recorded(f.VisitCancelled(), by=visit.worker_id),), told)


# --- pieces ----------------------------------------------------------------------------------------


def _how_at(intent: Start, lot: str, policy: Policy, now: datetime) -> datetime | None:
    """Return when chance has the worker asked how it goes; None: never."""
    if not lot:
        return None
    start_at = max(intent.start_at, now)
    return wellbeing.drawn(lot, start_at=start_at, end_at=intent.end_at, always=policy.asked_always)


def _terms(
    intent: Start, visit: Visit, roster: Roster, policy: Policy, now: datetime, *, planned: bool
) -> VisitDecision:
    """Record what was said of a new visit, and have those asked whose word its procedure has it wait for (K11, H15, S3)."""
    facts: tuple[Recorded[VisitFact], ...] = ()
    if intent.terms:
        facts = (Recorded(TermsSaid(intent.terms), by=visit.worker_id),)
        visit = visit.after(facts[0].fact, now)
    why = terms.awaits(intent, policy, now, planned=planned)
    if not why:
        return VisitDecision(facts)
    waits = agreement.by_procedure(visit, why=why, roster=roster, policy=policy, now=now)
    return VisitDecision((*facts, *waits.facts), waits.messages)


def _note(intent: Start) -> str:
    """Return what is sealed with a request: the place, and somebody from outside with their number; may be empty."""
    said = (("At", intent.place), ("With", intent.outsider))
    return "\n".join(f"{label}: {text}" for label, text in said if text)


def _remind(visit: Visit) -> VisitDecision:
    """Remind the worker; of a check-in the buddy as well, because either of the two may ring the other (H3)."""
    about = _due(visit)
    once = f"reminder:{about['end_at']}"
    messages = [to_worker(visit, "visit.reminder", Priority.REMINDER, once=once, **about)]
    if visit.goes_on_until is not None and visit.buddy_id:
        buddy = to_person(
            visit,
            visit.buddy_id,
            "visit.check_in_soon",
            Priority.REMINDER,
            once=f"{once}:buddy",
            **about,
        )
        messages.append(buddy)
    return VisitDecision(by_bot([f.Reminded()]), tuple(messages))


def _due(visit: Visit) -> dict[str, str]:
    """Return of what instant a reminder speaks, and until when the visit goes on after it where it is a check-in."""
    about = {"end_at": to_iso(visit.end_at)}
    if visit.goes_on_until is not None:
        about["goes_on_until"] = to_iso(visit.goes_on_until)
    return about


def _nudge(visit: Visit) -> VisitDecision:
    about = _due(visit)
    once = f"nudge:{about['end_at']}"
    messages = [to_worker(visit, "visit.nudge", Priority.REMINDER, once=once, **about)]
    if visit.kind is VisitKind.VISIT:
        messages.append(to_channel(visit, "visit.due", once=f"due:{about['end_at']}", **about))
    if visit.buddy_id:
        messages.append(
            to_person(
                visit,
                visit.buddy_id,
                "visit.nudge_buddy",
                Priority.REMINDER,
                once=f"{once}:buddy",
                **about,
            )
        )
    return VisitDecision(by_bot([f.Nudged()]), tuple(messages))
