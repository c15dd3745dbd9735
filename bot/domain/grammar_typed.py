"""What people say in words of their own, given back as they typed it: the grammar itself reads small letters only.

A reason ("shouting, his brother was there"), a place and somebody's name are read by people in an alarm, so their capitals
and commas stay. Nothing of it decides anything.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.duty_intents import HoldDesk
from bot.domain.grammar_text import LONGEST, spaced
from bot.domain.intents import Done, Intent, Plan, Start
from bot.domain.risk_intents import Unsure
from bot.domain.wellbeing_intents import TakeNote

REASON_MAX = 2_000
"""Characters of a reason."""


def as_typed(intent: Intent, text: str) -> Intent:
    """Return an intent with the words of its own in it as they stand in `text`, which it was read from.

    Words that cannot be found there, however that comes, stay as they were read.
    """
    line = spaced(text, longest=len(text))
    match intent:
        case Start():
            return _start(intent, line)
        case Plan():
            return replace(intent, visits=tuple(_start(one, line) for one in intent.visits))
        case Done() if intent.going_to:
            return replace(intent, going_to=_found(intent.going_to, line))
        case HoldDesk() if intent.name:
            name = _found(intent.name, line)
            return intent if name.islower() else replace(intent, name=name)
        case Unsure() if intent.reason:
            reason = _found(intent.reason, line)
            if len(text) > LONGEST:  # a reason may go on where no command does
                reason = line[line.find(reason) :][:REASON_MAX]
            return replace(intent, reason=reason[:1].upper() + reason[1:])
        case TakeNote():
            said = _found(intent.text, line)
            if len(text) > LONGEST:
                said = line[line.find(said) :][:REASON_MAX]
            return replace(intent, text=said[:1].upper() + said[1:])
    return intent


def _start(start: Start, line: str) -> Start:
    if not (start.place or start.outsider):
        return start
    name, comma, number = start.outsider.rpartition(", ")
    named = f"{_found(name, line)}{comma}{number}" if name else start.outsider
    return replace(start, place=_found(start.place, line), outsider=named)


def _found(words: str, line: str) -> str:
    """Return `words` as they stand in `line`, with the pauses between them that the grammar leaves out."""
    pattern = r"[,;:]* ".join(map(re.escape, words.split()))
    found = re.search(rf"(?<!\S){pattern}", line, re.IGNORECASE) if pattern else None
    return found[0] if found else words
