"""Clock times and durations as people write them, in the team's zone, to instants in UTC and back.

Reading is forgiving about form and strict about sense: what is not certainly a time is None, never a guess. What a time
means in a sentence ("until", a range) is the business of `bot.domain.grammar`. No clock is read here: `now` comes in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
HALF_DAY = timedelta(hours=12)


class Half(StrEnum):
    """Which half of the day was named with a time."""

    AM = "am"
    PM = "pm"


@dataclass(frozen=True, slots=True)
class WallTime:
    """A time as a clock on the wall shows it, without a day.

    Attributes:
        minutes: since midnight, 0 to 1440; 1440 ("24:00", "midnight") is the midnight that ends the day.
        half: the half of the day when it was said ("2pm").
        loose: an hour from 1 to 12 without a half and without a leading zero: the other half may have been meant.
    """

    minutes: int
    half: Half | None = None
    loose: bool = False

    def other_half(self) -> WallTime:
        """Return the same figures twelve hours later (or earlier), no longer loose."""
        return WallTime((self.minutes + DAY_MINUTES // 2) % DAY_MINUTES)

    def __str__(self) -> str:
        return f"{self.minutes // 60:02d}:{self.minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Instants:
    """What a wall time on one day comes to.

    Attributes:
        at: aware UTC, in order: one instant, or two in the hour that autumn repeats. Never empty.
        moved: the time does not exist on that day (spring); `at` is the first instant that does.
    """

    at: tuple[datetime, ...]
    moved: bool = False


# --- reading ---------------------------------------------------------------------------------------

_NAMED = {"noon": 12 * 60, "midday": 12 * 60, "midnight": DAY_MINUTES}
_SPLIT_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?(?: ?([ap])\.?m\.?| ?(?:hrs|o'clock))?")
_SOLID_CLOCK = re.compile(r"([0-9]{1,2})([0-9]{2})(?: ?([ap])\.?m\.?| ?hrs)?")


def read_clock(text: str) -> WallTime | None:
    """Return the wall time that `text` is, or None when it is none.

    Args:
        text: lower case, single spaces: "14:00", "14.00", "1400", "9", "2pm", "2.30 pm", "14h30", "noon", "24:00".
            A bare number of one or two digits is an hour, so ask only where a time is expected.
    """
    if text in _NAMED:
        return WallTime(_NAMED[text])
    found = _SPLIT_CLOCK.fullmatch(text) or _SOLID_CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if minute > 59:
        return None
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        half = Half(f"{found[3]}m")
        return WallTime(hour % 12 * 60 + minute + (720 if half is Half.PM else 0), half)
    if hour > 23 and (hour, minute) != (24, 0):
        return None
    loose = 1 <= hour <= 12 and not found[1].startswith("0")
    return WallTime(hour * 60 + minute, loose=loose)


_HOUR = r"(?:hours|hour|hrs|hr|h)"
_MINUTE = r"(?:minutes|minute|mins|min|m|')"
_DURATION = re.compile(
    rf"(?:([0-9]{{1,4}})(?:[.,]([0-9]{{1,2}}))? ?{_HOUR})?(?:(?<=[a-z]) ?(?:and )?|^)"
    rf"(?:([0-9]{{1,6}})(?: ?{_MINUTE}|(?<=h[0-9]{{2}})))?"
)
_SPOKEN = {
    "half an hour": timedelta(minutes=30),
    "half hour": timedelta(minutes=30),
    "an hour": timedelta(hours=1),
    "one hour": timedelta(hours=1),
    "an hour and a half": timedelta(minutes=90),
    "a quarter of an hour": timedelta(minutes=15),
}


def read_duration(text: str) -> timedelta | None:
    """Return the duration that `text` is, or None when it is none. Zero and more than a day are durations too.

    Args:
        text: lower case, single spaces, with a unit: "45m", "45 minutes", "1h", "1h30", "1 hour 30 minutes", "1.5h".
            A bare number is None: whether it means minutes only the sentence can tell.
    """
    if text in _SPOKEN:
        return _SPOKEN[text]
    found = _DURATION.fullmatch(text)
    if found is None or not (found[1] or found[3]):
        return None
    if found[2] and found[3]:
        return None  # "1.5h 30m" is somebody's slip: whichever we took could be the wrong one
    hours = int(found[1] or 0) * 3600
    part = int(found[2].ljust(2, "0")) * 36 if found[2] else 0
    return timedelta(seconds=hours + part + int(found[3] or 0) * 60)


# --- from the wall to UTC --------------------------------------------------------------------------


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the date on the wall at an aware instant."""
    return at.astimezone(zone).date()


