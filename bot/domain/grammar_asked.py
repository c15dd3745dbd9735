"""What a command was asked with, and how a mistake in one is made: with a form to copy and, where clear, a repair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.errors import UserMistake
from bot.domain.grammar_refs import example_ref, read_ref
from bot.domain.sessions import session

SUGGESTIONS = ("suggestion", "suggestion2", "suggestion3")
"""The fields of a mistake that hold complete repairs, the best one first."""
MOVED = {"suggestion": "moved", "suggestion2": "moved2", "suggestion3": "moved3"}
"""The field that holds which visit of a plan a repair moves, where that is what its button says: a `spacing.Move` as text."""

# The longest thing said about time ("from 2 pm for 1 hour and 30 minutes") has nine words.
_TIME_WORDS = 9
# Somebody meant a time: a figure and a sign of a clock, or a figure with am or pm.
_TIMEISH = re.compile(r"(?:.*-)?[0-9][0-9x]?(?:[:.h][0-9a-z]*|[ap]m)(?:-.*)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """One line to be read.

    Attributes:
        now: aware UTC, whole seconds.
        prefix: what a command must begin with where this one was written: "visit " in a channel, else nothing.
        accepts: whether a complete text, prefix and all, would be understood in the same place now.
        handles: what stands after an "@" to the id of somebody of the team.
        tail: what was said besides, in the words of a command; it follows every form and repair.
        tied: what follows the repairs alone: it makes sense only with the times that were said.
        repairs: whether a repair would keep all that was said.
    """

    now: datetime
    zone: ZoneInfo
    patterns: tuple[str, ...]
    prefix: str
    accepts: Callable[[str], bool]
    handles: Mapping[str, str] = field(default_factory=dict)
    tail: str = ""
    tied: str = ""
    repairs: bool = True

    @property
    def in_channel(self) -> bool:
        """Whether others read it."""
        return bool(self.prefix)

    def ref(self, text: str) -> str | None:
        """Return what is visited: the case reference that `text` is, or the kind of session that it names; or None."""
        return self.case(text) or session(text)

    def case(self, text: str) -> str | None:
        """Return the case reference that `text` is, or None."""
        return read_ref(text, self.patterns)

    @property
    def example(self) -> str:
        """A made-up case reference of the team's form."""
        return example_ref(self.patterns)

    def mistake(
        self, key: str, *forms: str, offers: tuple[str, ...] = (), **fields: str
    ) -> UserMistake:
        """Return a mistake that shows the first of `forms` that would be accepted, else the last.

        Args:
            key: its sentence.
            forms: complete commands without the prefix, the best one first; at least one.
            offers: possible repairs, the best one first; the first that would be accepted becomes `suggestion`, the
                second `suggestion2`, the third `suggestion3`.
            fields: further plain values.

        None of these may hold words that were not understood: they might be a resident's name or address (K3, H2).
        """
        form = next((f for f in map(self._full, forms) if self.accepts(f)), self._full(forms[-1]))
        clear = (
            dict.fromkeys(f"{self._full(offer)}{self.tied}" for offer in offers)
            if self.repairs
            else {}
        )
        found = [offer for offer in clear if self.accepts(offer)]
        fields |= dict(zip(SUGGESTIONS, found, strict=False))
        return UserMistake(key, form=form, **fields)

    def _full(self, command: str) -> str:
        return f"{self.prefix}{command}{self.tail}"


def splits(line: str) -> Iterator[tuple[str, str]]:
    """Return every way to read `line` as (what is said about time, the rest), in either order.

    The longest time comes first, and of two equally long ones that at the beginning. The rest may be empty.
    """
    words = line.split(" ")
    for size in range(min(len(words), _TIME_WORDS), 0, -1):
        yield " ".join(words[:size]), " ".join(words[size:])
        if size < len(words):
            yield " ".join(words[-size:]), " ".join(words[:-size])


def ref_within(text: str, asked: Asked) -> str | None:
    """Return the case reference that `text` begins or ends with when other words stand around it, or None."""
    words = text.split(" ")
    for size in range(min(len(words), 4), 0, -1):
        for part in (words[:size], words[-size:]):
            ref = asked.ref(" ".join(part))
            if ref:
                return ref
    return None


def timeish(line: str) -> bool:
    """Return whether some word was surely meant as a time."""
    return any(_TIMEISH.fullmatch(word) for word in line.split(" ") if len(word) <= 20)
