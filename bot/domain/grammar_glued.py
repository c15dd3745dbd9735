"""A time and a case reference typed without the blank between them: "1400-1500CASE123", "now45m"."""

from __future__ import annotations

import re

from bot.domain.grammar_asked import Asked, ref_within
from bot.domain.times import read_clock, read_duration

LONGEST = 60
"""Characters of a word that is looked at."""

_NOW = re.compile(r"now[0-9]")
_TIMES = re.compile(r"[ -]+")


def apart(line: str, asked: Asked) -> tuple[str, ...]:
    """Return how a line reads with the missing blank in it, the longest time first; empty where none is missing."""
    words = line.split(" ")
    found = []
    for at, word in enumerate(words):
        if len(word) > LONGEST or not any(char.isdigit() for char in word):
            continue
        found += [" ".join((*words[:at], put, *words[at + 1 :])) for put in _parted(word, asked)]
    return tuple(
        line.replace(ref.lower(), ref) if (ref := ref_within(line, asked)) else line
        for line in found
    )


def _parted(word: str, asked: Asked) -> list[str]:
    lead, rest = ("now ", word[3:]) if _NOW.match(word) else ("", word)
    found = [f"{lead}{rest}"] if lead else []
    for at in range(len(rest) - 1, 0, -1):
        time = rest[:at]
        if _is_time(time) and (ref := asked.case(rest[at:])):
            found.append(f"{lead}{time} {ref}")
    return found


def _is_time(text: str) -> bool:
    return read_duration(text) is not None or all(map(read_clock, _TIMES.split(text)))
