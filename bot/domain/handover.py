"""Handing the charge of an alarm over: asked for by one named person, effective when another accepts."""

from __future__ import annotations

from datetime import datetime

from bot.domain import facts as f
from bot.domain.authority import may_respond, on_the_scene
from bot.domain.decision import EscalationDecision, Recorded
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.facts import EscalationFact
from bot.domain.intents import HandOver
from bot.domain.notices import to_responder
from bot.domain.people import Roster
from bot.domain.times import to_iso
from bot.domain.visit import Visit


def hand_over(
    escalation: Escalation,
    intent: HandOver,
    *,
    by: str,
    visit: Visit,
    roster: Roster,
    now: datetime,
) -> EscalationDecision:
    """Decide on the wish of the person in charge that another takes over. They keep the charge until that one accepts.

    Nothing else changes: no deadline moves, and when the charge lapses meanwhile, everybody is asked again as always.

    Raises:
        UserMistake: the alarm is over, they are not in charge, or the other one cannot answer this alarm.
    """
    may_respond(by, escalation, visit, roster)
    if not escalation.open:
        raise UserMistake("alarm_over")
    if escalation.charge != by:
        raise UserMistake("not_in_charge", name=roster.name(escalation.charge))
    if intent.to in (by, *on_the_scene(visit)):
        raise UserMistake("hand_over_to_whom")
    may_respond(intent.to, escalation, visit, roster)
    fact: EscalationFact = f.ChargeOffered(escalation.id, by, intent.to)
    once = f"offer:{to_iso(now)}"
    asked = to_responder(escalation, intent.to, "ladder.offer", once=once, by=by)
    return EscalationDecision((Recorded(fact, by=by),), (asked,))
