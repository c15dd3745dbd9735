"""What a person can ask for, whichever way they said it: a command, a plain word, or a button.

A button's id is an intent in writing (`to_choice`, `from_choice`); it is bound to what it was shown for, and says nothing
about who pressed it: that is decided by `bot.domain.authority`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.cover_intents import OfCover, Ready
from bot.domain.day_intents import ConfirmStay, ConfirmVoice
from bot.domain.details_intents import OfDetails
from bot.domain.duress_intents import OfDuress
from bot.domain.duty_intents import OfDuty, OfPeople
from bot.domain.errors import UserMistake
from bot.domain.looking_intents import InDanger, Procedure, Tips, Today
from bot.domain.pairs_intents import OfCases
from bot.domain.private_intents import OfPrivate
from bot.domain.risk_intents import OfAgreement, Unsure
from bot.domain.wellbeing_intents import SayHow, TakeNote


@dataclass(frozen=True, slots=True)
class Start:
    """Start a visit. Instants are aware UTC, start < end.

    Attributes:
        rating: how the visit was rated, as the team calls it ("amber", "cat2"); "" when it was not.
        companions: ids of the people of the team who come along.
        outsider, place, address: who else does (name and number), where, and exactly where; only ever stored sealed.
        back_at, not_back: the return as the worker told it (F2). terms: words of `bot.domain.terms.Term`.
        check_in_at: a time to be heard from before the end (H3), start < check_in_at < end; None: the end is that time.
    """

    start_at: datetime
    end_at: datetime
    case_ref: str
    rating: str = ""
    companions: tuple[str, ...] = ()
    outsider: str = ""
    place: str = ""
    back_at: datetime | None = None
    not_back: bool = False
    address: str = ""
    terms: tuple[str, ...] = ()
    check_in_at: datetime | None = None

    @property
    def planned_until(self) -> datetime:
        """When it is to end."""
        return self.end_at


@dataclass(frozen=True, slots=True)
class Plan:
    """A day's visits at once, in the order typed; all are planned, or none."""

    visits: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """The worker is at the door."""

    case_ref: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class GoingIn:
    """The worker goes in (H8)."""

    case_ref: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotGoingIn:
    """The worker does not go in: the visit is over, and the managers are told (F7, H8)."""

    case_ref: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The worker says that all is well ("ok")."""

    case_ref: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Extend:
    """The worker goes on: by a duration from the expected end, or until an instant. Exactly one of the two is given.

    Attributes:
        based_on: the expected end that the pressed button was shown with; a second press finds another one and changes nothing.
    """

    by: timedelta | None = None
    until: datetime | None = None
    case_ref: str | None = None
    visit_id: str | None = None
    based_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The worker has left, the visit is over (F4).

    Attributes:
        everyone: said of all who were there; without it, a visit with a companion asks who is out.
        next_place: a case reference, or home, office, elsewhere; "" when nothing was said of it.
        going_to: where to, as typed, when it is neither; only ever stored sealed.
    """

    case_ref: str | None = None
    visit_id: str | None = None
    everyone: bool = False
    next_place: str = ""
    going_to: str = ""


