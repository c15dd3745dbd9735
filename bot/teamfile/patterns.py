"""Whether a case pattern is safe to run on what people type: it must be quick on every text, and mean something."""

from __future__ import annotations

import re
import warnings
from itertools import accumulate, repeat

PATTERN_MAX = 100
"""Characters of one pattern."""
TEXT_MAX = 200
"""Characters of a case reference that an endless repeat is reckoned with."""
TRIES_MAX = 100_000
"""Ways of matching one text that a pattern may have; a try is far below a microsecond."""

_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_REPEAT = re.compile(r"(\*|\+|\?|\{(\d+)\}|\{(\d*),(\d*)\})([?+]?)")
_A_NAME_AND_ADDRESS = "Mary Smith, 12 High Street"


class _UnsafeError(Exception):
    """Why a pattern is not used."""


def refusal(pattern: str) -> str | None:
    """Return why `pattern` cannot be a case pattern, as a sentence; None when it can.

    A pattern is refused when it is longer than PATTERN_MAX, does not compile, matches nothing at all or a name
    with an address, uses look-around or back-references, or could be tried in more than TRIES_MAX ways on one text.
    """
    try:
        if len(pattern) > PATTERN_MAX:
            raise _UnsafeError(f"It is longer than {PATTERN_MAX} characters.")
        compiled = _compiled(pattern)
        if _Reckoning(pattern).tries() > TRIES_MAX:
            raise _UnsafeError(
                "A repeat within a repeat, or too many of them, could take for ever on some texts."
            )
    except _UnsafeError as unsafe:
        return str(unsafe)
    if compiled.fullmatch(""):
        return "It matches an empty reference."
    if compiled.fullmatch(_A_NAME_AND_ADDRESS):
        return "It would let a name and an address through."
    return None


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(pattern)
    except re.error as fault:
        raise _UnsafeError(f"It is not a regular expression: {fault.msg}.") from fault
    except (FutureWarning, DeprecationWarning) as fault:
        raise _UnsafeError(
            "It is ambiguous: its meaning may change with the next version of the language."
        ) from fault
    except (OverflowError, RecursionError) as fault:
        raise _UnsafeError(
            "One of its repeats is too large, or it is nested too deeply."
        ) from fault


class _Reckoning:
    """Counts, from above, in how many ways a valid pattern can be laid over one text."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def tries(self) -> int:
        total = self._sequence()
        while self._take("|"):
            total += self._sequence()
        return total

    def _sequence(self) -> int:
        total = 1
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            total = min(total * self._repeats(self._atom()), TRIES_MAX + 1)
        return total

    def _atom(self) -> int:
        if self._take("("):
            if self._take("?") and not self._take(":"):
                raise _UnsafeError("Look-around, names and flags are not allowed in it; (?:…) is.")
            tries = self.tries()
            self._take(")")
            return tries
        if found := _CLASS.match(self.pattern, self.at):
            self.at = found.end()
        elif self._take("\\"):
            if self.pattern[self.at] in "123456789":
                raise _UnsafeError("Back-references are not allowed in it.")
            self.at += 1
        else:
            self.at += 1
        return 1

    def _repeats(self, once: int) -> int:
        found = _REPEAT.match(self.pattern, self.at)
        if found is None or found[0].startswith("{,}"):
            return once
        self.at = found.end()
        sign, exactly, least, most = found[1], found[2], found[3], found[4]
        ends = {"*": (0, TEXT_MAX), "+": (1, TEXT_MAX), "?": (0, 1)}
        low, high = ends.get(sign) or (
            (int(exactly), int(exactly)) if exactly else (int(least or 0), int(most or TEXT_MAX))
        )
        # A text is no longer than TEXT_MAX, and the sum stops growing once it is too large anyway.
        high = min(high, TEXT_MAX)
        powers = accumulate(
            repeat(once, high), lambda total, each: min(total * each, TRIES_MAX + 1), initial=1
        )
        return min(sum(list(powers)[min(low, high) :]), TRIES_MAX + 1)

    def _take(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True
