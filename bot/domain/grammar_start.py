"""Reading `start`: two times or a time and a duration, perhaps with a day, and a case reference, in any order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import UserMistake
from bot.domain.grammar_asked import Asked, ref_within, splits, timeish
from bot.domain.grammar_extras import Extras, take_extras, too_late
from bot.domain.grammar_glued import apart
from bot.domain.intents import Start
from bot.domain.times import (
    DAY_MINUTES,
    HALF_DAY,
    Half,
    WallTime,
    clock,
    compact,
    local_day,
    next_at,
    on_day,
    read_clock,
    read_duration,
)

_UNTIL = re.compile(r" ?- ?| (?:to|until|till|til) ")
_SEMICOLON = re.compile(r"(?<=[0-9]);(?=[0-9]{2}(?![0-9]))")
"""A colon that missed its key: "14;00"."""
_NOW = "now"
TODAY, TOMORROW = "today", "tomorrow"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {
    TODAY: TODAY,
    **dict.fromkeys((TOMORROW, "tmrw", "tomorow", "tommorow", "tommorrow"), TOMORROW),
    **{name: name for name in _WEEKDAYS},
    **{name[:3]: name for name in _WEEKDAYS},
}


@dataclass(frozen=True, slots=True)
class Span:
    """What was said about time. Exactly one of `end` and `lasts` is given.

    Attributes:
        start: None stands for now.
        day: today, tomorrow or a weekday when one was named, else "".
    """

    start: WallTime | None
    end: WallTime | None = None
    lasts: timedelta | None = None
    day: str = ""

    @property
    def overnight(self) -> bool:
        """Whether the end can only be meant on the day after the start."""
        if self.start is None or self.end is None:
            return False
        return self.end.minutes <= self.start.minutes % DAY_MINUTES

    def __str__(self) -> str:
        start = _NOW if self.start is None else f"{self.day} {self.start}".lstrip()
        if self.end is None:
            return f"{start} {compact(self.lasts or timedelta())}"
        return f"{start} until {self.end}" if self.start is None else f"{start}-{self.end}"


def read_start(rest: str, asked: Asked) -> Start:
    """Return the visit that the words after "start" ask for.

    A range is today's on the team's wall. One that runs past midnight and began yesterday is the one under way, as far
    as that is the one now: whoever types "22:30-00:30" at ten past midnight must not wait for tomorrow's.

    Raises:
        UserMistake: with the right form; see `bot.domain.grammar`.
    """
    rest = _SEMICOLON.sub(":", rest.removeprefix("a visit ").removeprefix("visit "))
    core, extras = take_extras(rest, asked)
    besides = replace(
        asked, tail=_tail(extras, asked), tied=extras.tied, repairs=not extras.private
    )
    day, core = take_day(core)
    if extras.problem:
        raise _not_so(extras, day, core, asked)
    start = _read_core(core, day, besides)
    if too_late(extras, start.end_at, asked):
        plain = replace(besides, tail=replace(extras, back=None).tail)
        same = f"start {day} {with_ref(core, start.case_ref)}".replace("  ", " ")
        raise plain.mistake("back_unclear", same, *_forms(start.case_ref), offers=(same,))
    check_in_at = extras.check_in_within(start.start_at, start.end_at, asked)
    if extras.check_in and check_in_at is None:
        plain = replace(besides, tail=extras.tail, tied="")
        same = f"start {day} {with_ref(core, start.case_ref)}".replace("  ", " ")
        raise plain.mistake("check_in_outside", same, *_forms(start.case_ref), offers=(same,))
    return replace(
        start,
        rating=extras.rating,
        companions=extras.companions,
        outsider=extras.outsider,
        place=extras.place,
        back_at=extras.back_after(start.end_at, asked),
        not_back=extras.not_back,
        terms=extras.terms,
        check_in_at=check_in_at,
    )


def _tail(extras: Extras, asked: Asked) -> str:
    """Return what was said besides, for the end of a form; without a return that the times in forms are too far from."""
    written = replace(extras, back=read_clock(str(extras.back)) if extras.back else None)
    shown = (asked.now + timedelta(minutes=45), next_at(_MORNING, after=asked.now, zone=asked.zone))
    fits = not any(too_late(written, end_at, asked) for end_at in shown)
    return (extras if fits else replace(extras, back=None)).tail


_MORNING = 10 * 60 + 15
"""The end, on the wall, of the visit that a form for another day shows: 09:30-10:15."""


def take_day(line: str) -> tuple[str, str]:
    """Return (today, tomorrow or a weekday; the rest), or ("", line) when no day or more than one is named."""
    words = line.split()
    named = [at for at, word in enumerate(words) if word in _DAYS]
    if len(named) != 1:
        return "", line
    (at,) = named
    before = words[: at - 1] if at and words[at - 1] == "on" else words[:at]
    return _DAYS[words[at]], " ".join([*before, *words[at + 1 :]])


def with_ref(core: str, ref: str) -> str:
    """Return a line that was understood with its case reference in capitals, as far as it was typed in one piece."""
    return core.replace(ref.lower(), ref)


def _not_so(extras: Extras, day: str, core: str, asked: Asked) -> UserMistake:
    """Return the mistake for what cannot be said so; the rest, where it is clear, is offered without it."""
    with_rest = replace(extras, problem="", outsider="", place="")
    plain = replace(asked, tail=with_rest.tail, tied=with_rest.tied)
    try:
        start = _read_core(core, day, replace(plain, accepts=lambda _: False))
    except UserMistake:
        return asked.mistake(extras.problem, *_forms(asked.example))
    command = f"start {day} {with_ref(core, start.case_ref)}".replace("  ", " ")
    return plain.mistake(extras.problem, command, *_forms(start.case_ref), offers=(command,))


def _read_core(core: str, day: str, asked: Asked) -> Start:
    found = [(_on(span, day), words) for text, words in splits(core) if (span := read_span(text))]
    for span, words in found:
        if not words:
            raise asked.mistake("case_ref_missing", *_forms(asked.example, span))
        ref = asked.ref(words)
        if ref:
            return _settle(span, ref, asked)
    if found:
        raise _not_a_ref(found, asked)
    raise _no_span(core, day, asked)


def _on(span: Span, day: str) -> Span:
    return replace(span, day="" if span.start is None and day == TODAY else day)


def _forms(ref: str, span: Span | None = None) -> tuple[str, ...]:
    plain = f"start now 45m {ref}"
    return (f"start {span} {ref}", plain) if span else (plain,)


def _not_a_ref(found: list[tuple[Span, str]], asked: Asked) -> UserMistake:
    for span, words in found:
        ref = ref_within(words, asked)
        if ref:
            forms = _forms(ref, span)
            return asked.mistake("extra_words", *forms, offers=forms[:1])
    forms = _forms(asked.example, found[0][0])
    return asked.mistake("case_ref_unknown_form", *forms)


def _no_span(rest: str, day: str, asked: Asked) -> UserMistake:
    """Return the mistake for words without a complete time in them."""
    meant = tuple(f"start {day} {line}".replace("  ", " ") for line in apart(rest, asked))
    if meant:
        plain = f"start now 45m {asked.example}"
        return asked.mistake("time_unreadable", *meant, plain, offers=meant)
    if day not in ("", TODAY):
        named = ref_within(rest, asked) or asked.example
        return asked.mistake("times_missing", f"start {day} 09:30-10:15 {named}")
    for text, words in splits(rest):
        ref = asked.ref(words) if words else asked.example
        repair = _repair(text) if ref else None
        if repair:
            times, certain = repair
            forms = (f"start {times} {ref}", f"start now 45m {ref}")
            # Without a reference of its own a repair would start a visit to a case we made up.
            return asked.mistake(
                "end_missing", *forms, offers=forms[:1] if certain and words else ()
            )
    if timeish(rest):
        ref = ref_within(rest, asked) or asked.example
        return asked.mistake("time_unreadable", f"start now 45m {ref}")
    return asked.mistake("times_missing", f"start now 45m {asked.ref(rest) or asked.example}")


def _repair(text: str) -> tuple[str, bool] | None:
    """Return the times that an incomplete `text` comes nearest to, and whether nothing else can be meant."""
    lasts = read_duration(text)
    if lasts:
        return f"now {compact(lasts)}", True
    if text == _NOW or read_clock(text):
        return f"{text} 45m", False
    head, _, tail = text.rpartition(" ")
    head = head.removesuffix(" for")
    if re.fullmatch(r"[0-9]{1,3}", tail) and int(tail) and (head == _NOW or read_clock(head)):
        return f"{head} {compact(timedelta(minutes=int(tail)))}", True
    return None


def blanks_of(rest: str, asked: Asked) -> dict[str, str]:
    """Return what the words after "start" say, by the blank of the form: what was not understood is in none."""
    core, extras = take_extras(rest, asked)
    day, core = take_day(core)
    ref = ref_within(core, asked) if core else None
    span = next((span for text, _ in splits(core) if (span := read_span(text))), None)
    walls = (wall for word in re.split("[ -]", core) if (wall := read_clock(word)))
    begins = span.start if span else next(walls, None)
    sure = not day and not (begins and begins.loose)
    said = {
        "said_start": str(begins) if begins and sure else "",
        "said_end": _end_of(span) if span and sure else "",
        "said_rating": extras.rating,
        "said_with": extras.companions[0] if len(extras.companions) == 1 else "",
        "said_back": str(extras.back) if extras.back else "",
        "said_check_in": extras.check_in_text,
    }
    return {"said_case": ref or "", **{blank: value for blank, value in said.items() if value}}


def _end_of(span: Span) -> str:
    """Return the end as the form's blank takes it; "" for a time that could be one of two."""
    if span.end is None:
        return compact(span.lasts or timedelta())
    return "" if span.end.loose else str(span.end)


