"""When it is light at a place, by the sun's position (C4). Pure; a minute or two off the almanac at our latitudes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from math import acos, asin, cos, degrees, radians, sin

_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,4})?) (-?\d{1,3}(?:\.\d{1,4})?)")
_EPOCH = date(2000, 1, 1)
_RIM = -0.833
"""Degrees of the sun's middle when its upper rim is seen on the horizon."""


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
    north, east = radians(place[0]), place[1]
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(days=east / 360)
    days = (day - _EPOCH).days - east / 360
    mean = radians((357.529 + 0.98560028 * days) % 360)
    centre = 1.9148 * sin(mean) + 0.02 * sin(2 * mean)
    along = radians((280.459 + 0.98564736 * days + centre) % 360)
    tilt = radians(23.4393)
    declination = asin(sin(tilt) * sin(along))
    late = timedelta(days=0.0053 * sin(mean) - 0.0069 * sin(2 * along))
    height = (sin(radians(_RIM)) - sin(north) * sin(declination)) / (
        cos(north) * cos(declination) or 1e-9
    )
    if height >= 1:
        return None
    half = timedelta(days=degrees(acos(max(height, -1.0))) / 360)
    middle = noon + late
    return _minute(middle - half), _minute(middle + half)


def _minute(at: datetime) -> datetime:
    return (at + timedelta(seconds=30)).replace(second=0, microsecond=0)
