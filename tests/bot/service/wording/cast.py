"""The cast: Amira is out from 14:00 to 15:00, Ben is her buddy, Carla is next in line, Maria manages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.duress import Duress
from bot.domain.duress_facts import How, Urgency
from bot.domain.escalation import Escalation
from bot.domain.face import VisitFace
from bot.domain.facts import Attention, Kind
from bot.domain.people import Person, Role, Team, Way
from bot.domain.policy import Audience, Policy, Source, Step, Task
from bot.service.wording import View

NUMBER = "07700 900123"
MINUTE = timedelta(minutes=1)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, 2, hour, minute, tzinfo=UTC)


TEAM = Team("t", "East", "Europe/London", Way("local", "t"), (r"CASE\d{3,8}",), "waltham-forest")
PEOPLE = {
    who.lower(): Person(who.lower(), who, "t", (Way("local", who.lower()),))
    for who in ("Amira", "Ben", "Carla", "Maria")
}
FACE = VisitFace(
    id="v1",
    team_id="t",
    worker_id="amira",
    buddy_id="ben",
    case_ref="CASE123",
    start_at=at(14),
    end_at=at(15),
    open=True,
    cancelled=False,
    asked=("ben",),
    started_uncovered=False,
    arrived_at=None,
    attention=Attention.NONE,
    attended_by=None,
    wrote_late_at=None,
    closed_at=None,
    overdue=False,
    nudged=False,
)
LATE = replace(FACE, attention=Attention.OVERDUE, overdue=True, nudged=True)
ALARM = Escalation("e1", "v1", "t", "amira", Kind.OVERDUE, at(15, 15), step=0, asked=("ben",))
UNCOVERED = replace(ALARM, kind=Kind.UNCOVERED)
POLICY = Policy(
    name="p",
    title="P",
    version="1",
    digest="d",
    cover_ask_wait=2 * MINUTE,
    cover_alarm_after=5 * MINUTE,
    reminder_before=10 * MINUTE,
    overdue_after=15 * MINUTE,
    ladder=(
        Step("mobile", Task.CALL_MOBILE, (Audience.BUDDY,), 5 * MINUTE, "F6"),
        Step("resident", Task.CALL_RESIDENT, (Audience.COVER,), 5 * MINUTE, "F6"),
        Step("police", Task.DIAL_999, (Role.TEAM_MANAGER,), 5 * MINUTE, "F6, F11"),
    ),
    uncovered=(Step("manager", Task.FIND_COVER, (Role.TEAM_MANAGER,), 5 * MINUTE, "F1"),),
    charge_for=10 * MINUTE,
    repeat_every=5 * MINUTE,
    late_contact_wait=10 * MINUTE,
    private_from_no_answer=True,
    extension_longest=60 * MINUTE,
    check_in_extends=15 * MINUTE,
    visit_longest=720 * MINUTE,
    sources={"visit.overdue_after": Source("F6")},
)


DURESS = Duress(
    "h1",
    "t",
    "amira",
    "v1",
    Urgency.ALARM,
    How.WORDS,
    at(14, 10),
    at(14, 10),
    "d",
    apart=("amira",),
    asked=("ben", "maria"),
    informed=("ben",),
    turn=1,
    due_at=at(14, 12),
)


def view(**changes: Any) -> View:
    """Return a view of the visit at 14:30 in the channel, but for `changes`."""
    plain = View(team=TEAM, now=at(14, 30), people=PEOPLE, face=FACE, policy=POLICY)
    return replace(plain, **changes)
