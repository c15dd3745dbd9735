"""Which days are working days, and which are bank holidays where a team works. The one place that knows.

The days come with the package `holidays`, so that no network is asked; days proclaimed later come with a newer one.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache

import holidays

from bot.domain.people import Holidays

SATURDAY = 5
_SUBDIVISIONS = {
    Holidays.ENGLAND: "ENG",
    Holidays.WALES: "WLS",
    Holidays.SCOTLAND: "SCT",
    Holidays.NORTHERN_IRELAND: "NIR",
}


class DayKind(StrEnum):
    """What sort of day it is for a team."""

    WORKING = "working"
    BANK_HOLIDAY = "bank_holiday"
    """From Monday to Friday, and the office is closed."""
    WEEKEND = "weekend"
    """Saturday or Sunday, a bank holiday or not."""


def day_kind(day: date, place: Holidays) -> DayKind:
    """Return what sort of day it is.

    Args:
        day: in the team's zone.
        place: whose bank holidays count; with `NONE`, every day from Monday to Friday is a working day.
    """
    if day.weekday() >= SATURDAY:
        return DayKind.WEEKEND
    return DayKind.BANK_HOLIDAY if day in _bank_holidays(place, day.year) else DayKind.WORKING


@cache
def _bank_holidays(place: Holidays, year: int) -> frozenset[date]:
    if place is Holidays.NONE:
        return frozenset()
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[place], years=year))
