"""TOML files read by people: their content, and the line of every key, so that a mistake can be shown where it is.

The standard parser decides what is valid and gives the values but no positions; the scanner here follows
it over text that is already known to be valid, and only remembers lines. What a file means is decided elsewhere.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.errors import PolicyFault, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Place = tuple[str | int, ...]
"""Where something is inside a document: keys, and positions in lists, from the top."""

FILE_MAX = 1_000_000
"""Bytes; a hand-written file is far smaller, and a larger one is a mix-up."""

_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SKIP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?""""{0,2}' r"|'''.*?''''{0,2}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name as shown, its content, and the line of each place in it."""

    name: str
    content: Mapping[str, object]
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of `place`, or of the nearest thing around it; 1 when nothing is."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def where(self, place: Place) -> str:
        """Return "file:line" for a problem."""
        return f"{self.name}:{self.line(place)}"


def read_document(path: Path, *, kind: str) -> Document:
    """Read a TOML file.

    Args:
        path: the file; shown in problems as given.
        kind: what the ids of its problems begin with ("team", "pack").

    Raises:
        PolicyFault: "<kind>.unreadable" (missing, no permission, too large, not UTF-8), or "<kind>.syntax" with
            the line of the first mistake: a parser cannot see behind it.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig").replace("\r\n", "\n") if len(raw) <= FILE_MAX else ""
    except OSError as fault:
        raise _refusal(kind, "unreadable", str(path), f"{fault.strerror or fault}.") from fault
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise _refusal(kind, "unreadable", f"{path}:{line}", "not UTF-8 text.") from fault
    if len(raw) > FILE_MAX:
        raise _refusal(kind, "unreadable", str(path), f"larger than {FILE_MAX} bytes.")
    return parse_document(text, name=str(path), kind=kind)


def parse_document(text: str, *, name: str, kind: str) -> Document:
    """Return the document in `text` (lines end in a line feed). Raises PolicyFault as `read_document` does."""
    try:
        content = tomllib.loads(text)
    except ValueError as fault:
        found = _AT_LINE.search(str(fault))
        line = int(found[1]) if found else text.count("\n") + 1
        said = _AT_LINE.sub("", str(fault))
        raise _refusal(kind, "syntax", f"{name}:{line}", f"{said}.") from fault
    except RecursionError as fault:
        raise _refusal(kind, "syntax", name, "nested too deeply.") from fault
    return Document(name, content, _Scanner(text).scan())


def _refusal(kind: str, short: str, where: str, meaning: str) -> PolicyFault:
    remedies = {
        "unreadable": "Check the path, and that the file is plain text that Buddyline may read.",
        "syntax": "Look at this line and the one above: a quote, a bracket or a comma is often missing.",
    }
    return PolicyFault((Problem(f"{kind}.{short}", where, meaning, remedies[short]),))


class _LostError(Exception):
    """The scanner cannot follow; what it found so far still stands."""


class _Scanner:
    """Follows valid TOML and notes where each key and list item begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Place, int] = {}
        self.newlines = [i for i, char in enumerate(text) if char == "\n"]
        # The position of the last table of each [[list of tables]], which later headers refer to.
        self.last: dict[Place, int] = {}

    def scan(self) -> dict[Place, int]:
        """Return the line of every place, counted from 1."""
        # A missing line is not worth refusing a file that the parser accepted.
        with suppress(_LostError, RecursionError):
            self._document()
        return self.found

    def _document(self) -> None:
        table: Place = ()
        while self._peek(skip=True):
            if self._peek() != "[":
                self._pair(table)
                continue
            of_list = self.text.startswith("[[", self.at)
            self.at += 2 if of_list else 1
            table = self._enter(self._keys(), of_list=of_list)
            self._expect("]]" if of_list else "]")

    def _enter(self, keys: list[str], *, of_list: bool) -> Place:
        place: Place = ()
        for key in keys[:-1]:
            place = (*place, key)
            if place in self.last:
                place = (*place, self.last[place])
            self._mark(place)
        place = (*place, keys[-1])
        self._mark(place)
        if of_list:
            self.last[place] = self.last.get(place, -1) + 1
            place = (*place, self.last[place])
            self._mark(place)
        return place

    def _pair(self, table: Place) -> None:
        place = table
        self._peek(skip=True)
        start = self.at
        for key in self._keys():
            place = (*place, key)
            self._mark(place, start)
        self._expect("=")
        self._value(place)

    def _value(self, place: Place) -> None:
        opening = self._peek(skip=True)
        if opening == "[":
            self._items(place)
        elif opening == "{":
            self._step()
            while self._peek(skip=True) != "}":
                self._pair(place)
                self._comma()
            self._step()
        else:
            self._match(_STRING if opening in "\"'" else _SCALAR)

    def _items(self, place: Place) -> None:
        self._step()
        count = 0
        while self._peek(skip=True) != "]":
            self._mark((*place, count))
            self._value((*place, count))
            self._comma()
            count += 1
        self._step()

    def _keys(self) -> list[str]:
        keys = []
        while True:
            quoted = self._peek(skip=True) in "\"'"
            raw = self._match(_STRING if quoted else _KEY)
            keys.append(str(tomllib.loads(f"key = {raw}")["key"]) if quoted else raw)
            if self._peek(skip=True) != ".":
                return keys
            self._step()

    def _mark(self, place: Place, at: int | None = None) -> None:
        self.found.setdefault(place, bisect_right(self.newlines, self.at if at is None else at) + 1)

    def _peek(self, *, skip: bool = False) -> str:
        if skip:
            self._match(_SKIP)
        return self.text[self.at : self.at + 1]

    def _step(self) -> None:
        self.at += 1

    def _comma(self) -> None:
        if self._peek(skip=True) == ",":
            self._step()

    def _expect(self, text: str) -> None:
        self._match(_SKIP)
        if not self.text.startswith(text, self.at):
            raise _LostError
        self.at += len(text)

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _LostError
        self.at = found.end()
        return found[0]