def command_for(intent: Start, *, now: datetime, zone: ZoneInfo) -> str:
    """Return the command that asks for this visit, without the word for a channel and without what only a private chat holds.

    Args:
        now: aware UTC; a visit that starts then, or earlier, starts "now".
    """
    extras = Extras(
        rating=intent.rating,
        companions=intent.companions,
        back=read_clock(clock(intent.back_at, zone)) if intent.back_at else None,
        not_back=intent.not_back,
        terms=intent.terms,
        check_in=read_clock(clock(intent.check_in_at, zone)) if intent.check_in_at else None,
    )
    lasts = compact(intent.end_at - max(intent.start_at, now))
    times = f"{_NOW} {lasts}"
    if intent.start_at > now:
        ahead = (local_day(intent.start_at, zone) - local_day(now, zone)).days
        weekday = _WEEKDAYS[local_day(intent.start_at, zone).weekday()]
        # A range past midnight may be last night's, unless its day is named.
        overnight = local_day(intent.end_at, zone) > local_day(intent.start_at, zone)
        day = {0: TODAY if overnight else "", 1: TOMORROW}.get(ahead, weekday)
        times = f"{day} {clock(intent.start_at, zone)} {lasts}".lstrip()
    return f"start {times} {intent.case_ref}{extras.tail}{extras.tied}"


