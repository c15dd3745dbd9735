"""An alarm on each step of a ladder whose figures are all different, and what a decision about it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import facts as f
from bot.domain import ladder
from bot.domain.decision import EscalationDecision
from bot.domain.details import Ring
from bot.domain.escalation import Escalation
from bot.domain.facts import Attention, Kind
from bot.domain.intents import Answer, Report
from bot.domain.people import Role, Roster
from bot.domain.policy import Audience, Policy, Step, Task
from bot.domain.visit import Visit
from tests.bot.domain.rules import COVERED, ROSTER, RULES
from tests.contract.making import MINUTE, T0, escalation

MOBILE = Step("mobile", Task.CALL_MOBILE, (Audience.BUDDY,), 5 * MINUTE, "F6")
RESIDENT = Step(
    "resident", Task.CALL_RESIDENT, (Audience.BUDDY, Role.TEAM_MANAGER), 6 * MINUTE, "F6"
)
POLICE = Step("police", Task.DIAL_999, (Role.HEAD_OF_SERVICE,), 8 * MINUTE, "F6")
COVER = Step("cover", Task.FIND_COVER, (Role.TEAM_MANAGER,), 4 * MINUTE, "F1")
HOME = Step("home", Task.CALL_MOBILE, (Role.TEAM_MANAGER,), 3 * MINUTE, "F2")
LADDER = replace(
    RULES,
    ladder=(MOBILE, RESIDENT, POLICE),
    uncovered=(COVER,),
    charge_for=10 * MINUTE,
    repeat_every=7 * MINUTE,
    late_contact_wait=12 * MINUTE,
)
STAFF = replace(
    ROSTER, holders={Role.TEAM_MANAGER: ("per_maya",), Role.HEAD_OF_SERVICE: ("per_hana",)}
)
LATE = replace(COVERED, overdue=True, attention=Attention.OVERDUE)
FIRST = escalation(
    step=0, asked=("per_bob",), current=("per_bob",), due_at=T0 + 5 * MINUTE, version=2
)
SECOND = replace(
    FIRST,
    step=1,
    asked=("per_bob", "per_maya"),
    current=("per_maya",),
    due_at=T0 + 6 * MINUTE,
)
LAST = replace(
    SECOND,
    step=2,
    asked=("per_bob", "per_maya", "per_hana"),
    current=("per_hana",),
    due_at=T0 + 7 * MINUTE,
)
HELD: dict[str, Any] = {"charge": "per_bob", "charge_at": T0, "due_at": T0 + 10 * MINUTE}
NOW = T0 + 30 * MINUTE
ISO = "2026-12-03T09:30:00Z"


def opens(
    kind: Kind = Kind.OVERDUE,
    visit: Visit = LATE,
    roster: Roster = STAFF,
    policy: Policy = LADDER,
) -> EscalationDecision:
    """Decide on an alarm of this kind."""
    return ladder.open_(
        kind, escalation_id="esc_1", visit=visit, roster=roster, policy=policy, now=NOW
    )


def look(
    alarm: Escalation,
    now: datetime = NOW,
    visit: Visit = LATE,
    roster: Roster = STAFF,
    ring: Ring = Ring.SAFE,
) -> EscalationDecision:
    """Decide what is due on an alarm."""
    return ladder.look(alarm, visit=visit, roster=roster, policy=LADDER, now=now, ring=ring)


def charge(alarm: Escalation, by: str, visit: Visit = LATE) -> EscalationDecision:
    """Decide on "I'm on it"."""
    return ladder.take_charge(alarm, by=by, visit=visit, roster=STAFF, policy=LADDER, now=NOW)


def report(
    alarm: Escalation,
    answer: Answer,
    by: str = "per_bob",
    *,
    visit: Visit = LATE,
    ring: Ring = Ring.SAFE,
    policy: Policy = LADDER,
    **more: Any,
) -> EscalationDecision:
    """Decide on what somebody found out. `more`: further fields of the report."""
    intent = Report("esc_1", more.pop("step", alarm.step), answer, **more)
    return ladder.report(
        alarm, intent, by=by, visit=visit, roster=STAFF, policy=policy, now=NOW, ring=ring
    )


def facts(decision: EscalationDecision) -> list[f.EscalationFact]:
    """Return what was decided to have happened to the alarm, in order."""
    return [recorded.fact for recorded in decision.facts]


def said(decision: EscalationDecision) -> list[tuple[str, str | None]]:
    """Return the key of each message, and who reads it; None: the channel."""
    return [(each.key, each.to.person_id) for each in decision.messages]


def shown(decision: EscalationDecision) -> list[tuple[f.VisitFact, str | None]]:
    """Return what the card of the visit says from now on, and who brought that about."""
    return [(recorded.fact, recorded.by) for recorded in decision.visit_facts]


def entered(
    step: int, step_id: str, *asked: str, wait: timedelta, now: datetime = NOW
) -> f.StepEntered:
    """Return that a step begins, and adds these people."""
    return f.StepEntered("esc_1", step, step_id, asked, now + wait)
