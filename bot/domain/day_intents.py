"""What people can ask for around a visit's day, besides what is in `intents`: each with the id of its button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """Somebody wants the 999 sheet of a visit that the bot cannot follow by itself: there may be no alarm."""

    visit_id: str


def sheet_choice(visit_id: str) -> str:
    """Return the id of a button that shows the 999 sheet of a visit about which the plain alarm is raised."""
    return f"sheet {visit_id}"


LONGER = "longer"
"""The form in which a worker says how much longer a visit is, or until when."""


def longer_choice(case_ref: str) -> str:
    """Return the id of the button with that form; it stands for the command `extend`, said about this case."""
    return f"form {LONGER} {case_ref}"


@dataclass(frozen=True, slots=True)
class ConfirmStay:
    """Somebody has spoken to the worker, who asked to stay longer: the visit goes on until then (F5).

    Attributes:
        until: the end that was shown on the button; another one that was asked for since changes nothing.
    """

    visit_id: str
    until: datetime


def confirm_stay_choice(visit_id: str, until: datetime) -> str:
    """Return the id of the button "I have spoken to …", bound to the end it is shown with."""
    return f"spoke {visit_id} {int(until.timestamp())}"


@dataclass(frozen=True, slots=True)
class ConfirmVoice:
    """Somebody has heard the worker, who wrote after the alarm began (F8).

    Attributes:
        word: what the worker wrote, as it was shown on the button; another word since changes nothing.
    """

    escalation_id: str
    word: str


def confirm_voice_choice(escalation_id: str, word: str) -> str:
    """Return the id of the button "I have heard …'s voice", bound to the word it is shown with."""
    return f"voice {escalation_id} {word}"
