"""The pieces of which the checkers' stories are told: a team of four, Amira's visit, its alarm, and what is queued and sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import duress, escalation, visit
from bot.domain import duress_facts as d
from bot.domain import facts as f
from bot.domain.message import Rendered
from bot.domain.people import Person, Role, TeamEntry, Way
from bot.ports import Destination
from tests.sim import team
from tests.sim.checkers import (
    Known,
)
from tests.sim.clock import START
from tests.sim.dice import Dice
from tests.sim.events import (
    Event,
    Happened,
    Offered,
    Passed,
    Queued,
    Row,
)

MINUTE = timedelta(minutes=1)
END_AT = START + 30 * MINUTE
WORDS = Rendered(title="A title", text="A text", preview="A preview")


def known() -> Known:
    """Return a team of four: Amira goes out, Ben covers, Carla manages, Dev is the head of service."""
    drawn, policy, _ = team.drawn(Dice(1), "waltham-forest")
    names = ("amira", "ben", "carla", "dev")
    people = tuple(
        Person(name, name.title(), "team", (Way("alpha", f"{name}@alpha"),), "07700 900100")
        for name in names
    )
    holders = {
        Role.WORKER: ("amira",),
        Role.TEAM_MANAGER: ("carla",),
        Role.HEAD_OF_SERVICE: ("dev",),
    }
    entry = TeamEntry(drawn.team, people, holders, {}, ("ben",), {})
    return Known(entry, policy, {"v1": "amira"}, {"v1": "ben"})


def row(dedupe: str = "m1", key: str = "ladder.ask", **changed: object) -> Row:
    """Return a row of the outbox: Ben is asked about Amira's visit."""
    plain = Row(
        id=1,
        dedupe=dedupe,
        key=key,
        person_id="ben",
        channel=False,
        secrecy="responders",
        fields={},
        visit_id="v1",
        escalation_id="e1",
        state="waiting",
        ref=None,
        live=True,
        waits=True,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def happened(fact: f.Fact, minutes: float = 0, *, by: str | None = None, number: int = 1) -> Event:
    """Return a fact of the one visit, so many minutes after the start."""
    name = "inbound" if by else "engine"
    return Happened(START + minutes * MINUTE, name, "v1", number, by, fact)


def offered(of: Row, to: str | None = "ben@alpha", *, channel: str | None = None) -> Event:
    """Return that a platform is asked to take a message."""
    return Offered(START, of, Destination(person=to, channel=channel), WORDS, False)


REQUESTED = f.VisitRequested(
    "v1", "team", "amira", "CASE123", START, END_AT, START + 5 * MINUTE, "d", False
)
OPENED = f.EscalationOpened("e1", "v1", "team", "amira", f.Kind.OVERDUE)
BEFORE = (happened(REQUESTED, by="amira"), happened(OPENED, 45))


def entered(step: int, minutes: float, *asked: str, step_id: str | None = None) -> Event:
    """Return that a step of the ladder is entered."""
    names = ("mobile", "resident", "police")
    due_at = START + (minutes + 5) * MINUTE
    return happened(f.StepEntered("e1", step, step_id or names[step], asked, due_at), minutes)


def taken(by: str, minutes: float) -> Event:
    """Return that somebody takes charge, for ten minutes."""
    until = START + (minutes + 10) * MINUTE
    return happened(f.ChargeTaken("e1", by, until), minutes, by=by)


def asked_again(minutes: float, *asked: str) -> Event:
    """Return that people are asked again."""
    fact = f.AskedAgain("e1", 1, asked, START + (minutes + 5) * MINUTE)
    return happened(fact, minutes)


def queued_again(*asked: str) -> list[Event]:
    """Return the messages of that."""
    return [
        Queued(START, row(f"again:{who}", person_id=who, fields={"turn": "1"})) for who in asked
    ]


def passed(minutes: float, *, overdue: bool = False, due: float | None = None) -> Event:
    """Return that the engine made a pass, with the visit open and perhaps its alarm, due at a minute."""
    told = visit.requested(REQUESTED, START)
    due_at = None if due is None else START + due * MINUTE
    alarm = replace(escalation.opened(OPENED, START), due_at=due_at)
    return Passed(START + minutes * MINUTE, (told,), (alarm,) if overdue else (), frozenset[str]())


def told_of_call(fact: d.DuressFact, minutes: float = 0, number: int = 1) -> Event:
    """Return a fact of the one call for help."""
    return Happened(START + minutes * MINUTE, "engine", "c1", number, None, fact)


def call_passed(minutes: float, *open_calls: duress.Duress) -> Event:
    """Return that the engine made a pass with no visit open, and these calls for help."""
    return Passed(START + minutes * MINUTE, (), (), frozenset[str](), "", open_calls)
