"""Reading `extend`: by a duration or until a time, and perhaps a case reference, in either order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import UserMistake
from bot.domain.grammar_asked import Asked, ref_within, splits, timeish
from bot.domain.intents import Extend
from bot.domain.times import HALF_DAY, WallTime, compact, next_at, read_clock, read_duration

FORM = "extend 30m"
HOW_LONG = ("extend_missing", "duration_not_positive")
"""Refusals of somebody who stays longer, and did not say for how long."""
LONGEST = timedelta(hours=24)
# "extend 1545" is four in the afternoon, "extend 30" is half an hour; between them lies the longest bare number of
# minutes that anybody means.
_BARE_LONGEST = 240


@dataclass(frozen=True, slots=True)
class More:
    """What was said about time: exactly one of the two durations or `until`.

    Attributes:
        bare: a number without a unit, as typed.
    """

    by: timedelta | None = None
    until: WallTime | None = None
    bare: str = ""

    def __str__(self) -> str:
        return f"until {self.until}" if self.until else compact(self.by or timedelta())


def read_extend(rest: str, asked: Asked) -> Extend:
    """Return what the words after "extend" ask for: `by` from 1 minute to 24 hours, or the next such wall time.

    Raises:
        UserMistake: with the right form; see `bot.domain.grammar`.
    """
    found = [(more, words) for text, words in splits(rest) if (more := read_more(text))]
    for more, words in found:
        ref = asked.ref(words) if words else None
        if ref or not words:
            return _settle(more, ref, asked)
    if not found:
        raise asked.mistake("time_unreadable" if timeish(rest) else "extend_missing", FORM)
    more, words = found[0]
    ref = ref_within(words, asked)
    if ref is None and " " not in words and any(char.isdigit() for char in words):
        raise asked.mistake("case_ref_unknown_form", f"extend {more}", FORM)
    command = _command(str(more), ref)
    raise asked.mistake("extra_words", command, FORM, offers=(command,))


def read_more(text: str) -> More | None:
    """Return what `text` says about time, or None unless all of it does. Nothing and less than nothing are read too."""
    word, _, rest = text.partition(" ")
    if word in {"until", "till", "til", "to"}:
        until = read_clock(rest)
        return More(until=until) if until else None
    if word in {"by", "for", "another"}:
        text = rest
    less = text.startswith("-")
    text = text.lstrip("+- ")
    bare = text if re.fullmatch(r"[0-9]{1,6}", text) else ""
    by = timedelta(minutes=int(bare)) if bare else read_duration(text)
    if by is not None:
        return More(by=-by if less else by, bare=bare)
    until = None if less else read_clock(text)
    return More(until=until) if until else None


def _command(more: str, ref: str | None) -> str:
    return f"extend {more} {ref}" if ref else f"extend {more}"


def _settle(more: More, ref: str | None, asked: Asked) -> Extend:
    if more.until is not None:
        until = next_at(more.until.minutes, after=asked.now, zone=asked.zone)
        if more.until.loose and until - asked.now > HALF_DAY:
            # "until 3" at half past two in the afternoon: the far one would let half a day pass before the alarm.
            raise _which_half(more.until, ref, asked)
        return Extend(until=until, case_ref=ref)
    by = more.by or timedelta()
    form = _command("30m", ref)
    if by <= timedelta():
        raise asked.mistake("duration_not_positive", form)
    if more.bare and by > timedelta(minutes=_BARE_LONGEST):
        raise asked.mistake("duration_unclear", form, offers=_as_clock(more.bare, ref, asked))
    if by > LONGEST:
        raise asked.mistake("duration_too_long", form)
    return Extend(by=by, case_ref=ref)


def _which_half(until: WallTime, ref: str | None, asked: Asked) -> UserMistake:
    nearer = _command(f"until {until.other_half()}", ref)
    return asked.mistake("which_half", nearer, FORM, offers=(nearer,))


def _as_clock(bare: str, ref: str | None, asked: Asked) -> tuple[str, ...]:
    """Return the command for a bare number meant as a time of day: the nearer one where both halves are open."""
    meant = read_clock(bare)
    if meant is None:
        return ()
    open_to = (meant, meant.other_half()) if meant.loose else (meant,)
    nearer = min(open_to, key=lambda wall: next_at(wall.minutes, after=asked.now, zone=asked.zone))
    return (_command(f"until {nearer}", ref),)