# --- the words -------------------------------------------------------------------------------------


def read_span(text: str) -> Span | None:
    """Return what `text` says about time, or None unless all of it does. Zero durations are read too."""
    text = text.removeprefix("from ").removeprefix("at ")
    if text.startswith(("until ", "till ", "til ")):
        text = f"{_NOW} {text}"
    parts = _UNTIL.split(text, maxsplit=1)
    if len(parts) == 2:
        return _range(*parts)
    words = text.replace("+", " ").split()
    for size in range(1, len(words)):
        head = " ".join(words[:size])
        lasts = read_duration(" ".join(words[size:]).removeprefix("for "))
        start = read_clock(head)
        if lasts is not None and (start or head == _NOW):
            return Span(start, lasts=lasts)
    # "start 45m" can only mean now; "start 14h30" or "start 9h" may be a time of day, and is asked about.
    lasts = (
        None
        if re.fullmatch(r"[0-9]+ ?h[0-9]*", text)
        else read_duration(text[:40].removeprefix("for "))
    )
    return None if lasts is None else Span(None, lasts=lasts)


def _range(start_text: str, end_text: str) -> Span | None:
    end = read_clock(end_text)
    if end is None:
        return None
    if start_text == _NOW:
        return Span(None, end=end)
    start = read_clock(start_text)
    return None if start is None else Span(_same_half(start, end), end=end)


