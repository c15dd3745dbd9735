"""Each checker bites: a story that keeps its rule passes, and the same story with one thing wrong is Broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import escalation, visit
from bot.domain import facts as f
from bot.domain.intents import Answer, Outcome
from bot.domain.message import Rendered
from bot.domain.people import Person, Role, TeamEntry, Way
from bot.ports import Destination
from tests.sim import team
from tests.sim.checkers import (
    ALL,
    Broken,
    Checker,
    Known,
    charge,
    closed,
    delivery,
    journal,
    meant,
    once,
    secrecy,
    silence,
    steps,
)
from tests.sim.clock import START
from tests.sim.dice import Dice
from tests.sim.events import (
    Arrived,
    Decided,
    Event,
    Fault,
    Happened,
    Meant,
    Offered,
    Over,
    Passed,
    Queued,
    Refused,
    Relayed,
    Row,
    Stands,
    Taken,
)

MINUTE = timedelta(minutes=1)
END_AT = START + 30 * MINUTE
WORDS = Rendered(title="A title", text="A text", preview="A preview")


def known() -> Known:
    """Return a team of four: Amira goes out, Ben covers, Carla manages, Dev is the head of service."""
    drawn, policy, _ = team.drawn(Dice(1))
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


def _see(checker: type[Checker], story: Iterable[Event]) -> None:
    one = checker(known())
    for event in story:
        one.see(event)


ANSWERED = f.Answered("e1", "ben", 0, Answer.REACHED_SAFE, "")
LAPSED = f.ChargeLapsed("e1", "ben")
CALLED = replace(ANSWERED, answer=Answer.CALLED_999)
CLOSED = f.EscalationClosed("e1", "ben", Outcome.OVERRAN)
VISIT = visit.requested(REQUESTED, START)
HELD = replace(escalation.opened(OPENED, START), charge="ben")
CRASH = Fault(START, "crash")
BEN = Way("alpha", "ben@alpha")
SENT = row(state="sent", ref="r1", waits=False)
CARD = row(key="visit.card", secrecy="ordinary")
DONE = Decided(START, ("e1",), 1, "extend v_1")
MOVED = happened(f.Extended(END_AT + MINUTE, False), by="amira")
MEANT = Meant(START, "e1", START, END_AT)
AN_HOUR_OFF = replace(MEANT, start_at=START + 60 * MINUTE, end_at=END_AT + 60 * MINUTE)

KEPT: list[tuple[type[Checker], list[Event]]] = [
    (silence.NoSilence, [*BEFORE[:1], passed(44), passed(45, overdue=True, due=50)]),
    (steps.StepsInOrder, [*BEFORE, entered(0, 45, "ben"), entered(1, 50, "carla")]),
    (charge.OneInCharge, [*BEFORE, entered(0, 45, "ben"), taken("ben", 46)]),
    (
        charge.OneInCharge,
        [
            *(*BEFORE, entered(0, 45, "ben"), taken("ben", 46), happened(LAPSED, 56)),
            *(*queued_again("ben"), asked_again(56, "ben")),
        ],
    ),
    (charge.OneInCharge, [*BEFORE, taken("carla", 46), happened(CALLED, 47, by="ben")]),
    (journal.JournalTellsAll, [BEFORE[0], Stands(START, VISIT, ())]),
    (
        delivery.NothingLost,
        [
            *(Queued(START, row()), Taken(START, row(), BEN, "r1"), CRASH),
            *(Taken(START, row(), BEN, "r2"), Relayed(START, (SENT,)), Over(START, (SENT,), {})),
        ],
    ),
    (closed.QuietAfterClosing, [*BEFORE, offered(row()), happened(CLOSED, 50)]),
    (secrecy.NothingLeaks, [offered(row()), offered(CARD, None, channel="#team")]),
    (meant.AsMeant, [MEANT, BEFORE[0], DONE]),
    (once.OnceOnly, [MOVED, DONE, Arrived(START, "e1", "amira", "", "seen")]),
]

# What is wrong, the checker that has to see it, the story.
WRONG: list[tuple[str, type[Checker], list[Event]]] = [
    ("overdue in silence, to the instant", silence.NoSilence, [*BEFORE[:1], passed(45)]),
    (
        "alarmed before its time",
        silence.NoSilence,
        [*BEFORE[:1], happened(f.BecameOverdue(END_AT), 44)],
    ),
    (
        "the old end alarms after an extension",
        silence.NoSilence,
        [*BEFORE[:1], MOVED, happened(f.BecameOverdue(END_AT), 45)],
    ),
    ("an alarm stands still", silence.NoSilence, [*BEFORE[:1], passed(45, overdue=True)]),
    ("an alarm is left", silence.NoSilence, [*BEFORE[:1], passed(50, overdue=True, due=50)]),
    ("a visit is lost", silence.NoSilence, [passed(1)]),
    ("a step is left out", steps.StepsInOrder, [*BEFORE, entered(1, 45, "carla")]),
    ("a step comes early", steps.StepsInOrder, [*BEFORE, entered(0, 45, "ben"), entered(1, 49)]),
    (
        "all steps at once",
        steps.StepsInOrder,
        [*BEFORE, entered(0, 99, "ben"), entered(1, 99, "carla"), entered(2, 99, "dev")],
    ),
    (
        "a step is entered twice",
        steps.StepsInOrder,
        [*BEFORE, entered(0, 45, "ben"), entered(0, 50, "ben")],
    ),
    (
        "a step with somebody in it is skipped",
        steps.StepsInOrder,
        [*BEFORE, happened(f.StepSkipped("e1", 0, "mobile"), 45)],
    ),
    ("a stranger is asked", steps.StepsInOrder, [*BEFORE, entered(0, 45, "dev")]),
    (
        "two are in charge",
        charge.OneInCharge,
        [*BEFORE, taken("ben", 46), taken("carla", 46), Stands(START, VISIT, (HELD,))],
    ),
    ("their own alarm", charge.OneInCharge, [*BEFORE, taken("amira", 46)]),
    (
        "somebody else is asked meanwhile",
        charge.OneInCharge,
        [*BEFORE, taken("ben", 46), offered(row(person_id="carla"), "carla@alpha")],
    ),
    (
        "a lapse is quiet",
        charge.OneInCharge,
        [
            *(*BEFORE, entered(0, 45, "ben"), taken("ben", 46), happened(LAPSED, 56)),
            Stands(START, VISIT, (replace(HELD, charge=None),)),
        ],
    ),
    (
        "a lapse asks nobody in earnest",
        charge.OneInCharge,
        [
            *(*BEFORE, entered(0, 45, "ben"), taken("ben", 46), happened(LAPSED, 56)),
            asked_again(56, "ben"),
        ],
    ),
    ("a lapse comes early", charge.OneInCharge, [*BEFORE, taken("ben", 46), happened(LAPSED, 55)]),
    (
        "another one answers",
        charge.OneInCharge,
        [*BEFORE, taken("carla", 46), happened(ANSWERED, 47, by="ben")],
    ),
    (
        "999 was called, and nobody is in charge of it",
        charge.OneInCharge,
        [*BEFORE, happened(CALLED, 47, by="ben")],
    ),
    (
        "whoever called 999 takes a charge over",
        charge.OneInCharge,
        [
            *(*BEFORE, taken("carla", 46), taken("ben", 47), happened(CALLED, 47, by="ben")),
            Stands(START, VISIT, (HELD,)),
        ],
    ),
    ("a gap in the journal", journal.JournalTellsAll, [happened(REQUESTED, number=2)]),
    (
        "stored otherwise than told",
        journal.JournalTellsAll,
        [BEFORE[0], Stands(START, replace(VISIT, end_at=START), ())],
    ),
    ("sent, and nobody has it", delivery.NothingLost, [Relayed(START, (SENT,))]),
    (
        "sent twice for no reason",
        delivery.NothingLost,
        [Taken(START, row(), BEN, "r1"), Taken(START, row(), BEN, "r2")],
    ),
    (
        "where it was posted is overwritten",
        delivery.NothingLost,
        [
            *(Queued(START, row()), CRASH, Taken(START, row(), BEN, "r1")),
            *(Taken(START, row(), BEN, "r2"), Relayed(START, (SENT,))),
            Relayed(START, (replace(SENT, ref="r2"),)),
        ],
    ),
    ("a message is gone", delivery.NothingLost, [Queued(START, row()), Over(START, (), {})]),
    (
        "a message waits for ever",
        delivery.NothingLost,
        [Queued(START, row()), Over(START, (row(),), {})],
    ),
    (
        "given up though a way is left",
        delivery.NothingLost,
        [Relayed(START, (row(state="failed"),))],
    ),
    (
        "the ladder does not hear that nobody can be reached",
        delivery.NothingLost,
        [
            Refused(START, row(), BEN, "gone", permanent=True),
            Relayed(START, (row(state="failed"),)),
        ],
    ),
    (
        "an answer is dropped",
        delivery.NothingLost,
        [Relayed(START, (row(key="reply.ok", state="dropped"),))],
    ),
    (
        "asked about a closed alarm",
        closed.QuietAfterClosing,
        [*BEFORE, happened(CLOSED, 50, by="ben"), offered(row())],
    ),
    (
        "reminded of a closed visit",
        closed.QuietAfterClosing,
        [*BEFORE, happened(f.VisitEnded(), 20, by="amira"), offered(row(key="cover.ask"))],
    ),
    (
        "nudged about an old end",
        closed.QuietAfterClosing,
        [*BEFORE, MOVED, offered(row(key="visit.nudge", fields={"end_at": END_AT.isoformat()}))],
    ),
    (
        "an alarm in a shared place",
        secrecy.NothingLeaks,
        [offered(row(), None, channel="#team")],
    ),
    (
        "an alarm to its worker, marked as ordinary",
        secrecy.NothingLeaks,
        [offered(row(secrecy="ordinary"), "amira@alpha")],
    ),
    (
        "a worker's number on a card",
        secrecy.NothingLeaks,
        [
            Offered(
                START,
                CARD,
                Destination(channel="#team"),
                replace(WORDS, text="Ring 07700 900100."),
                False,
            )
        ],
    ),
    ("an hour off", meant.AsMeant, [AN_HOUR_OFF, BEFORE[0], DONE]),
    ("decided twice", once.OnceOnly, [DONE, DONE]),
    ("an end moved twice", once.OnceOnly, [MOVED, DONE, MOVED, replace(DONE, events=("e2",))]),
    ("never seen, and counts so", once.OnceOnly, [Arrived(START, "e9", "amira", "", "seen")]),
    (
        "taken in and forgotten",
        once.OnceOnly,
        [Arrived(START, "e1", "amira", "", "kept"), Over(START, (), {"e1": "kept"})],
    ),
    (
        "a person's word without the person",
        once.OnceOnly,
        [Happened(START, "engine", "v1", 1, "amira", f.WorkerArrived())],
    ),
]


@pytest.mark.parametrize(("checker", "story"), KEPT, ids=[c.__name__ for c, _ in KEPT])
def test_a_story_that_keeps_the_rule_passes(checker: type[Checker], story: list[Event]) -> None:
    _see(checker, story)


@pytest.mark.parametrize(("checker", "story"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_story_that_breaks_the_rule_is_broken(checker: type[Checker], story: list[Event]) -> None:
    with pytest.raises(Broken) as broken:
        _see(checker, story)
    assert broken.value.rule == checker.__name__


def test_every_checker_is_tried() -> None:
    assert {checker for checker, _ in KEPT} == set(ALL)
    assert {checker for _, checker, _ in WRONG} == set(ALL)
