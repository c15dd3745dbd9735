"""What is asked for of a visit's private details: giving them, and having them shown. Part of `bot.domain.intents`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.day_intents import OpenSheet


@dataclass(frozen=True, slots=True)
class AskDetails:
    """Show me the form for the private details of a visit, or the way in for a manager."""

    case_ref: str | None = None


@dataclass(frozen=True, slots=True)
class FillDetails:
    """Private details, as filled into the form. The values never appear in the text of this object.

    Attributes:
        parts: by the name of the part; blanks are not in it.
    """

    visit_id: str
    parts: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReuseDetails:
    """Take what is on file for the same case reference ("Use the address on file")."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class Vouch:
    """I can open the exact address until the visit's end."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class OpenSealed:
    """A responder wants something sealed shown: `sight` is one of `bot.domain.details.Sight`."""

    escalation_id: str
    sight: str


@dataclass(frozen=True, slots=True)
class OpenForReason:
    """A manager wants the details of a visit shown, and says why. `reason`: sealed in the journal."""

    visit_id: str
    reason: str = field(repr=False)


OfDetails = AskDetails | FillDetails | ReuseDetails | Vouch | OpenSealed | OpenSheet | OpenForReason
"""What is done with private details."""


def details_choice(visit_id: str) -> str:
    """Return the id of the button behind which the form for private details is."""
    return f"details {visit_id}"


def reuse_choice(visit_id: str) -> str:
    """Return the id of the button "Use the address on file"."""
    return f"reuse {visit_id}"


def vouch_choice(visit_id: str) -> str:
    """Return the id of the button "I can open the address"."""
    return f"vouch {visit_id}"


def open_choice(escalation_id: str, sight: str) -> str:
    """Return the id of a button that shows something sealed to a responder."""
    return f"open {escalation_id} {sight}"


def reason_choice(visit_id: str) -> str:
    """Return the id of the button that shows a visit's details to a manager; its form asks why."""
    return f"reason {visit_id}"