def _same_half(start: WallTime, end: WallTime) -> WallTime:
    """Return `start` in the half of the day that the end names, where that keeps it before the end ("2-3pm")."""
    if end.half is None or not start.loose:
        return start
    minutes = start.minutes % (DAY_MINUTES // 2)
    minutes += DAY_MINUTES // 2 if end.half is Half.PM else 0
    return WallTime(minutes, end.half) if minutes < end.minutes else start


# --- the instants ----------------------------------------------------------------------------------


def _settle(span: Span, ref: str, asked: Asked) -> Start:
    """Return the visit at its instants, or raise when the times make no sense now."""
    forms = _forms(ref)
    if span.start is None and span.day:
        raise asked.mistake("times_missing", f"start {span.day} 09:30-10:15 {ref}")
    if span.lasts is not None and span.lasts <= timedelta():
        raise asked.mistake("duration_not_positive", *forms)
    if span.lasts is not None and span.lasts > timedelta(hours=24):
        raise asked.mistake("duration_too_long", *forms)
    if (
        span.start
        and span.end
        and span.start.minutes % DAY_MINUTES == span.end.minutes % DAY_MINUTES
    ):
        raise asked.mistake("same_times", *forms)
    start_at, end_at = _instants(span, asked)
    if span.end and (span.start is None or span.overnight) and end_at - start_at > HALF_DAY:
        raise asked.mistake("end_before_start", *forms, offers=_turned(span, ref))
    if _skipped(span, start_at, end_at, asked):
        raise asked.mistake("times_skipped", *forms, offers=_shifted(span, ref))
    if end_at <= asked.now:
        later = f"start now {compact(end_at - start_at)} {ref}"
        next_day = f"start {replace(span, day=TOMORROW)} {ref}"
        offers = (*_turned(span, ref), later, next_day)
        raise asked.mistake("times_passed", later, *forms, offers=offers)
    return Start(start_at, end_at, ref)


def _instants(span: Span, asked: Asked) -> tuple[datetime, datetime]:
    if span.start is None:
        return asked.now, _end(span, asked.now, asked)
    today = local_day(asked.now, asked.zone)
    if span.day:
        return _on_named_day(span, today, asked)
    for start_at, end_at in _falls(span, today - timedelta(days=1), asked):
        if start_at <= asked.now < end_at and end_at - start_at <= HALF_DAY:
            return start_at, end_at
    falls = list(_falls(span, today, asked))
    return next((fall for fall in falls if fall[1] > asked.now), falls[0])


def _on_named_day(span: Span, today: date, asked: Asked) -> tuple[datetime, datetime]:
    """Return the first fall of a span on the day it names that is not over; a weekday may be today, or in a week."""
    if span.day in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(span.day) - today.weekday()) % 7
        days = [today + timedelta(days=ahead + more) for more in (0, 7)]
    else:
        days = [today + timedelta(days=int(span.day == TOMORROW))]
    falls = [fall for day in days for fall in _falls(span, day, asked)]
    return next((fall for fall in falls if fall[1] > asked.now), falls[0])


def _falls(span: Span, day: date, asked: Asked) -> Iterator[tuple[datetime, datetime]]:
    """Return the span as it falls on a day: twice where it starts in the hour that autumn repeats."""
    start = span.start or WallTime(0)
    for start_at in on_day(day, start.minutes, asked.zone).at:
        yield start_at, _end(span, start_at, asked)


def _end(span: Span, start_at: datetime, asked: Asked) -> datetime:
    if span.end is not None:
        return next_at(span.end.minutes, after=start_at, zone=asked.zone)
    return start_at + (span.lasts or timedelta())


def _skipped(span: Span, start_at: datetime, end_at: datetime, asked: Asked) -> bool:
    """Return whether nothing is left of a range because it lies in the hour that spring skips."""
    if span.start is None or span.end is None or span.overnight:
        return False
    day = local_day(start_at, asked.zone) - timedelta(days=span.start.minutes // DAY_MINUTES)
    same_day = on_day(day, span.end.minutes, asked.zone).at
    return span.start.minutes < DAY_MINUTES and end_at > same_day[-1]


def _turned(span: Span, ref: str) -> tuple[str, ...]:
    """Return what may have been meant: the other half of the day where that was open, or the two times exchanged."""
    end, start = span.end, span.start
    others: list[Span] = []
    late = end.other_half() if end and end.loose else None
    early = start.other_half() if start and start.loose else None
    if late and early:
        others.append(replace(span, start=early, end=late))
    if late:
        others.append(replace(span, end=late))
    if early:
        others.append(replace(span, start=early))
    if start and end:
        others.append(replace(span, start=end, end=start))
    return tuple(f"start {other} {ref}" for other in others if not other.overnight)


def _shifted(span: Span, ref: str) -> tuple[str, ...]:
    if span.start is None or span.end is None:
        return ()
    hour = 60
    start, end = WallTime(span.start.minutes + hour), WallTime(span.end.minutes + hour)
    return (f"start {replace(span, start=start, end=end)} {ref}",)
