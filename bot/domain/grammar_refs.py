"""Case references: the one thing about a resident that may stand in a shared place (K3, H2), and an example of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

LONGEST_REF = 40
"""Characters. The patterns come from a team's file, so they are only ever matched against a short text."""

_LEAD_IN = re.compile(r"(?:for |case |ref |no |# ?)")
_FALLBACK = "CASE123"


def read_ref(text: str, patterns: tuple[str, ...]) -> str | None:
    """Return the case reference that `text` is, in upper case, or None when it has no form that the team uses.

    Args:
        text: tidied (`grammar_text.tidy`). Spaces inside are forgiven when the reference matches without them;
            so is a leading "case", "ref", "for" or "#".
        patterns: the team's; one must match in full, upper and lower case alike.
    """
    candidates = [text, text.replace(" ", "")]
    led = _LEAD_IN.match(text)
    if led:
        rest = text[led.end() :]
        candidates += [rest, rest.replace(" ", "")]
    for candidate in candidates:
        ref = candidate.upper()
        if 0 < len(ref) <= LONGEST_REF and any(_compiled(p).fullmatch(ref) for p in patterns):
            return ref
    return None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=1024)
def example_ref(patterns: tuple[str, ...]) -> str:
    """Return a made-up reference that fits one of the patterns, for a form to copy.

    Invented from the pattern where it is a plain one (letters, digits, classes, counts, groups); "CASE123" where that
    fails, which then may not fit.
    """
    for ref in (_FALLBACK, *(_Example(pattern).make() for pattern in patterns)):
        if ref and read_ref(ref.lower(), patterns) == ref:
            return ref
    return _FALLBACK


class _Example:
    """Invents a text for one pattern: digits count 1, 2, 3, letters A, B, C. The caller checks that it fits."""

    _ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?:|\?P<\w+>)?|[^\\\[\]()|*+?{}]")
    _COUNT = re.compile(r"(?:\{([0-9]{1,2})(,[0-9]{0,2})?\}|([?*+]))[?+]?")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._digits = self._letters = 0

    def make(self) -> str | None:
        """Return an example, or None for a pattern that is more than this understands."""
        try:
            made = self._alternatives()
        except (ValueError, re.error):
            return None
        return made.upper() if self._at == len(self._pattern) else None

    def _alternatives(self) -> str:
        """Return the first alternative, and step over the others."""
        first = "".join(self._pieces())
        while self._pattern.startswith("|", self._at):
            self._at += 1
            for _ in self._pieces():
                pass
        return first

    def _pieces(self) -> Iterator[str]:
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            found = self._ATOM.match(self._pattern, self._at)
            if found is None:
                raise ValueError("not a plain pattern")
            self._at = found.end()
            if found[0].startswith("("):
                inner = self._alternatives()
                if not self._pattern.startswith(")", self._at):
                    raise ValueError("not a plain pattern")
                self._at += 1
                yield inner * self._count()
            else:
                yield "".join(self._pick(found[0]) for _ in range(self._count()))

    def _count(self) -> int:
        found = self._COUNT.match(self._pattern, self._at)
        if found is None:
            return 1
        self._at = found.end()
        if found[1] is not None:
            open_ended = found[2] is not None
            return max(int(found[1]), 3) if found[2] == "," else max(int(found[1]), int(open_ended))
        return {"?": 0, "*": 0, "+": 3}[found[3]]

    def _pick(self, atom: str) -> str:
        if atom in {"^", "$", r"\A", r"\Z", r"\b"}:
            return ""
        fits = re.compile(atom, re.IGNORECASE).fullmatch
        digit = "123456789"[self._digits % 9]
        if fits(digit):
            self._digits += 1
            return digit
        letter = "ABCDEFGH"[self._letters % 8]
        if fits(letter):
            self._letters += 1
            return letter
        for code in range(32, 127):
            if fits(chr(code)):
                return chr(code)
        raise ValueError("not a plain pattern")
