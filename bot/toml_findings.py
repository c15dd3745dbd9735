"""Collecting every mistake of a TOML file that people wrote, each with its line and what to do about it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.domain.errors import PolicyFault, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.toml_lines import Document, Place

# These turn the direction of the text that follows, so that a name can pretend to be another one.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return 'Did you mean "…"?' for the known word most like `word`; otherwise the known words."""
    options = sorted(known)
    by_lower = {option.lower(): option for option in options}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f'Did you mean "{by_lower[near[0]]}"?' if near else f"Known: {', '.join(options)}."


def shown(word: object) -> str:
    """Return what somebody wrote, fit for one line of a problem: quoted, escaped, at most 40 characters."""
    text = ascii(word) if not isinstance(word, str) else repr(word)[1:-1]
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"'


def has_control(text: str) -> bool:
    """Return whether `text` holds a control character, a line break, or one that turns its direction."""
    return any(
        unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or char in _TURNING for char in text
    )


@dataclass(slots=True)
class Findings:
    """The problems of one document, collected so that a person hears all of them at once."""

    document: Document
    kind: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, short: str, place: Place, meaning: str, remedy: str) -> None:
        """Note one problem "<kind>.<short>" at a place."""
        where = self.document.where(place)
        self.problems.append(Problem(f"{self.kind}.{short}", where, meaning, remedy))

    def unknown_keys(self, table: Mapping[str, object], place: Place, known: Iterable[str]) -> None:
        """Note every key of `table` that is not known, each with what was probably meant."""
        known = tuple(known)
        for key in table:
            if key not in known:
                meaning = f"{shown(key)} is not a key that is known here."
                self.add("unknown_key", (*place, key), meaning, suggestion(key, known))

    def text(
        self, table: Mapping[str, object], place: Place, key: str, *, longest: int, example: str
    ) -> str:
        """Return a text that must be there, stripped; "" after noting missing, type, too_long or control."""
        if key not in table:
            self.add("missing", place, f'"{key}" is missing.', f"Write {key} = {example}.")
            return ""
        return self.checked(table[key], (*place, key), longest=longest, example=example)

    def checked(self, value: object, place: Place, *, longest: int, example: str) -> str:
        """Return `value` if it is a plain text of 1 to `longest` characters; "" after noting why not."""
        if not isinstance(value, str):
            self.add("type", place, f"{shown(value)} is not a text.", f"Write it like {example}.")
        elif not value.strip():
            self.add("missing", place, "It is empty.", f"Write it like {example}.")
        elif len(value) > longest:
            self.add("too_long", place, f"Longer than {longest} characters.", "Shorten it.")
        elif has_control(value):
            meaning = "It holds a line break or an invisible control character."
            self.add("control", place, meaning, "Type it again by hand.")
        else:
            return value.strip()
        return ""

    def texts(self, value: object, place: Place, *, longest: int, example: str) -> dict[Place, str]:
        """Return the usable texts of a list by their places; every other item is noted."""
        if not isinstance(value, list):
            self.add("type", place, f"{shown(value)} is not a list.", f"Write it like [{example}].")
            return {}
        items = {(*place, i): item for i, item in enumerate(value)}
        read = {
            at: self.checked(item, at, longest=longest, example=example)
            for at, item in items.items()
        }
        return {at: text for at, text in read.items() if text}

    def table(self, value: object, place: Place) -> dict[str, object]:
        """Return `value` if it is a table; an empty one after noting that it is not."""
        if isinstance(value, dict):
            return value
        self.add(
            "type", place, f"{shown(value)} is not a table.", "See the sample file for its form."
        )
        return {}

    def in_order(self) -> tuple[Problem, ...]:
        """Return what was noted, in the order of the lines; what has no line comes last. May be empty."""
        return tuple(sorted(self.problems, key=_line_of))

    def raise_if_any(self) -> None:
        """Raise PolicyFault when anything was noted."""
        if self.problems:
            raise PolicyFault(self.in_order())


def _line_of(problem: Problem) -> float:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdecimal() else float("inf")
