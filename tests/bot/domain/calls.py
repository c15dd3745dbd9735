"""A call for help in the small team, steps whose waits are all different, and what a decision about it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import duress_facts as f
from bot.domain.decision import DuressDecision
from bot.domain.duress_facts import DuressFact, How, Urgency
from bot.domain.people import Role, Roster
from bot.domain.policy import Audience, Policy, Step, Task
from bot.domain.visit import Visit
from tests.bot.domain.rules import COVERED, ROSTER, RULES
from tests.contract.making import MINUTE, T0, duress

NOW = T0 + 30 * MINUTE
NEAR = Step("near", Task.DIAL_999, (Audience.BUDDY, Role.TEAM_MANAGER), 3 * MINUTE, "K9")
FAR = Step("far", Task.DIAL_999, (Role.HEAD_OF_SERVICE, Audience.COVER), 4 * MINUTE, "K9")
KNOW = Step("know", Task.BE_INFORMED, (Role.SAFEGUARDING_LEAD,), MINUTE, "S6")
AFTER = Step("after", Task.FOLLOW_UP, (Role.LINE_MANAGER, Role.DIRECTOR), 60 * MINUTE, "K9")
HELP = replace(
    RULES,
    duress=(NEAR, FAR, KNOW, AFTER),
    charge_for=10 * MINUTE,
    repeat_every=7 * MINUTE,
    check_wait=2 * MINUTE,
)
TEAM = replace(
    ROSTER,
    cover=("per_cem", "per_bob"),
    holders={
        Role.TEAM_MANAGER: ("per_maya",),
        Role.HEAD_OF_SERVICE: ("per_hana",),
        Role.SAFEGUARDING_LEAD: ("per_sam",),
        Role.LINE_MANAGER: ("per_lena",),
        Role.DIRECTOR: ("per_dora",),
    },
)
CALL = duress(
    "dur_1",
    visit_id="",
    due_at=None,
    apart=("per_alice", "per_dan"),
    asked=("per_bob", "per_cem", "per_dan", "per_maya"),
    informed=("per_cleo", "per_dan"),
    charge="per_bob",
    version=7,
)
OVER = replace(CALL, closed_at=T0, closed_by="per_cem")
DRILL = replace(CALL, how=How.DRILL)

ALONE = replace(CALL, charge=None)
FRESH = replace(ALONE, asked=(), informed=(), due_at=NOW)
"""One of which nobody was told yet."""
NEARBY = replace(FRESH, asked=("per_bob", "per_maya"), informed=("per_sam",), step=0, turn=1)
"""The first step was told."""
DOUBT = replace(FRESH, urgency=Urgency.CHECK, asked=("per_bob", "per_maya"), turn=1)


def facts(decision: DuressDecision) -> list[DuressFact]:
    """Return what was decided to have happened to the call, in order."""
    return [recorded.fact for recorded in decision.facts]


def said(decision: DuressDecision) -> list[tuple[str, str | None]]:
    """Return the key of each message, and who reads it."""
    return [(message.key, message.to.person_id) for message in decision.messages]


def world(
    visit: Visit | None = COVERED, roster: Roster = TEAM, policy: Policy = HELP, now: datetime = NOW
) -> dict[str, Any]:
    """Return what most of the rules look at."""
    return {"visit": visit, "roster": roster, "policy": policy, "now": now}


def asked(step: int, turn: int, *people: str, wait: timedelta) -> f.DuressAsked:
    return f.DuressAsked("dur_1", step, turn, people, NOW + wait)


def taken(by: str = "per_bob", until: timedelta = 10 * MINUTE) -> f.DuressTaken:
    return f.DuressTaken("dur_1", by, NOW + until)


def raised(why: str) -> f.DuressRaised:
    return f.DuressRaised("dur_1", why)


def cards(*people: str) -> list[tuple[str, str]]:
    return [("duress.card", who) for who in people]
