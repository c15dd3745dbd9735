"""What can have happened to a covert alarm. Its facts are in a chain of its own, and in no visit's (covert rule 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.call_sheet import Question, Said
from bot.domain.duress_intents import Ground
from bot.domain.intents import Outcome


class Urgency(StrEnum):
    """How sure it is that somebody called for help."""

    CHECK = "check"
    """It may have been a call: two people look, and unanswered it becomes an alarm (covert rule 4)."""
    ALARM = "alarm"


class How(StrEnum):
    """How a call for help came to be known."""

    WORDS = "words"
    """The worker wrote it."""
    RESEMBLED = "resembled"
    """The worker wrote something like it."""
    HEARD = "heard"
    """Somebody else heard it."""
    WORRIED = "worried"
    """Somebody else is worried about the worker (H14)."""
    OPENLY = "openly"
    """The worker asked for help in plain words."""
    STRANGER = "stranger"
    """It came from an address that is on no roster."""
    DRILL = "drill"
    """It is a rehearsal: nobody called for help (S11)."""


@dataclass(frozen=True, slots=True)
class DuressOpened:
    """A covert alarm began.

    `about`: the worker, or "" for an address that is on no roster. `visit_id`: the visit it was said on, or the last one
    known; "" for none. `said_at`: when it was said; older than the opening where it came late. `apart`: who is on the
    worker's side, or must never be told.
    """

    duress_id: str
    team_id: str
    about: str
    visit_id: str
    urgency: Urgency
    how: How
    said_at: datetime
    policy_digest: str
    apart: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class DuressRaised:
    """What was to be looked at is an alarm now. `why`: "unanswered", "said" (again, plainly), or "person"."""

    duress_id: str
    why: str


@dataclass(frozen=True, slots=True)
class DuressAsked:
    """These people were told, besides those told before; `due_at`: when the next ones are, or all again."""

    duress_id: str
    step: int
    turn: int
    asked: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DuressInformed:
    """These people were told so that they know; each says that they have read it (S6)."""

    duress_id: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetApart:
    """More people are on the worker's side now: they are told nothing from here on (covert rule 7)."""

    duress_id: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignalNoted:
    """Something of the worker, or about them, after it began: a line on the alarm, which ends nothing (covert rule 11)."""

    duress_id: str
    what: str
    said_at: datetime
    about_by: str = ""


@dataclass(frozen=True, slots=True)
class DuressTaken:
    """A named person took charge, and holds it until `until` unless something follows."""

    duress_id: str
    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DuressLapsed:
    """The person in charge told nothing in time."""

    duress_id: str
    by: str


@dataclass(frozen=True, slots=True)
class HelpCalled:
    """Somebody rang 999: whom they asked for, the incident number, and when."""

    duress_id: str
    by: str
    service: str
    reference: str
    called_at: datetime


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Whoever is in charge rang the worker, asked a question of the call sheet, and noted what they heard (K8)."""

    duress_id: str
    by: str
    question: Question
    said: Said


@dataclass(frozen=True, slots=True)
class RingBackDue:
    """The five minutes are over: whoever is in charge is to ring again, until `until`."""

    duress_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class NewsRead:
    """Somebody on the informed list has read it."""

    duress_id: str
    by: str


@dataclass(frozen=True, slots=True)
class NotReached:
    """A message to this person could not be delivered by any way."""

    duress_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class SheetOpened:
    """A responder had the 999 sheet shown. `parts`: what was on it, by name; never a value."""

    duress_id: str
    by: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandDownNoted:
    """Somebody said that the worker is safe. `holds`: it rests on something; a second person confirms it then."""

    duress_id: str
    by: str
    ground: Ground
    outcome: Outcome
    holds: bool


@dataclass(frozen=True, slots=True)
class StandDownDoubted:
    """The second person did not confirm it: it goes on."""

    duress_id: str
    by: str


@dataclass(frozen=True, slots=True)
class DuressClosed:
    """A second person confirmed how it ended (covert rule 20)."""

    duress_id: str
    by: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class SafeToTell:
    """A responder said that the worker may hear of it: apart from the closing, which it follows (covert rule 21)."""

    duress_id: str
    by: str


@dataclass(frozen=True, slots=True)
class FollowUpAsked:
    """Those whom the procedure has contacted afterwards were asked, in place of those asked before (K9).

    `people`: may be empty: nobody is left to ask. `due_at`: when they are asked again; None with nobody.
    """

    duress_id: str
    people: tuple[str, ...]
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """One of them has seen to it."""

    duress_id: str
    by: str


@dataclass(frozen=True, slots=True)
class DrillEnded:
    """A rehearsal ended by itself. `why`: "time", "visit" (its subject goes out), or "real" (something real came).

    `apart`: on whose phones its cards stay as they are, so that nothing there shows what came.
    """

    duress_id: str
    why: str
    apart: tuple[str, ...] = ()


DuressFact = (
    DuressOpened
    | DuressRaised
    | DuressAsked
    | DuressInformed
    | SetApart
    | SignalNoted
    | DuressTaken
    | DuressLapsed
    | HelpCalled
    | CallAnswered
    | RingBackDue
    | NewsRead
    | NotReached
    | SheetOpened
    | StandDownNoted
    | StandDownDoubted
    | DuressClosed
    | SafeToTell
    | FollowUpAsked
    | FollowedUp
    | DrillEnded
)
