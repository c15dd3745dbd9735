"""A small team, the figures of its rules, no two alike, and what a decision holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain import facts as f
from bot.domain.decision import VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.people import Role, Roster
from bot.domain.policy import Step, Task
from tests.contract.making import MINUTE, T0, entry, person, policy, visit

END_AT = T0 + 60 * MINUTE
COVER_STEP = Step("cover", Task.FIND_COVER, (Role.TEAM_MANAGER,), 4 * MINUTE, "F1")
RULES = replace(
    policy(),
    cover_ask_wait=2 * MINUTE,
    cover_alarm_after=5 * MINUTE,
    reminder_before=10 * MINUTE,
    overdue_after=15 * MINUTE,
    uncovered=(COVER_STEP,),
    extension_longest=30 * MINUTE,
    check_in_extends=20 * MINUTE,
    visit_longest=240 * MINUTE,
)
ROSTER = Roster(
    entry().team,
    {each.id: each for each in map(person, ("alice", "bob", "cem", "cleo", "maya"))},
    {Role.TEAM_MANAGER: ("per_maya",)},
    ("per_bob", "per_cem"),
)
COVERED = visit(buddy_id="per_bob")


def facts(decision: VisitDecision) -> list[f.VisitFact]:
    """Return what was decided to have happened, in order."""
    return [recorded.fact for recorded in decision.facts]


def said(decision: VisitDecision) -> list[tuple[str, str | None]]:
    """Return the key of each message, and who reads it; None: the channel."""
    return [
        (message.key, None if message.to.channel else message.to.person_id)
        for message in decision.messages
    ]


def refused(act: Callable[[], object]) -> tuple[str, dict[str, str]]:
    """Return the short name of the sentence that an act is refused with, and what fills it."""
    with pytest.raises(UserMistake) as mistake:
        act()
    return mistake.value.key, dict(mistake.value.fields)
