"""The rules of a visit that its worker is not sure of: it waits for a manager's agreement (F7). Pure.

Asking never falls silent: whoever does not answer in the pack's time is joined by the next managers up, and after the
last ones everybody is asked again. The visit's own timers run on beside it, whatever is answered, or not.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import facts as f
from bot.domain.agreement_facts import (
    AgreementAsked,
    AgreementGiven,
    AgreementRefused,
    UnsureSaid,
    WordAwaited,
)
from bot.domain.authority import may_agree
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.ladder import audience
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_person, to_worker
from bot.domain.people import Roster
from bot.domain.policy import Policy
from bot.domain.terms import deciding
from bot.domain.visit import Visit


def ask(
    visit: Visit, *, reason: str, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Decide on "unsure": the first managers of the pack are asked at once, and the buddy hears of it (F7).

    Said again it begins anew, also after an answer.

    Args:
        visit: open, not overdue, no way home.
        reason: in the worker's own words; sealed. May be empty.
    """
    said = Recorded[f.VisitFact](UnsureSaid(), by=visit.worker_id, note=reason)
    waiting = visit.after(said.fact, now)
    asked = _ask(waiting, 0, roster=roster, policy=policy, now=now)
    buddy = (
        (_to_manager(waiting, visit.buddy_id, "unsure.buddy"),)
        if visit.buddy_id and visit.buddy_id not in _people(asked)
        else ()
    )
    return VisitDecision((said, *asked.facts), (*asked.messages, *buddy))


def by_procedure(
    visit: Visit, *, why: str, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Decide on a new visit that is live only after somebody's word: they are asked at once (K11, H15, S3).

    Args:
        why: `terms.AWAITED` or `terms.BY_PHONE`.
    """
    awaited = Recorded[f.VisitFact](WordAwaited(why))
    asked = _ask(visit.after(awaited.fact, now), 0, roster=roster, policy=policy, now=now)
    return VisitDecision((awaited, *asked.facts), asked.messages)


def look(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    """Decide what is due: nobody has answered in time, so the next managers up are asked, and the worker hears of it.

    The instant itself is due. Nothing while none is.
    """
    if visit.agree_due_at is None or now < visit.agree_due_at:
        return VisitDecision()
    return _go_on(visit, roster=roster, policy=policy, now=now)


def unreachable(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    """Decide on a question that could not be delivered: the next managers up are asked now (house rule 5).

    At the last step nothing can be hurried: it asks again by itself.
    """
    last = len(deciding(visit.terms, policy)) - 1
    if not visit.open or visit.overdue or visit.unsure_at is None or visit.agree_step >= last:
        return VisitDecision()
    return _go_on(visit, roster=roster, policy=policy, now=now)


def agree(
    visit: Visit, *, by: str, roster: Roster, policy: Policy, police: bool | None = None
) -> VisitDecision:
    """Decide on "I agree": the visit waits no longer, and the worker is told (F7).

    Args:
        police: whether they attend, where a threat is expected (H15); None: that was not asked.

    Raises:
        UserMistake: it is not theirs to say (`authority.may_agree`), or there is nothing to answer any more.
    """
    _may_answer(visit, by, roster, policy)
    once = f"agreed:{visit.agree_turn}"
    attend = {None: "", True: "yes", False: "no"}[police]
    told = to_worker(visit, "unsure.agreed", Priority.REPLY, once=once, by=by, police=attend)
    return VisitDecision((Recorded(AgreementGiven(by, police), by=by),), (told,))


def refuse(
    visit: Visit, *, by: str, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Decide on "do not go": a visit that has not begun is cancelled; one that has, stays watched until it is left.

    Whoever is at a door, or inside, may not have read the answer, and is still to come away from there.

    Raises:
        UserMistake: as `agree` says.
    """
    _may_answer(visit, by, roster, policy)
    once = f"refused:{visit.agree_turn}"
    told = to_worker(visit, "unsure.refused", Priority.REPLY, once=once, by=by)
    refused = Recorded[f.VisitFact](AgreementRefused(by), by=by)
    if begun(visit, now):
        return VisitDecision((refused,), (told,))
    off = (
        (to_person(visit, visit.buddy_id, "visit.off", Priority.INFORMATION, once="off"),)
        if visit.buddy_id
        else ()
    )
    return VisitDecision((refused, Recorded(f.VisitCancelled(), by=by)), (told, *off))


def begun(visit: Visit, now: datetime) -> bool:
    """Return whether the worker may be at the visit already; the start itself counts."""
    return visit.arrived_at is not None or visit.start_at <= now


# --- pieces ----------------------------------------------------------------------------------------


def _may_answer(visit: Visit, by: str, roster: Roster, policy: Policy) -> None:
    may_agree(by, visit, roster, policy)
    if not visit.open or visit.overdue or visit.unsure_at is None:
        raise UserMistake("agreement_over")


def _go_on(visit: Visit, *, roster: Roster, policy: Policy, now: datetime) -> VisitDecision:
    asked = _ask(visit, visit.agree_step + 1, roster=roster, policy=policy, now=now)
    once = f"unsure_still:{visit.agree_turn + 1}"
    people = ",".join(_people(asked))
    told = to_worker(visit, "unsure.still", Priority.REPLY, once=once, people=people)
    return VisitDecision(asked.facts, (*asked.messages, told))


def _ask(
    visit: Visit, step: int, *, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Ask the first step from this one on that has somebody in it; past the last one, everybody asked so far again."""
    steps = deciding(visit.terms, policy)
    last = len(steps) - 1
    before = visit.agree_asked if step > last else ()
    for number in range(min(step, last), len(steps)):
        found = audience(steps[number], visit, roster, now, all_of_them=number == last)
        if found or number == last:
            asked = tuple(dict.fromkeys((*roster.of_the_team(before), *found)))
            fact = AgreementAsked(number, asked, now + steps[number].wait)
            messages = tuple(_to_manager(visit, who, "unsure.ask") for who in asked)
            return VisitDecision((Recorded(fact),), messages)
    raise AssertionError("a ladder ends with its last step")


def _people(decision: VisitDecision) -> tuple[str, ...]:
    return tuple(
        who
        for recorded in decision.facts
        if isinstance(recorded.fact, AgreementAsked)
        for who in recorded.fact.asked
    )


def _to_manager(visit: Visit, who: str, key: str) -> Message:
    return Message(
        key=key,
        to=To(visit.team_id, who),
        priority=Priority.ESCALATION,
        dedupe=f"{visit.id}:{key}:{visit.agree_turn + 1}:{who}",
        visit_id=visit.id,
        secrecy=Secrecy.RESPONDERS,
    )