def on_day(day: date, minutes: int, zone: ZoneInfo) -> Instants:
    """Return the instants at which clocks in `zone` show a time on `day`.

    Args:
        day: the date on the wall.
        minutes: since midnight; 1440 is the midnight that ends `day`.
        zone: the team's.

    Returns:
        One instant as a rule; two, in order, in a repeated hour; the first that exists, `moved`, inside a gap.
    """
    days, rest = divmod(minutes, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return Instants((first,))
    if first < second:
        return Instants((first, second))
    # In a gap Python reads fold 0 with the offset before the change and fold 1 with the one after it, so the change
    # lies between the two: second is before it, first is not.
    return Instants((_change_between(second, first, zone),), moved=True)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first whole second at which the offset in `zone` is the one that holds at `after`."""
    new = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == new:
            after = middle
        else:
            before = middle
    return after


def next_at(minutes: int, *, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant strictly later than `after` at which clocks show a time, as aware UTC.

    In a repeated hour that is the earlier of the two if it still lies ahead, so that an alarm comes rather early than
    late. A time that a day skips counts as the first instant that this day has after it.
    """
    today = local_day(after, zone)
    # From yesterday, for "24:00" is today's first instant; two days on, for today's may be gone and tomorrow's skipped.
    days = (today + timedelta(days=ahead) for ahead in range(-1, 3))
    return min(at for day in days for at in on_day(day, minutes, zone).at if at > after)


# --- from UTC to words -----------------------------------------------------------------------------

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Return what the clock on the wall shows: "15:00". Seconds are cut, so it is never later than the instant."""
    local = at.astimezone(zone)
    return f"{local.hour:02d}:{local.minute:02d}"


def when(at: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """Return the time, with its day unless that is today: "15:00", "15:00 tomorrow", "09:00 on Thu 3 Dec".

    The year is added when it is another one. In the hour that autumn repeats the zone's name is added ("01:30 GMT"):
    the figures alone would name two instants.
    """
    local, today = at.astimezone(zone), local_day(now, zone)
    day, shown = local.date(), f"{local.hour:02d}:{local.minute:02d}"
    if local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset():
        shown = f"{shown} {local.tzname()}"
    if day == today:
        return shown
    if abs((day - today).days) == 1:
        return f"{shown} {'tomorrow' if day > today else 'yesterday'}"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{shown} on {_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def day_in_words(day: date) -> str:
    """Return a day of the calendar: "Wed 30 Sep"; the year is left to the reader."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def date_in_words(day: date) -> str:
    """Return a day of the calendar with its year: "30 Sep 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def in_words(span: timedelta) -> str:
    """Return a duration in words: "45 minutes", "1 hour 30 minutes", "90 seconds" as "1 minute 30 seconds".

    Fractions of a second are cut. Nothing, or less than nothing, is "0 minutes". Days are counted in hours.
    """
    seconds = int(span.total_seconds())
    parts = ((seconds // 3600, "hour"), (seconds // 60 % 60, "minute"), (seconds % 60, "second"))
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said) if seconds > 0 else "0 minutes"


def compact(span: timedelta) -> str:
    """Return a duration as one types it: "45m", "1h", "1h30m"; whole minutes, at least one."""
    hours, minutes = divmod(max(1, int(span.total_seconds()) // 60), 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes else "")


# --- for the journal -------------------------------------------------------------------------------


_OFFSET = len("+00:00")


def to_iso(at: datetime) -> str:
    """Return an aware instant as "2026-12-03T09:00:00Z"; microseconds are kept when there are any.

    Raises:
        ValueError: the instant has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat()[:-_OFFSET] + "Z"


def from_iso(text: str) -> datetime:
    """Return the aware UTC instant that `to_iso` wrote.

    Raises:
        ValueError: not an ISO instant, or one without a zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at if at.tzinfo is UTC else at.astimezone(UTC)
