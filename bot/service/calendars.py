"""Visits from a calendar file (K2): the times and the case references of its events, and nothing else of it.

What an event says besides, names and addresses among it, is looked at for a case reference and then forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain.grammar_refs import read_ref
from bot.domain.times import clock, local_day

if TYPE_CHECKING:
    from icalendar import Calendar

SIZE_MOST = 2_000_000
"""Bytes of a file: years of somebody's calendar."""
EVENTS_MOST = 300
"""Events of a week that are looked at."""
AT_ONCE = 12
"""Visits of one `plan`."""
_WORDS_MOST = 60
_BETWEEN = re.compile(r"[\s,;:|/()\[\]]+")


class NoCalendar(Exception):
    """It is no calendar file. Its text says why in one word: "none", "broken", "large", or "crowded" with events."""


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """One event with a case reference; instants are aware UTC."""

    start_at: datetime
    end_at: datetime
    case_ref: str


def read(
    content: bytes,
    *,
    patterns: Sequence[str],
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
) -> tuple[tuple[Planned, ...], int]:
    """Return the visits of a calendar that begin from `since` on and before `until`, by their starts, each once.

    Events that repeat are followed; what was called off, and what lasts whole days, is left out. A time without a zone
    is the team's.

    Args:
        patterns: of the team's case references.

    Returns:
        The visits; may be empty. And how many other events there are in that time: without a case reference.

    Raises:
        NoCalendar: it is none.
    """
    found: set[Planned] = set()
    others = 0
    for event in _events(_calendar(content), since, until):
        times = _times(event, zone)
        if times is None or not since <= times[0] < until or times[1] <= times[0]:
            continue
        ref = _ref(str(event.get("SUMMARY", "")), patterns)
        if ref is None:
            others += 1
        else:
            found.add(Planned(*times, ref))
    return tuple(sorted(found)), others


def commands(visits: Iterable[Planned], *, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    """Yield the `plan` that each day's visits are, in the words of a command; a long day in several.

    Args:
        visits: by their starts, within a week from `now`, so that a weekday names each of their days.
    """
    days: dict[date, list[Planned]] = {}
    for visit in visits:
        days.setdefault(local_day(visit.start_at, zone), []).append(visit)
    for day, of_day in days.items():
        name = "today" if day == local_day(now, zone) else f"{day:%A}".lower()
        for first in range(0, len(of_day), AT_ONCE):
            lines = (
                f"{clock(one.start_at, zone)}-{clock(one.end_at, zone)} {one.case_ref}"
                for one in of_day[first : first + AT_ONCE]
            )
            yield f"plan {name}; {'; '.join(lines)}"


def _calendar(content: bytes) -> Calendar:
    # A second of reading that only this takes.
    from icalendar import Calendar

    if len(content) > SIZE_MOST:
        raise NoCalendar("large")
    try:
        found = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise NoCalendar("none") from None
    if not isinstance(found, Calendar):
        raise NoCalendar("none")
    return found


def _events(calendar: Calendar, since: datetime, until: datetime) -> list[Any]:
    import recurring_ical_events

    try:
        found = recurring_ical_events.of(calendar, skip_bad_series=True).between(since, until)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise NoCalendar("broken") from None
    kept = [event for event in found if str(event.get("STATUS", "")).upper() != "CANCELLED"]
    if len(kept) > EVENTS_MOST:
        raise NoCalendar("crowded")
    return kept


def _times(event: Any, zone: ZoneInfo) -> tuple[datetime, datetime] | None:  # noqa: ANN401 - an event
    """Return from when until when, aware UTC, to the minute; None for whole days."""
    start, end = event.get("DTSTART"), event.get("DTEND")
    if start is None or end is None:
        return None
    both = []
    for at in (start.dt, end.dt):
        if not isinstance(at, datetime):
            return None
        aware = at if at.tzinfo is not None else at.replace(tzinfo=zone)
        both.append(aware.astimezone(UTC).replace(second=0, microsecond=0))
    return both[0], both[1]


def _ref(summary: str, patterns: Sequence[str]) -> str | None:
    """Return the case reference among the words of a title; None when there is none."""
    words = [word for word in _BETWEEN.split(summary) if word][:_WORDS_MOST]
    for size in (1, 2, 3):
        for first in range(len(words) - size + 1):
            ref = read_ref(" ".join(words[first : first + size]), tuple(patterns))
            if ref is not None:
                return ref
    return None