@dataclass(frozen=True, slots=True)
class StillInside:
    """The worker has left and somebody else has not, or the other way round: the timer stays.

    Attributes:
        inside: ids of those of the team who are still inside; empty for somebody else.
        out: ids of those who have left; empty: the worker, and everybody who is not inside.
    """

    inside: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    case_ref: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class CompanionOut:
    """Somebody who is with the worker has left."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class Home:
    """The worker is home, or back: the working day is over."""


@dataclass(frozen=True, slots=True)
class Form:
    """Show me the form that starts a visit."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A button or form that stands for a command: read like one that was typed in private.

    Attributes:
        text: the command.
        first: a visit of the worker's own that is over before that.
        address, kept: the exact address from the form's own blank, or the name under which one is kept; no part of the command.
    """

    text: str
    first: str | None = None
    address: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The visit does not take place."""

    case_ref: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """A buddy takes the visit on ("I'm on it"), F1. `reach`: how they are reached outside routine hours (F8)."""

    visit_id: str
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How do my visits stand?"""


@dataclass(frozen=True, slots=True)
class Board:
    """Who of the team is out?"""


@dataclass(frozen=True, slots=True)
class Help:
    """What can I say?"""


@dataclass(frozen=True, slots=True)
class TakeCharge:
    """A named person takes charge of an escalation."""

    escalation_id: str


class Answer(StrEnum):
    """What the person in charge found out."""

    REACHED_SAFE = "reached_safe"
    VOICE_HEARD = "voice_heard"
    NO_ANSWER = "no_answer"
    SOMETHING_WRONG = "something_wrong"
    CALLED_999 = "called_999"
    NOT_CALLED = "not_called"
    SEEN = "seen"
    CALLED_OFF = "called_off"


class Outcome(StrEnum):
    """How an escalation ended; always recorded by a person."""

    FORGOT = "forgot"
    OVERRAN = "overran"
    NO_SIGNAL = "no_signal"
    MINOR = "minor"
    MEDICAL = "medical"
    TRAVEL = "travel"
    VIOLENCE = "violence"
    POLICE_CALLED = "police_called"
    FALSE_ALARM = "false_alarm"
    COVERED = "covered"
    """Of an uncovered visit only: a buddy was found."""
    CALLED_OFF = "called_off"
    """Of an uncovered visit only: it does not take place, or is over."""
    DRILL = "drill"
    """Of a rehearsal only."""


@dataclass(frozen=True, slots=True)
class Report:
    """An answer from the ladder, bound to the step it was asked at.

    Attributes:
        step: index of the step whose card was pressed; pressed again later it is stale for "no answer".
        outcome, until: with REACHED_SAFE or VOICE_HEARD: how it ended; the worker is still there, until then.
        reference: with CALLED_999: the incident number, as typed.
        service: with CALLED_999: whom they asked for, one of `SERVICES`; "" when they did not say.
        called_at: with CALLED_999: when they rang; with SEEN: when the worker was seen; None: just now.
        note: free text; sealed, never shown in a shared place.
    """

    escalation_id: str
    step: int
    answer: Answer
    outcome: Outcome | None = None
    until: datetime | None = None
    reference: str = ""
    note: str = ""
    service: str = ""
    called_at: datetime | None = None


SERVICES = ("police", "ambulance", "both")
"""Whom 999 can be asked for, as a form and the journal name it."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """The person in charge asks another to take over."""

    escalation_id: str
    to: str


class Care(StrEnum):
    """What is seen to after an alarm, before it is left."""

    HURT = "hurt"
    SAFE_PLACE = "safe_place"
    FIT_TO_DRIVE = "fit_to_drive"
    WITH_THEM = "with_them"
    NEXT_VISITS = "next_visits"
    CHECK_TONIGHT = "check_tonight"


@dataclass(frozen=True, slots=True)
class TickCare:
    """One thing of the aftercare list is seen to. `note`: what was found; sealed."""

    escalation_id: str
    item: Care
    note: str = ""


OfWorker = (
    Ready | Arrived | GoingIn | NotGoingIn | CheckIn | Extend | Done | StillInside | Cancel | Unsure
)
"""What a worker says of their own visit."""
OfAlarm = TakeCharge | Report | ConfirmVoice | HandOver | TickCare
"""What a responder does with an alarm."""
Looking = Status | Board | Today | Form | Help | Procedure | InDanger | Tips
"""What changes nothing."""
OfVisits = Start | Plan | Home | CompanionOut | Accept | ConfirmStay | SayHow | TakeNote
"""What begins a visit, or is said of one that may be another's; or ends a day."""
OfTeam = OfDuty | OfPeople | OfCases | OfPrivate
OfOneself = Looking | OfVisits | Typed
Intent = OfWorker | OfCover | OfAgreement | OfDuress | OfAlarm | OfDetails | OfTeam | OfOneself


