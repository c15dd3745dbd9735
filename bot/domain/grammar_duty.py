"""Reading what is said about duty and the team: who watches, who is away, who takes over, who joins and who leaves.

buddy @ben        buddy @ben CASE123
handover @omar
away until 16:30  away until monday      away until 15 aug      away 3 aug - 14 aug    away for 2h    away today
away @ben until monday                   back @ben
add               add @jo Jo Smith       end @jo                 end @jo 30 sep         keep @jo
trained @jo       trained @jo 3 sep      test              test @ben
desk Priya Shah      private           private @ben
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from bot.domain.duress_intents import Rehearse, Worried
from bot.domain.duty_intents import (
    AskAdd,
    Away,
    BringBack,
    ChangeBuddy,
    EndPerson,
    HandOverDuty,
    HoldDesk,
    KeepPerson,
    NoteTraining,
    OfDuty,
    OfPeople,
    ProveWays,
    SendAway,
)
from bot.domain.grammar_asked import Asked
from bot.domain.private_intents import AskPrivate
from bot.domain.times import (
    DAY_MINUTES,
    HALF_DAY,
    local_day,
    next_at,
    on_day,
    read_clock,
    read_duration,
)

OF_DUTY = frozenset(
    "buddy away handover add end keep trained worried heard drill desk test".split()  # noqa: SIM905 - a list to be read
)
LONGEST_AWAY = timedelta(days=366)
_ONLY_JUST_OVER = timedelta(hours=20)
"""A time of day that is further ahead than that was over at most four hours ago."""
NAME_MAX = 80
"""Characters of a name."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDINAL = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))?")
_RANGE = re.compile(r"(?:from )?(?P<since>.+?) ?(?:-| to | until | till )(?: ?)(?P<until>.+)")
_UNTIL = re.compile(r"(?:until|till|til|to|up to) (?P<until>.+)")
_AT_A_TIME = re.compile(r"(?P<day>.+?)(?:,| at)? (?P<time>[^ ]+(?: ?[ap]m)?)")


_ONLY_A_PERSON: Mapping[str, Callable[[str], OfDuty | OfPeople | Rehearse]] = MappingProxyType(
    {"handover": HandOverDuty, "keep": KeepPerson, "drill": Rehearse, "test": ProveWays}
)


def read_duty(command: str, rest: str, asked: Asked) -> OfDuty | OfPeople | Worried | Rehearse:
    """Return what the words after one of `OF_DUTY` ask for.

    Raises:
        UserMistake: person_missing, person_unknown, in_team_already, one_at_a_time, extra_words, away_missing, away_unreadable,
            away_passed, away_too_long, last_day_unreadable, last_day_passed, training_unreadable, training_ahead; with the
            right form.
    """
    if command == "away":
        return _of_whom(rest, asked) if "@" in rest else _away(rest, asked)
    if command in ("desk", "add") or (command == "test" and not rest):
        return _of_nobody_yet(command, rest, asked)
    if command == "end" and rest and not rest.startswith("@"):
        # "end CASE123" is said of a visit; nobody of the team is called that.
        raise asked.mistake("not_understood", "left", offers=(f"left {rest}",), help="help")
    if command in ("worried", "heard"):
        rest = rest.removeprefix("about ").removeprefix("from ")
    form = f"{command} @ben"
    who, more = _person(rest, form, asked)
    if command == "buddy":
        ref = asked.ref(more) if more else None
        if more and ref is None:
            raise asked.mistake("extra_words", form)
        return ChangeBuddy(who, ref)
    if command in ("worried", "heard"):
        return Worried(
            who, heard=command == "heard"
        )  # whatever else was said: it is neither read nor repeated
    if command in ("end", "trained"):
        return _on_a_day(command, who, more, asked)
    if more:
        raise asked.mistake("extra_words", form)
    return _ONLY_A_PERSON[command](who)


def _of_nobody_yet(command: str, rest: str, asked: Asked) -> OfPeople:
    """Return what is asked without naming anybody of the team."""
    if command == "test":
        return ProveWays()
    return HoldDesk(rest.title()) if command == "desk" else _joining(rest, asked)


