"""When it is light at a place, by the sun's position (C4). Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from astral import Observer
from astral.sun import elevation, noon, sunrise, sunset

_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,4})?) (-?\d{1,3}(?:\.\d{1,4})?)")


def read_place(text: str) -> tuple[float, float] | None:
    """Return the degrees north and east of "51.54 -0.14"; None for anything else, and for a place that is nowhere."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    north, east = map(float, found.groups())
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None


def daylight(day: date, place: tuple[float, float]) -> tuple[datetime, datetime] | None:
    """Return sunrise and sunset of a day at a place, aware UTC, to the minute; None where the sun does not rise at all.

    Where it does not set, the whole day is light.

    Args:
        day: as the calendar at the place has it.
        place: degrees north and east.
    """
    north, east = place
    here = Observer(north, east)
    # By the sun's own hours there: a day of theirs begins at their midnight, wherever the state has put its clocks.
    hours = timezone(timedelta(minutes=round(east * 4)))
    try:
        found = sunrise(here, day, tzinfo=hours), sunset(here, day, tzinfo=hours)
    except ValueError:  # it does not cross the horizon on this day
        middle = noon(here, day, tzinfo=hours)
        if elevation(here, middle) < 0:
            return None
        found = middle - timedelta(hours=12), middle + timedelta(hours=12)
    rises, sets = (_minute(at.astimezone(UTC)) for at in found)
    return rises, sets


def _minute(at: datetime) -> datetime:
    return (at + timedelta(seconds=30)).replace(second=0, microsecond=0)