def accept_choice(visit_id: str) -> str:
    """Return the id of the button "I'm on it" of a request for cover."""
    return f"accept {visit_id}"


def done_choice(visit_id: str) -> str:
    """Return the id of the button "I've left"."""
    return f"done {visit_id}"


def everyone_out_choice(visit_id: str) -> str:
    """Return the id of the button "We are all out"."""
    return f"out {visit_id}"


def still_inside_choice(visit_id: str, person_id: str) -> str:
    """Return the id of the button "… is still inside"; an empty person stands for somebody from outside the team."""
    return f"inside {visit_id} {person_id or '-'}"


def companion_out_choice(visit_id: str) -> str:
    """Return the id of a companion's button "I've left"."""
    return f"gone {visit_id}"


def going_in_choice(visit_id: str) -> str:
    """Return the id of the button "Going in"."""
    return f"going_in {visit_id}"


def not_going_in_choice(visit_id: str) -> str:
    """Return the id of the button "Not going in"."""
    return f"not_going_in {visit_id}"


def typed_choice(command: str, *, first: str | None = None, kept: str = "") -> str:
    """Return the id of a button that stands for a command; "" for one that is too long to stand on a button.

    Args:
        command: with or without the word that begins one in a channel.
        first, kept: as of `Typed`.
    """
    choice = f"say {first or '-'} {command}{f' #{kept}' if kept else ''}"
    return choice if len(choice) <= CHOICE_MAX else ""


FORM_CHOICE = "form start"
"""The id of the button with the form that starts a visit."""


def ok_choice(visit_id: str) -> str:
    """Return the id of the button "All well"."""
    return f"ok {visit_id}"


def arrived_choice(visit_id: str) -> str:
    """Return the id of the button "I'm here"."""
    return f"arrived {visit_id}"


def cancel_choice(visit_id: str) -> str:
    """Return the id of the button "Cancel"."""
    return f"cancel {visit_id}"


def extend_choice(visit_id: str, by: timedelta, end_at: datetime) -> str:
    """Return the id of a button "+N minutes", bound to the expected end it is shown with."""
    return f"extend {visit_id} {int(by.total_seconds())} {int(end_at.timestamp())}"


def charge_choice(escalation_id: str) -> str:
    """Return the id of the button "I'm on it" of an alarm."""
    return f"charge {escalation_id}"


def report_choice(escalation_id: str, step: int, answer: Answer) -> str:
    """Return the id of an answer button, bound to escalation and step."""
    return f"report {escalation_id} {step} {answer}"


def hand_over_choice(escalation_id: str) -> str:
    """Return the id of the button "Hand over"; its form says to whom."""
    return f"handover {escalation_id}"


def care_choice(escalation_id: str, item: Care) -> str:
    """Return the id of a button of the aftercare list."""
    return f"care {escalation_id} {item}"


FIELD_OUTCOME = "outcome"
FIELD_UNTIL = "until"
FIELD_REFERENCE = "reference"
FIELD_NOTE = "note"
FIELD_SERVICE = "service"
FIELD_CALLED_AT = "called_at"
FIELD_TO = "to"
FIELD_REASON = "reason"
FIELD_START = "start"
FIELD_END = "end"
FIELD_CASE = "case"
FIELD_RATING = "rating"
FIELD_WITH = "with"
FIELD_BACK = "back"
FIELD_CHECK_IN = "check_in"
FIELD_WHERE = "place"

CHOICE_MAX = 200
"""Characters of a button's id."""


def from_choice(choice: str) -> tuple[str, ...]:
    """Split a button's id into its words. Raises UserMistake("old_button") when it is not one of ours."""
    words = tuple(choice.split(" "))
    if len(choice) > CHOICE_MAX or len(words) < 2:
        raise UserMistake("old_button")
    return words
