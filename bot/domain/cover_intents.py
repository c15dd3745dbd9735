"""What can be asked for around a start: that one is ready, that one cannot be the buddy, and who can instead."""

from __future__ import annotations

from dataclasses import dataclass


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


OfCover = Decline | AskStandIn
"""What somebody does who was asked to be a buddy, besides accepting."""


def ready_choice(visit_id: str) -> str:
    """Return the id of the worker's button "All set"."""
    return f"ready {visit_id}"


def decline_choice(visit_id: str) -> str:
    """Return the id of the button "I can't"."""
    return f"decline {visit_id}"


def stand_in_choice(visit_id: str) -> str:
    """Return the id of the button by which a stand-in is named; its form says whom."""
    return f"standin {visit_id}"
