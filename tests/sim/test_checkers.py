"""Each checker bites: a story that keeps its rule passes, and the same story with one thing wrong is Broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bot.domain import duress, escalation, visit
from bot.domain import duress_facts as d
from bot.domain import facts as f
from bot.domain.duress_intents import Ground
from bot.domain.intents import Answer, Outcome
from bot.domain.people import Way
from bot.domain.policy import Audience, Since
from bot.ports import Destination
from tests.sim import way_stories
from tests.sim.checkers import (
    ALL,
    Broken,
    Checker,
    calls,
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
from tests.sim.events import (
    Arrived,
    CallStands,
    Cried,
    Decided,
    Event,
    Fault,
    Happened,
    Meant,
    Offered,
    Over,
    Queued,
    Refused,
    Relayed,
    Stands,
    Taken,
)
from tests.sim.story import (
    BEFORE,
    END_AT,
    MINUTE,
    OPENED,
    REQUESTED,
    WORDS,
    asked_again,
    call_passed,
    entered,
    happened,
    known,
    offered,
    passed,
    queued_again,
    row,
    taken,
    told_of_call,
)


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
CALLED_FOR = d.DuressOpened(
    "c1", "team", "amira", "v1", d.Urgency.ALARM, d.How.WORDS, START, "d", ("dev",)
)
CALL = replace(duress.opened(CALLED_FOR, START), asked=("ben", "carla"), due_at=START + 5 * MINUTE)
STOOD = replace(CALL, stood_by="ben", stood_on=Ground.SEEN)
CRIED: list[Event] = [Cried(START, "e1", "amira"), DONE]
ASKED = told_of_call(d.DuressAsked("c1", 0, 1, ("ben",), START + 5 * MINUTE))
CALL_CARD = row("c1:0:ben", "duress.card", fields={"turn": "1"}, escalation_id=None)
BY_BEN = d.DuressClosed("c1", "ben", Outcome.MINOR)
BY_CARLA = replace(BY_BEN, by="carla")
THANKS = row("c1:thanks", "help.thanks", person_id="amira", secrecy="ordinary")

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
    (
        charge.OneInCharge,  # zoe has left the team since
        [
            *(*BEFORE, entered(0, 45, "ben", "zoe")),
            *(*queued_again("ben"), asked_again(50, "ben")),
        ],
    ),
    (journal.JournalTellsAll, [BEFORE[0], Stands(START, VISIT, ())]),
    (
        delivery.NothingLost,
        [
            *(Queued(START, row()), Taken(START, row(), BEN, "r1"), Relayed(START, (SENT,))),
            Refused(START, SENT, BEN, "gone", permanent=True),
            *(Relayed(START, (row(),)), Taken(START, row(), BEN, "r2")),
            Relayed(START, (replace(SENT, ref="r2"),)),
        ],
    ),
    (
        delivery.NothingLost,
        [
            *(Queued(START, row()), Taken(START, row(), BEN, "r1"), CRASH),
            *(Taken(START, row(), BEN, "r2"), Relayed(START, (SENT,)), Over(START, (SENT,), {})),
        ],
    ),
    (closed.QuietAfterClosing, [*BEFORE, offered(row()), happened(CLOSED, 50)]),
    (
        closed.QuietAfterClosing,
        [*BEFORE, Queued(START, row()), happened(CLOSED, 0), offered(row())],
    ),
    (secrecy.NothingLeaks, [offered(row()), offered(CARD, None, channel="#team")]),
    (
        secrecy.NothingLeaks,
        [
            *(told_of_call(CALLED_FOR), offered(CALL_CARD)),
            *(told_of_call(d.SafeToTell("c1", "ben")), offered(THANKS, "amira@alpha")),
        ],
    ),
    (
        journal.JournalTellsAll,
        [told_of_call(CALLED_FOR), CallStands(START, duress.opened(CALLED_FOR, START))],
    ),
    (meant.AsMeant, [MEANT, BEFORE[0], DONE]),
    (
        calls.CallsAreAnswered,
        [
            *(*CRIED, told_of_call(CALLED_FOR), Queued(START, CALL_CARD), ASKED),
            *(CallStands(START, STOOD), told_of_call(BY_CARLA)),
        ],
    ),
    (
        calls.CallsAreAnswered,
        [
            *(told_of_call(CALLED_FOR), CallStands(START, CALL), Queued(START, CALL_CARD)),
            *(told_of_call(d.SetApart("c1", ("carla",))), ASKED),
        ],
    ),
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
    (
        "a call for help to its own worker",
        secrecy.NothingLeaks,
        [told_of_call(CALLED_FOR), offered(CALL_CARD, "amira@alpha")],
    ),
    (
        "a call for help to somebody kept apart",
        secrecy.NothingLeaks,
        [told_of_call(CALLED_FOR), offered(replace(CALL_CARD, key="duress.news"), "dev@alpha")],
    ),
    (
        "a call for help to somebody set apart later",
        secrecy.NothingLeaks,
        [
            *(told_of_call(CALLED_FOR), told_of_call(d.SetApart("c1", ("ben",)))),
            offered(CALL_CARD),
        ],
    ),
    (
        "a call for help in the channel",
        secrecy.NothingLeaks,
        [
            told_of_call(CALLED_FOR),
            offered(replace(CALL_CARD, key="duress.news"), None, channel="#team"),
        ],
    ),
    (
        "thanked before it is safe to tell",
        secrecy.NothingLeaks,
        [told_of_call(CALLED_FOR), offered(THANKS, "amira@alpha")],
    ),
    (
        "told who comes, though they called in words",
        secrecy.NothingLeaks,
        [told_of_call(CALLED_FOR), offered(replace(THANKS, key="help.taken"), "amira@alpha")],
    ),
    (
        "a call stored otherwise than told",
        journal.JournalTellsAll,
        [told_of_call(CALLED_FOR), CallStands(START, CALL)],
    ),
    (
        "nobody hears the call",
        calls.CallsAreAnswered,
        [*CRIED, call_passed(1), call_passed(2)],
    ),
    (
        "the call is taken for somebody else's",
        calls.CallsAreAnswered,
        [*CRIED, told_of_call(replace(CALLED_FOR, about="ben")), call_passed(1), call_passed(2)],
    ),
    (
        "a call stands still",
        calls.CallsAreAnswered,
        [call_passed(1, replace(CALL, due_at=None))],
    ),
    ("a call is left", calls.CallsAreAnswered, [call_passed(6, CALL), call_passed(7, CALL)]),
    (
        "a call asks nobody in earnest",
        calls.CallsAreAnswered,
        [told_of_call(CALLED_FOR), ASKED],
    ),
    (
        "a stranger takes a call",
        calls.CallsAreAnswered,
        [CallStands(START, CALL), told_of_call(d.DuressTaken("c1", "dev", END_AT))],
    ),
    (
        "a call is closed by one person alone",
        calls.CallsAreAnswered,
        [CallStands(START, STOOD), told_of_call(BY_BEN)],
    ),
    (
        "a call is closed without a ground",
        calls.CallsAreAnswered,
        [CallStands(START, CALL), told_of_call(BY_BEN)],
    ),
    (
        "a call is closed by somebody who was not asked",
        calls.CallsAreAnswered,
        [CallStands(START, STOOD), told_of_call(replace(BY_BEN, by="dev"))],
    ),
    (
        "asked about a visit a minute after it closed",
        closed.QuietAfterClosing,
        [
            *(*BEFORE, Queued(START, row(key="cover.ask"))),
            *(happened(f.VisitEnded(), -1, by="amira"), offered(row(key="cover.ask"))),
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


KEPT += way_stories.KEPT
WRONG += way_stories.WRONG


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


@pytest.mark.parametrize(
    ("told", "right"),
    [
        (happened(f.AskedAgain("e1", 1, ("ben",), END_AT), 55), True),
        (happened(f.AskedAgain("e1", 1, ("ben",), END_AT), 54), False),
        (entered(1, 75, "carla"), True),
        (entered(1, 74, "carla"), False),
    ],
)
def test_a_step_may_wait_since_the_worker_was_last_seen(told: Event, *, right: bool) -> None:
    """It asks again while somebody could be in charge, and is left by its own clock (S9)."""
    made = known()
    first, *others = made.policy.ladder
    first = replace(first, since=Since.SIGHTING, wait=30 * MINUTE)
    made = replace(made, policy=replace(made.policy, ladder=(first, *others)))
    checker = steps.StepsInOrder(made)
    for event in (*BEFORE, entered(0, 45, "ben")):
        checker.see(event)
    if right:
        checker.see(told)
    else:
        with pytest.raises(Broken):
            checker.see(told)


def test_a_buddy_who_left_the_team_is_asked_nothing_any_more() -> None:
    held = known()
    held.workers["v1"], held.buddies["v1"] = "amira", "ben"
    step = next(step for step in held.policy.ladder if Audience.BUDDY in step.audience)
    assert "ben" in held.asked_by(step, "v1")
    held.entry = replace(held.entry, people=tuple(p for p in held.entry.people if p.id != "ben"))
    assert "ben" not in held.asked_by(replace(step, audience=(Audience.BUDDY,)), "v1")
