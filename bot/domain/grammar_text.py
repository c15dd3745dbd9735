"""What phones do to a typed line, undone: one plain, lower-case line comes out. No meaning is read here."""

from __future__ import annotations

import unicodedata

LONGEST = 300
"""Characters; nothing longer can be a command."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―⁃−﹘﹣－"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′ʼ´`"), "'")
_GONE = dict.fromkeys(map(ord, '“”„‟"«»'), " ")
_PLAIN = {**_DASHES, **_QUOTES, **_GONE}
# Emoji are symbols (So) with skin tones (Sk), variation selectors (Mn) and keycaps (Me).
_ORNAMENT = frozenset({"So", "Sk", "Mn", "Me"})


def tidy(text: str) -> str:
    """Return `text` as one lower-case line with single spaces, without ornaments at its ends.

    Compatibility forms become plain (full-width digits, non-breaking spaces), dashes "-", apostrophes "'"; invisible
    characters and double quotes go; so do emoji, full stops, exclamation marks, commas and colons at the end. A
    question mark stays: "ok?" is not "ok".

    Args:
        text: anything; only its first `LONGEST` characters are looked at, so the work is bounded.
    """
    line = spaced(text, longest=LONGEST).lower()
    start, end = 0, len(line)
    while end > start and _trails(line[end - 1]):
        end -= 1
    while start < end and _leads(line[start]):
        start += 1
    return line[start:end]


def spaced(text: str, *, longest: int) -> str:
    """Return the first `longest` characters of `text` as one line, made plain as `tidy` does, its capitals and ends kept."""
    text = text[:longest]
    if (
        text.isascii() and text.isprintable()
    ):  # as most is: all there can be to make plain are two sorts of quotes
        return " ".join(text.replace('"', " ").replace("`", "'").split())
    flat = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
    return " ".join("".join(_visible(char) for char in flat).split())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":  # zero-width characters and marks of direction, which no one sees
        return ""
    return " " if category in {"Cc", "Cs", "Co", "Zl", "Zp"} else char


def _trails(char: str) -> bool:
    return char in " .!,;:'" or unicodedata.category(char) in _ORNAMENT


def _leads(char: str) -> bool:
    return char in " '" or unicodedata.category(char) in _ORNAMENT
