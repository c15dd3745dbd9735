"""How an alarm ends, and what is seen to afterwards. Only a person's recorded outcome ends one (house rules 5 and 6)."""

from __future__ import annotations

from datetime import datetime

from bot.domain import facts as f
from bot.domain.authority import on_the_scene
from bot.domain.decision import EscalationDecision, Recorded
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.facts import EscalationFact, Kind
from bot.domain.intents import Outcome, Report, TickCare
from bot.domain.message import Message, Priority
from bot.domain.notices import to_responder, to_worker
from bot.domain.policy import Policy
from bot.domain.staying import reminder_past, still_until
from bot.domain.times import to_iso
from bot.domain.visit import Visit


def close(
    escalation: Escalation,
    intent: Report,
    *,
    by: str,
    visit: Visit,
    policy: Policy,
    now: datetime,
) -> EscalationDecision:
    """Record the outcome, and end the visit or let it go on. Whoever ends one gets the aftercare list.

    Args:
        intent: REACHED_SAFE, VOICE_HEARD, or CALLED_OFF for a visit without a buddy.
    """
    uncovered = escalation.kind is Kind.UNCOVERED
    outcome = Outcome.CALLED_OFF if uncovered else intent.outcome or Outcome.OVERRAN
    answered = f.Answered(escalation.id, by, escalation.step, intent.answer, intent.reference)
    facts: tuple[Recorded[EscalationFact], ...] = (
        Recorded(answered, by=by, note=intent.note),
        Recorded(f.EscalationClosed(escalation.id, by, outcome), by=by),
    )
    messages = _closing_words(escalation, by, outcome, visit)
    if uncovered:
        off = to_worker(visit, "visit.called_off", Priority.REPLY, once="called_off", by=by)
        if visit.overdue:
            return EscalationDecision(facts, messages)
        return EscalationDecision(facts, (*messages, off), (Recorded(f.VisitCancelled(), by=by),))
    until = intent.until
    if until is not None and until > now:
        reminded = reminder_past(until, policy, now)
        goes_on = to_worker(
            visit, "visit.goes_on", Priority.REPLY, once=f"on:{to_iso(until)}", end_at=to_iso(until)
        )
        change: f.VisitFact = f.Extended(until, reminded, still_until(visit, until))
        return EscalationDecision(facts, (*messages, goes_on), (Recorded(change, by=by),))
    safe = to_worker(
        visit, "visit.confirmed_safe", Priority.REPLY, once=f"safe:{escalation.id}", by=by
    )
    care = to_responder(escalation, by, "aftercare.list", once="aftercare")
    return EscalationDecision(facts, (*messages, safe, care), (Recorded(f.VisitEnded(), by=by),))


def settle(
    escalation: Escalation, *, by: str, outcome: Outcome, visit: Visit
) -> EscalationDecision:
    """Decide that an uncovered visit needs no alarm any more: a buddy accepted it, or it is over.

    Args:
        by: who brought that about; the outcome is recorded as theirs.
    """
    return EscalationDecision(
        (Recorded(f.EscalationClosed(escalation.id, by, outcome), by=by),),
        _closing_words(escalation, by, outcome, visit),
    )


def tick(escalation: Escalation, intent: TickCare, *, by: str) -> EscalationDecision:
    """Decide on one thing of the aftercare list. Ticked twice it is written twice, with what was noted each time.

    Raises:
        UserMistake: the alarm is not over yet, or somebody else closed it.
    """
    if escalation.open:
        raise UserMistake("old_button")
    if by != escalation.closed_by:
        raise UserMistake("not_for_you")
    fact: EscalationFact = f.AftercareTicked(escalation.id, by, intent.item.value)
    return EscalationDecision((Recorded(fact, by=by, note=intent.note),))


def _closing_words(
    escalation: Escalation, by: str, outcome: Outcome, visit: Visit
) -> tuple[Message, ...]:
    """Tell everybody who was alerted how it ended: a stand-down is complete only then."""
    return tuple(
        to_responder(escalation, who, "ladder.closed", once="closed", by=by, outcome=outcome.value)
        for who in escalation.asked
        if who != by and who not in on_the_scene(visit)
    )
