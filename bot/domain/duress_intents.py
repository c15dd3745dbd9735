"""What can be asked for around a covert alarm: raising one for somebody else, and what its responders do with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.call_sheet import Question, Said
from bot.domain.wellbeing_intents import AskHow


class Ground(StrEnum):
    """What a stand-down rests on; hearing "I'm fine" is none (covert rule 20)."""

    SEEN = "seen"
    """Seen in person by a colleague or the police, away from the danger."""
    SPOKEN = "spoken"
    """Spoken to from a place of safety, with the worker's private answer."""


@dataclass(frozen=True, slots=True)
class Worried:
    """Somebody is worried about a colleague, or heard something from them; about themselves, they ask for help."""

    person: str
    heard: bool = False


@dataclass(frozen=True, slots=True)
class HelpNow:
    """Somebody asks for help in plain words."""


@dataclass(frozen=True, slots=True)
class TakeCall:
    """A responder takes charge of a covert alarm."""

    duress_id: str


@dataclass(frozen=True, slots=True)
class RaiseCall:
    """A responder says that what was to be looked at is a call for help."""

    duress_id: str


@dataclass(frozen=True, slots=True)
class CallMade:
    """A responder has rung 999. `called_at`: None for just now."""

    duress_id: str
    service: str = ""
    reference: str = ""
    called_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswerCall:
    """Whoever is in charge notes what they heard to a question of the call sheet."""

    duress_id: str
    question: Question
    said: Said


@dataclass(frozen=True, slots=True)
class ReadNews:
    """Somebody on the informed list has read it."""

    duress_id: str


@dataclass(frozen=True, slots=True)
class OpenCallSheet:
    """A responder wants the 999 sheet of a covert alarm."""

    duress_id: str


@dataclass(frozen=True, slots=True)
class StandDown:
    """A responder says that the worker is safe.

    Attributes:
        outcome: one of `intents.Outcome`, as its word.
        answer: the worker's private answer, as heard; compared and forgotten, and in no text of this object.
        note: sealed.
    """

    duress_id: str
    ground: Ground
    outcome: str
    answer: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ConfirmDown:
    """A second person confirms the stand-down, or does not (`holds` False)."""

    duress_id: str
    holds: bool


@dataclass(frozen=True, slots=True)
class TellWorker:
    """A responder says that the worker may hear of it."""

    duress_id: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Somebody who is contacted afterwards has seen to it (K9)."""

    duress_id: str


@dataclass(frozen=True, slots=True)
class Rehearse:
    """A manager wants to rehearse a call for help with somebody, who is asked first."""

    person: str


@dataclass(frozen=True, slots=True)
class BeginDrill:
    """Whoever was asked says that the rehearsal may begin. `until`: when the question lapses."""

    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ItIsReal:
    """Somebody says that this is no rehearsal. `duress_id`: of the one they see; "" where they only said so."""

    duress_id: str = ""


OfDrill = Rehearse | BeginDrill | ItIsReal
"""What is done about a rehearsal."""

OfDuress = (
    Worried
    | HelpNow
    | TakeCall
    | RaiseCall
    | CallMade
    | AnswerCall
    | ReadNews
    | OpenCallSheet
    | StandDown
    | ConfirmDown
    | TellWorker
    | FollowUp
    | AskHow
    | OfDrill
)
"""What is done about a covert alarm."""

FIELD_GROUND = "ground"
FIELD_ANSWER = "answer"


def take_choice(duress_id: str) -> str:
    """Return the id of the button "I'm on it" of a covert alarm."""
    return f"lead {duress_id}"


def raise_choice(duress_id: str) -> str:
    """Return the id of the button "Call for help"."""
    return f"grave {duress_id}"


def made_choice(duress_id: str) -> str:
    """Return the id of the button "I have called 999" of a covert alarm; its form asks for the number."""
    return f"rang {duress_id}"


def heard_choice(duress_id: str, question: Question, said: Said) -> str:
    """Return the id of a button of the call sheet."""
    return f"asks {duress_id} {question} {said}"


def read_choice(duress_id: str) -> str:
    """Return the id of the button "I have read this"."""
    return f"seen {duress_id}"


def call_sheet_choice(duress_id: str) -> str:
    """Return the id of the button that shows the 999 sheet of a covert alarm."""
    return f"aid {duress_id}"


def down_choice(duress_id: str) -> str:
    """Return the id of the button "Stand down"; its form asks on what ground."""
    return f"down {duress_id}"


def confirm_choice(duress_id: str, *, holds: bool) -> str:
    """Return the id of the second person's button: it is so, or it is not."""
    return f"certain {duress_id} {'yes' if holds else 'no'}"


def tell_choice(duress_id: str) -> str:
    """Return the id of the button "Safe to tell"."""
    return f"tell {duress_id}"


def follow_choice(duress_id: str) -> str:
    """Return the id of the button "Seen to" of somebody who is contacted afterwards."""
    return f"after {duress_id}"


def begin_choice(by: str, until: str) -> str:
    """Return the id of the button by which a rehearsal begins. `until`: an instant in ISO UTC."""
    return f"rehearse {by} {until}"


def real_choice(duress_id: str) -> str:
    """Return the id of the button "This is real" of a rehearsal."""
    return f"real {duress_id}"
