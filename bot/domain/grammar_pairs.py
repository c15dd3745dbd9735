"""Reading what is said of a case that nobody visits alone (F14).

pairs      pairs CASE123      pairs only CASE123      pairs CASE123 off      pairs off CASE123
"""

from __future__ import annotations

from bot.domain.grammar_asked import Asked, ref_within
from bot.domain.pairs_intents import MarkPairs, OfCases, Pairs

PAIRS = ("pairs", "pair", "pairs only", "pairs-only", "in pairs", "only in pairs")
"""What begins such a word."""

_ON = ("on", "only")
_OFF = ("off", "no longer", "not any more", "over")


def read_pairs(rest: str, asked: Asked) -> OfCases:
    """Return what the words after "pairs" ask for; without any, which cases those are.

    Raises:
        UserMistake: case_ref_missing, case_ref_unknown_form, extra_words; with the right form.
    """
    if not rest:
        return Pairs()
    on, words = True, rest
    for said in (*_ON, *_OFF):
        if words == said:
            raise asked.mistake("case_ref_missing", _form(asked.example, on=said in _ON))
        cut = words.removeprefix(f"{said} ").removesuffix(f" {said}")
        if cut != words:
            on, words = said in _ON, cut.rstrip(" ,;:")
            break
    ref = asked.case(words)
    if ref is not None:
        return MarkPairs(ref, on=on)
    within = ref_within(words, asked)
    if within is not None:
        # Whether the other words took it back is not ours to guess.
        raise asked.mistake("extra_words", _form(within, on=True))
    looks_like_one = " " not in words and any(char.isdigit() for char in words)
    key = "case_ref_unknown_form" if looks_like_one else "case_ref_missing"
    raise asked.mistake(key, _form(asked.example, on=on))


def _form(ref: str, *, on: bool) -> str:
    return f"pairs {ref}" if on else f"pairs {ref} off"
