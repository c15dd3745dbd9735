"""Stories of texts and calls for the checkers: those that keep a rule, and the same with one thing wrong."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import facts as f
from bot.domain import visit
from bot.domain.intents import Outcome
from bot.domain.message import Rendered
from bot.domain.people import Way
from bot.ports import Destination
from tests.sim.checkers import Checker, onward, pressed, texts
from tests.sim.clock import START
from tests.sim.events import (
    Decided,
    Ends,
    Event,
    Offered,
    Queued,
    Relayed,
    Row,
    Rung,
    Stands,
    Texted,
    Told,
)
from tests.sim.story import BEFORE, MINUTE, OPENED, REQUESTED, entered, happened, row, taken

WAKE = row(
    "e1:step:0:ben:wake:sms",
    "wake.alarm",
    fields={"of": "e1:step:0:ben", "way": "sms", "step": "0"},
)
POSTED = replace(WAKE, state="sent", ref="sms-1", waits=False)
AT = START + 46 * MINUTE
STOOD = Stands(AT, visit.requested(REQUESTED, START), ())
SHOWN = Rendered("", "To take it on, text back 4K7M2Q. 08:45, ref K7M2Q", "")
SENT: tuple[Event, ...] = (
    *(*BEFORE, entered(0, 45, "ben"), STOOD),
    Offered(START + 45 * MINUTE, WAKE, Destination(person="ben@sms"), SHOWN, again=False),
    Relayed(START + 45 * MINUTE, (POSTED,)),
)


def texted(
    *facts: Event, who: str = "ben", code: str = "4K7M2Q", number: int = 1, minutes: float = 46
) -> list[Event]:
    """Return that somebody texts, and what comes of it."""
    at, event_id = START + minutes * MINUTE, f"t{number}"
    return [
        Texted(at, event_id, who, code or "ok", code),
        *facts,
        Decided(at, (event_id,), len(facts)),
        STOOD,
    ]


def wrong(times: int) -> list[Event]:
    """Return that Ben texts other codes."""
    return [e for n in range(times) for e in texted(code="22222B", number=10 + n)]


CLOSED = happened(f.EscalationClosed("e1", "ben", Outcome.OVERRAN), 46, by="ben")
OF_CARLA = happened(replace(OPENED, about="ben"), 45)
CALL = replace(WAKE, dedupe="e1:step:0:ben:wake:voice", fields={**WAKE.fields, "way": "voice"})
VOICE = Way("voice", "+447700900101")


def rung(how: Ends, *facts: Event) -> list[Event]:
    """Return that Ben is rung, and what comes of a key."""
    press = (Decided(AT, ("voice-1:1",), len(facts)), STOOD)
    return [*BEFORE, entered(0, 45, "ben"), STOOD, Rung(AT, CALL, "voice-1", how), *facts, *press]


def told(of: Row, *, arrived: bool | None = False, ref: str = "sms-1") -> list[Event]:
    """Return that a network tells what became of a text, and that the bot has heard it."""
    way = Way("sms", "ben@sms")
    return [Told(AT, of, way, ref, arrived, heard) for heard in (False, True)]


FAILED = replace(WAKE, state="failed", waits=False)
UNREACHABLE = happened(f.Unreachable("e1", "ben"), 46)
CHAT = row("e1:step:0:ben", state="failed", waits=False)
TAKEN = taken("ben", 46)

KEPT: list[tuple[type[Checker], list[Event]]] = [
    (texts.TextsDoLittle, [*SENT, *texted(TAKEN)]),
    (texts.TextsDoLittle, [*SENT, *wrong(4), *texted(TAKEN)]),
    (texts.TextsDoLittle, [*SENT, *texted(who="", code="4K7M2Q")]),
    (pressed.OnlyPeoplePress, rung(Ends.TAKEN, TAKEN)),
    (pressed.OnlyPeoplePress, rung(Ends.MACHINE)),
    (onward.FailedWaysGoOn, [*BEFORE, Queued(AT, WAKE), *told(WAKE)]),
    (onward.FailedWaysGoOn, [*BEFORE, Queued(AT, WAKE), *told(POSTED, arrived=True)]),
    (onward.FailedWaysGoOn, [*BEFORE, Queued(AT, CHAT), UNREACHABLE, *told(FAILED)]),
    (onward.FailedWaysGoOn, [*BEFORE, Queued(AT, replace(CHAT, state="sent")), *told(FAILED)]),
]


def _by(who: str) -> Event:
    return happened(f.ChargeTaken("e1", who, AT + 10 * MINUTE), 46, by=who)


WRONG: list[tuple[str, type[Checker], list[Event]]] = [
    ("a code counts twice", texts.TextsDoLittle,
     [*SENT, *texted(TAKEN), *texted(TAKEN, number=2)]),
    ("somebody else's code counts", texts.TextsDoLittle,
     [*SENT, *texted(_by("carla"), who="carla")]),
    ("a code counts after its step", texts.TextsDoLittle,
     [*SENT, entered(1, 46, "carla"), STOOD, *texted(TAKEN)]),
    ("a code counts after five wrong ones", texts.TextsDoLittle,
     [*SENT, *wrong(5), *texted(TAKEN)]),
    ("a code counts the next day", texts.TextsDoLittle, [*SENT, *texted(TAKEN, minutes=1486)]),
    ("a word takes charge", texts.TextsDoLittle, [*SENT, *texted(TAKEN, code="")]),
    ("a text ends an alarm", texts.TextsDoLittle, [*SENT, *texted(CLOSED, code="")]),
    ("a stranger's number does something", texts.TextsDoLittle, [*SENT, *texted(TAKEN, who="")]),
    ("one's own alarm by text", texts.TextsDoLittle, [*SENT, OF_CARLA, STOOD, *texted(TAKEN)]),
    ("a machine takes charge", pressed.OnlyPeoplePress, rung(Ends.MACHINE, TAKEN)),
    ("who hangs up takes charge", pressed.OnlyPeoplePress, rung(Ends.HUNG_UP, TAKEN)),
    ("a call takes charge for another", pressed.OnlyPeoplePress, rung(Ends.TAKEN, _by("carla"))),
    ("a key ends an alarm", pressed.OnlyPeoplePress, rung(Ends.TAKEN, CLOSED)),
    ("a text that did not arrive counts", onward.FailedWaysGoOn,
     [*BEFORE, Queued(AT, WAKE), *told(POSTED)]),
    ("the ladder does not hear of it", onward.FailedWaysGoOn,
     [*BEFORE, Queued(AT, CHAT), *told(FAILED)]),
]  # fmt: skip
