"""What can be asked for around a start: that one is ready, that one cannot be the buddy, who can, how they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker is ready to go: the phone is charged, and what the procedure lists is true (F13)."""

    case_ref: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    """Somebody who was asked to be the buddy cannot, or the buddy cannot any longer."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class AskStandIn:
    """Ask somebody else, by name, to be the buddy of a visit."""

    visit_id: str
    to: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody has spoken to the worker of a late visit, who had left it (F8)."""

    visit_id: str


class Reach(StrEnum):
    """How a buddy is reached outside routine hours (F8). The words are on buttons and in the journal: they stay as they are."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    MESSAGE = "message"
    """For people who do not speak on the telephone."""


class OfDay(StrEnum):
    """What somebody answers who was asked about all visits of a plan at once. The words are on buttons."""

    ALL = "all"
    NONE = "none"
    EACH = "each"
    """They want to choose: each visit gets a question of its own."""


@dataclass(frozen=True, slots=True)
class AnswerDay:
    """Somebody who was asked to be the buddy for a whole plan answers for all of it (F1).

    Attributes:
        visit_id: one of its visits.
        reach: how they are reached outside routine hours, with ALL (F8); "" when they did not say.
    """

    visit_id: str
    answer: OfDay
    reach: str = ""


OfCover = Decline | AskStandIn | Heard | AnswerDay
"""What somebody does who was asked to be a buddy, besides accepting."""


def accept_choice(visit_id: str, reach: Reach) -> str:
    """Return the id of the button "I'm on it" of a visit outside routine hours, which says how its buddy is reached."""
    return f"accept {visit_id} {reach}"


def day_choice(visit_id: str, answer: OfDay, reach: str = "") -> str:
    """Return the id of a button of the question about a whole plan."""
    return f"day {visit_id} {answer} {reach}".rstrip()


def heard_choice(visit_id: str) -> str:
    """Return the id of the button "I have spoken to …"."""
    return f"heard {visit_id}"


def ready_choice(visit_id: str) -> str:
    """Return the id of the worker's button "All set"."""
    return f"ready {visit_id}"


def decline_choice(visit_id: str) -> str:
    """Return the id of the button "I can't"."""
    return f"decline {visit_id}"


def stand_in_choice(visit_id: str) -> str:
    """Return the id of the button by which a stand-in is named; its form says whom."""
    return f"standin {visit_id}"
