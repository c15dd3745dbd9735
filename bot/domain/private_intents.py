"""What those who lead a team set and note in private, about one person or about the whole team (F13, covert rules 13, 19, 20).

Part of `bot.domain.intents`. All but the first are pressed in a view without history, and answered in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.errors import UserMistake

MOST = 5
"""Phrases of a team's own, at most."""
LONGEST = 200
"""Characters of one blank."""
TEAM = "-"
"""What stands for the whole team where a person's id could stand."""


@dataclass(frozen=True, slots=True)
class AskPrivate:
    """Where do I set and note what concerns `person`? "" stands for the whole team."""

    person: str = ""


@dataclass(frozen=True, slots=True)
class OpenPrivate:
    """Show me what can be set and noted; "" stands for the whole team."""

    person: str = ""


@dataclass(frozen=True, slots=True)
class SetPhrases:
    """These are the team's own phrases from now on, in place of those before; none: its procedure's count."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """This is what `person` says when they are safe and asked for it; "": they have no such answer."""

    person: str
    text: str


@dataclass(frozen=True, slots=True)
class SetNeverTold:
    """These colleagues are never told anything about `person`, as they were typed; "": nobody is kept apart."""

    person: str
    names: str


@dataclass(frozen=True, slots=True)
class GoneThrough:
    """The procedure, and the words for a call for help, were gone through with `person`, face to face (F13)."""

    person: str


OfPrivate = AskPrivate | OpenPrivate | SetPhrases | SetAnswer | SetNeverTold | GoneThrough
"""What is set and noted in private."""

BLANKS = tuple(f"own{number}" for number in range(1, MOST + 1))
FIELD_ANSWER = "answer"
FIELD_APART = "apart"

OPEN, OWN, ANSWER, APART, THROUGH = "private", "own", "answer", "apart", "through"
"""The kinds of button: the first is on a message, the others in the view that it opens."""
SETTING = frozenset({OWN, ANSWER, APART})
"""What comes with blanks that hold what is set, and are no words said to anybody."""


def open_choice(person: str) -> str:
    """Return the id of the button that opens the view about a person; "" for the whole team."""
    return f"{OPEN} {person or TEAM}"


def view_choice(kind: str, person: str = "") -> str:
    """Return the id of a button of that view."""
    return f"{kind} {person or TEAM}"


def read(kind: str, subject: str, fields: Mapping[str, str]) -> OfPrivate | None:
    """Return what a button asks for; None when it is none of these.

    Raises:
        UserMistake: old_button; form_too_long {limit}.
    """
    person = "" if subject == TEAM else subject
    if kind == OPEN:
        return OpenPrivate(person)
    if kind == OWN:
        texts = (_blank(fields, name) for name in BLANKS)
        return SetPhrases(tuple(text for text in texts if text))
    if kind not in (ANSWER, APART, THROUGH):
        return None
    if not person:
        raise UserMistake("old_button")
    if kind == THROUGH:
        return GoneThrough(person)
    if kind == ANSWER:
        return SetAnswer(person, _blank(fields, FIELD_ANSWER))
    return SetNeverTold(person, _blank(fields, FIELD_APART))


def _blank(fields: Mapping[str, str], name: str) -> str:
    text = " ".join(fields.get(name, "").split())
    if len(text) > LONGEST:
        raise UserMistake("form_too_long", limit=str(LONGEST))
    return text
