"""Working days: Monday to Friday without the bank holidays of the place."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.people import Holidays
from bot.service.working_days import DayKind, day_kind

GOOD_FRIDAY = date(2027, 3, 26)


@pytest.mark.parametrize("place", Holidays)
def test_an_ordinary_week_is_the_same_everywhere(place: Holidays) -> None:
    week = [day_kind(date(2027, 2, day), place) for day in range(8, 15)]
    assert week == [DayKind.WORKING] * 5 + [DayKind.WEEKEND] * 2


@pytest.mark.parametrize(
    ("day", "kept_by"),
    [
        (GOOD_FRIDAY, {"england", "wales", "scotland", "northern-ireland"}),
        (date(2027, 3, 29), {"england", "wales", "northern-ireland"}),  # Easter Monday
        (date(2026, 8, 3), {"scotland"}),
        (date(2026, 8, 31), {"england", "wales", "northern-ireland"}),
        (date(2026, 3, 17), {"northern-ireland"}),
        (date(2026, 11, 30), {"scotland"}),
        (date(2026, 12, 28), {"england", "wales", "scotland", "northern-ireland"}),  # for the 26th
    ],
)
def test_each_place_has_its_own(day: date, kept_by: set[str]) -> None:
    found = {place.value for place in Holidays if day_kind(day, place) is DayKind.BANK_HOLIDAY}
    assert found == kept_by


def test_a_bank_holiday_at_the_weekend_is_the_weekend() -> None:
    assert day_kind(date(2026, 12, 26), Holidays.ENGLAND) is DayKind.WEEKEND
