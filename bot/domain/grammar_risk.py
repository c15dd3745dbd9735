"""Reading what is said where a visit may not be safe.

unsure      unsure CASE123      unsure CASE123, there was shouting last time      not sure about this one
"""

from __future__ import annotations

import re

from bot.domain.grammar_asked import Asked
from bot.domain.risk_intents import Unsure

UNSURE = (
    *("unsure", "im unsure", "i am unsure", "not sure", "im not sure", "i am not sure"),
    *("dont feel safe", "i dont feel safe", "i do not feel safe", "not feeling safe"),
    *("doesnt feel right", "does not feel right", "it doesnt feel right"),
    *("it does not feel right", "doesnt feel safe", "does not feel safe"),
)
"""What begins such a word. Nothing that follows it can make it one that is not understood."""

_LEAD_IN = re.compile(r"^(?:(?:because|as|since|about)(?: |$)|[:,;.\-] ?)+")
_LONGEST_REF = 4
"""Words that a case reference may be typed in."""


def read_unsure(rest: str, asked: Asked) -> Unsure:
    """Return what the words after "unsure" say: perhaps a case, at their beginning or end, and perhaps why.

    Whatever is no case reference is the reason: nobody who is not sure is asked to say it better.
    """
    words = re.sub(r"^about ", "", rest).split()
    for size in range(min(len(words), _LONGEST_REF), 0, -1):
        for part, others in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            said = " ".join(part).strip(",;:.")
            # A word for a session may as well be the reason, unless it is all that was said.
            ref = asked.case(said) if others else asked.ref(said)
            if ref:
                return Unsure(case_ref=ref, reason=_reason(others))
    return Unsure(reason=_reason(words))


def _reason(words: list[str]) -> str:
    """Return why, without the word that leads to it; "" for nothing."""
    text = _LEAD_IN.sub("", " ".join(words))
    return text[:1].upper() + text[1:]
