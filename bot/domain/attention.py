"""What the card of an overdue visit says of the people who follow it up: in the team's channel, where the worker reads too."""

from __future__ import annotations

from bot.domain import facts as f
from bot.domain.decision import Recorded
from bot.domain.escalation import Escalation
from bot.domain.facts import Attention, Kind, VisitFact
from bot.domain.policy import Policy
from bot.domain.visit import Visit


def show(
    escalation: Escalation,
    visit: Visit,
    policy: Policy,
    *,
    held: bool,
    by: str | None = None,
) -> tuple[Recorded[VisitFact], ...]:
    """Return what the card of an overdue visit says from now on, when that changes anything."""
    if escalation.kind is Kind.UNCOVERED:
        return ()
    who = by or escalation.charge
    shown = f.AttentionShown(Attention.TAKEN if held else Attention.OVERDUE, who if held else None)
    if policy.private_from_no_answer and escalation.followed_up:
        shown = f.AttentionShown(Attention.FOLLOWED_UP, None)
    if (visit.attention, visit.attended_by) == (shown.attention, shown.by):
        return ()
    return (Recorded(shown, by=by),)
