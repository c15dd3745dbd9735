"""What is asked and answered about how a worker is, in the midst of a visit. Part of `bot.domain.intents`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SayHow:
    """The worker answers how it goes."""

    visit_id: str
    well: bool


@dataclass(frozen=True, slots=True)
class AskHow:
    """Whoever is in charge of a covert alarm has the worker asked what any worker may be asked (covert rule 10)."""

    duress_id: str


@dataclass(frozen=True, slots=True)
class TakeNote:
    """Whoever watches a visit notes what the worker told them (K4). `case_ref`: None when it was not said."""

    text: str
    case_ref: str | None = None


def say_how_choice(visit_id: str, *, well: bool) -> str:
    """Return the id of a button under the question how it goes."""
    return f"how_{'well' if well else 'unwell'} {visit_id}"


def ask_how_choice(duress_id: str) -> str:
    """Return the id of the button by which whoever is in charge has the worker asked."""
    return f"sound {duress_id}"