def _on_a_day(command: str, who: str, day: str, asked: Asked) -> EndPerson | NoteTraining:
    if command == "end":
        return EndPerson(who, read_last_day(day, asked) if day else None)
    return NoteTraining(who, _training_day(day, asked) if day else None)


def _joining(rest: str, asked: Asked) -> AskAdd:
    """Return that somebody joins, named by an "@" (which the platform knows them by), by a name, or by both."""
    words = rest.split(" ")
    named = [word.removeprefix("@").rstrip(",.;:") for word in words if word.startswith("@")]
    if len(named) > 1:
        raise asked.mistake("one_at_a_time", "add @jo")
    if named and named[0] in asked.handles:
        raise asked.mistake("in_team_already", "people")
    name = " ".join(word for word in words if not word.startswith("@"))
    return AskAdd(name.title()[:NAME_MAX], named[0] if named else "")


def read_last_day(text: str, asked: Asked) -> date:
    """Return the day that `text` names, from today on.

    Raises:
        UserMistake: last_day_unreadable, last_day_passed.
    """
    today = local_day(asked.now, asked.zone)
    said = re.sub(r"^(?:on|last day|until|after)(?: is)? ", "", text)
    day = read_day(said, today)
    if day is None:
        raise asked.mistake("last_day_unreadable", "end @ben 30 sep")
    if day < today:
        raise asked.mistake("last_day_passed", "end @ben 30 sep")
    return day


def _training_day(text: str, asked: Asked) -> date:
    today = local_day(asked.now, asked.zone)
    said = text.removeprefix("on ")
    day = read_day(said, today, gone=True)
    if day is None:
        raise asked.mistake("training_unreadable", "trained @ben 3 sep")
    if day > today:
        raise asked.mistake("training_ahead", "trained @ben 3 sep")
    return day


