"""Plain things to store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.duress import Duress
from bot.domain.duress_facts import How, Urgency
from bot.domain.escalation import Escalation
from bot.domain.facts import Kind
from bot.domain.message import Message, Priority, To
from bot.domain.people import Person, Role, Team, TeamEntry, Way
from bot.domain.policy import Policy, Step, Task
from bot.domain.visit import Visit
from bot.packs.encoding import digest_of, encode
from bot.ports import InboundEvent, InboundKind

T0 = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
LOCAL = "local"


def visit(visit_id: str = "vis_1", **changes: Any) -> Visit:
    values: dict[str, Any] = {
        "id": visit_id,
        "team_id": "north",
        "worker_id": "per_alice",
        "case_ref": "WF-1",
        "start_at": T0,
        "end_at": T0 + 60 * MINUTE,
        "alarm_at": T0,
        "requested_at": T0,
        "policy_digest": "d",
    }
    return Visit(**values | changes)


def escalation(escalation_id: str = "esc_1", **changes: Any) -> Escalation:
    values: dict[str, Any] = {
        "id": escalation_id,
        "visit_id": "vis_1",
        "team_id": "north",
        "about": "per_alice",
        "kind": Kind.OVERDUE,
        "opened_at": T0,
    }
    return Escalation(**values | changes)


def duress(duress_id: str = "h_1", **changes: Any) -> Duress:
    values: dict[str, Any] = {
        "id": duress_id,
        "team_id": "north",
        "about": "per_alice",
        "visit_id": "vis_1",
        "urgency": Urgency.ALARM,
        "how": How.WORDS,
        "said_at": T0,
        "opened_at": T0,
        "policy_digest": "d",
        "due_at": T0,
    }
    return Duress(**values | changes)


def message(dedupe: str, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "key": "visit.card",
        "to": To("north", person_id="per_bob"),
        "priority": Priority.INFORMATION,
        "dedupe": dedupe,
    }
    return Message(**values | changes)


def event(event_id: str = "ev_1", **changes: Any) -> InboundEvent:
    values: dict[str, Any] = {
        "platform": LOCAL,
        "event_id": event_id,
        "kind": InboundKind.TEXT,
        "sender": "alice-address",
        "sent_at": T0,
    }
    return InboundEvent(**values | changes)


def person(name: str, *, team: str = "north", mobile: str | None = None) -> Person:
    return Person(f"per_{name}", name.title(), team, (Way(LOCAL, f"{name}-address"),), mobile)


def policy() -> Policy:
    step = Step("mobile", Task.CALL_MOBILE, (Role.DUTY_OFFICER,), 5 * MINUTE, "F6")
    made = Policy(
        name="p",
        title="P",
        version="1",
        digest="",
        cover_ask_wait=MINUTE,
        cover_alarm_after=MINUTE,
        reminder_before=MINUTE,
        overdue_after=MINUTE,
        ladder=(step,),
        uncovered=(step,),
        charge_for=MINUTE,
        repeat_every=MINUTE,
        late_contact_wait=MINUTE,
        private_from_no_answer=True,
        extension_longest=MINUTE,
        check_in_extends=MINUTE,
        visit_longest=MINUTE,
    )
    return Policy(
        **{name: getattr(made, name) for name in made.__slots__} | {"digest": digest_of(made)}
    )


CONTENT = encode(policy())


def entry(*people: Person, team: str = "north", **changes: Any) -> TeamEntry:
    values: dict[str, Any] = {
        "team": Team(
            team, team.title(), "Europe/London", Way(LOCAL, "#" + team), (r"WF-\d+",), "p"
        ),
        "people": people,
        "holders": {},
        "standing": {},
        "cover": (),
    }
    return TeamEntry(**values | changes)
