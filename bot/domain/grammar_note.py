"""Reading what whoever watches notes of what the worker told them (K4).

note she is well, and leaves by four      note CASE123 she is well
"""

from __future__ import annotations

from bot.domain.grammar_asked import Asked
from bot.domain.wellbeing_intents import TakeNote

NOTE = ("note", "note that", "please note", "for the record")
"""What begins such a word; everything that follows is the note, but for a case reference at its beginning."""

_LONGEST_REF = 4
"""Words that a case reference may be typed in."""


def read_note(rest: str, asked: Asked) -> TakeNote:
    """Return what is to be noted, and of which case, where one is named first.

    Raises:
        UserMistake: note_private, where the team reads along: it may hold a name (K3); note_missing, when nothing is said.
    """
    if asked.prefix:
        raise asked.mistake("note_private", "note she is well")
    words = rest.split()
    for size in range(min(len(words) - 1, _LONGEST_REF), 0, -1):
        ref = asked.case(" ".join(words[:size]).strip(",;:."))
        if ref:
            return TakeNote(" ".join(words[size:]), ref)
    if not words or asked.case(rest.strip(",;:.")):
        raise asked.mistake("note_missing", "note she is well")
    return TakeNote(rest)