def read_day(text: str, today: date, *, gone: bool = False) -> date | None:
    """Return the day that `text` is, or None when it is none.

    Args:
        text: lower case: "today", "tomorrow", "monday", "15 aug", "15th august 2026", "15/8", "2026-08-15". A weekday is the
            next one, never today; a day without its year is the next such day, today included.
        today: the team's.
        gone: it is a day that is over: "yesterday" is one too, and a day without its year is the last such day, today
            included; a weekday is the last one, never today.
    """
    if text in ("today", "tomorrow"):
        return today + timedelta(days=int(text == "tomorrow"))
    if gone and text == "yesterday":
        return today - timedelta(days=1)
    weekday = text.removeprefix("last " if gone else "next ")
    if weekday[:3] in _WEEKDAYS and weekday.isalpha():
        ahead = _WEEKDAYS.index(weekday[:3]) - today.weekday()
        ahead = ahead if ahead > 0 else ahead + 7
        return today + timedelta(days=ahead % 7 - 7 if gone else ahead)
    if found := _ISO.fullmatch(text):
        return _real(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(text):
        return _nearest(int(found[1]), int(found[2]), found[3], today, gone=gone)
    words = text.replace(",", "").split(" ")
    if 2 <= len(words) <= 3 and words[1][:3] in _MONTHS and (day := _ORDINAL.fullmatch(words[0])):
        year = words[2] if len(words) == 3 else None
        if year is None or re.fullmatch("[0-9]{4}", year):
            return _nearest(int(day[1]), _MONTHS.index(words[1][:3]) + 1, year, today, gone=gone)
    return None


def _nearest(day: int, month: int, year: str | None, today: date, *, gone: bool) -> date | None:
    if year is not None:
        return _real(int(year), month, day)
    step = -1 if gone else 1
    found = (_real(today.year + step * n, month, day) for n in range(9))  # 29 February included
    there = (one for one in found if one is not None)
    return next((one for one in there if (one <= today if gone else one >= today)), None)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _person(rest: str, form: str, asked: Asked) -> tuple[str, str]:
    """Return the person that `rest` names, before or behind other words, and those."""
    words = rest.removeprefix("to ").split(" ")
    named = [word for word in words if word.startswith("@")]
    if not named and asked.handles.get(words[0]):
        named = [words[0]]
    if len(named) != 1:
        raise asked.mistake("person_missing", form)
    who = asked.handles.get(named[0].removeprefix("@").rstrip(",.;:"))
    if who is None:
        raise asked.mistake("person_unknown", form)
    return who, " ".join(word for word in words if word != named[0])


def read_back(rest: str, asked: Asked) -> BringBack:
    """Return what "back" and a colleague's name ask for.

    Raises:
        UserMistake: person_missing, person_unknown, extra_words.
    """
    who, more = _person(rest, "back @ben", asked)
    if more:
        raise asked.mistake("extra_words", "back @ben")
    return BringBack(who)


def read_private(rest: str, asked: Asked) -> AskPrivate:
    """Return what "private" asks for: about a colleague, or about the whole team.

    Raises:
        UserMistake: person_missing, person_unknown, extra_words.
    """
    if not rest:
        return AskPrivate()
    who, more = _person(rest, "private @ben", asked)
    if more:
        raise asked.mistake("extra_words", "private @ben")
    return AskPrivate(who)


def _of_whom(rest: str, asked: Asked) -> SendAway:
    form = "away @ben until monday"
    who, more = _person(rest, form, asked)
    away = _away(more, asked, form)
    return SendAway(who, away.until, away.since)


def _away(rest: str, asked: Asked, form: str = "away until 16:30") -> Away:
    if not rest:
        raise asked.mistake("away_missing", form)
    since: datetime | None = None
    until_words = rest
    if found := _UNTIL.fullmatch(rest):
        until_words = found["until"]
    elif found := _RANGE.fullmatch(rest):
        since, until_words = _instant(found["since"], asked), found["until"]
        if since is None:
            raise asked.mistake("away_unreadable", form)
    until = _ends(until_words, since, asked)
    if until is None:
        raise asked.mistake("away_unreadable", form)
    wall = read_clock(until_words)
    if since is None and wall is not None and until - asked.now > _ONLY_JUST_OVER:
        # "until 13:00" at two o'clock; "until 08:00" in the evening is tomorrow's, and is answered with its day.
        tomorrow = form.partition(" until ")[0] + f" until tomorrow {wall}"
        raise asked.mistake("away_passed", tomorrow, form, offers=(tomorrow,))
    begins = max(since or asked.now, asked.now)
    if until <= begins:
        raise asked.mistake("away_passed", form)
    if until - begins > LONGEST_AWAY:
        raise asked.mistake("away_too_long", form)
    return Away(until, since if since and since > asked.now else None)


def _ends(words: str, since: datetime | None, asked: Asked) -> datetime | None:
    """Return when an absence ends. A whole day that is over with its last one: "3 aug - 14 aug", "today"."""
    lasts = read_duration(words.removeprefix("for "))
    if lasts is not None:
        return (since or asked.now) + lasts
    if since is not None or words == "today":
        day = read_day(words, local_day(asked.now, asked.zone))
        if day is not None:
            return on_day(day, DAY_MINUTES, asked.zone).at[0]
    return _instant(words, asked)


def _instant(words: str, asked: Asked) -> datetime | None:
    """Return the instant of "16:30", "monday" (its first one), or "monday 09:00"; None for none."""
    wall = read_clock(words)
    if wall is not None:
        at = next_at(wall.minutes, after=asked.now, zone=asked.zone)
        if wall.loose and at - asked.now > HALF_DAY:
            at = next_at(wall.other_half().minutes, after=asked.now, zone=asked.zone)
        return at.astimezone(UTC)
    today = local_day(asked.now, asked.zone)
    day = read_day(words, today)
    if day is not None:
        return on_day(day, 0, asked.zone).at[0]
    found = _AT_A_TIME.fullmatch(words)
    day, wall = (
        (read_day(found["day"], today), read_clock(found["time"])) if found else (None, None)
    )
    return on_day(day, wall.minutes, asked.zone).at[0] if day and wall else None
