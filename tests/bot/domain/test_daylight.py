"""Sunrise and sunset, within two minutes of what an almanac says of London and of Lerwick."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.daylight import daylight, read_place

LONDON, LERWICK, SYDNEY = (51.51, -0.13), (60.15, -1.14), (-33.87, 151.21)
NEAR = timedelta(minutes=2)


@pytest.mark.parametrize(
    ("place", "day", "rises", "sets"),
    [
        (LONDON, date(2026, 6, 21), "03:43", "20:22"),
        (LONDON, date(2026, 12, 21), "08:04", "15:53"),
        (LONDON, date(2026, 3, 20), "06:03", "18:14"),
        (LONDON, date(2026, 11, 3), "06:57", "16:29"),
        (LERWICK, date(2026, 12, 21), "09:08", "14:58"),
    ],
)
def test_the_sun_rises_and_sets_as_the_almanac_says(
    place: tuple[float, float], day: date, rises: str, sets: str
) -> None:
    found = daylight(day, place)
    assert found is not None
    for at, wall in zip(found, (rises, sets), strict=True):
        said = datetime.combine(day, time.fromisoformat(wall), UTC)
        assert abs(at - said) <= NEAR


def test_a_day_of_the_other_side_of_the_earth_is_that_of_its_own_calendar() -> None:
    found = daylight(date(2026, 12, 21), SYDNEY)
    assert found is not None
    assert found[0].date() == date(2026, 12, 20)
    assert found[1].date() == date(2026, 12, 21)


def test_where_the_sun_does_not_rise_there_is_no_light_and_where_it_does_not_set_nothing_else() -> (
    None
):
    north = (80.0, 0.0)
    assert daylight(date(2026, 12, 21), north) is None
    found = daylight(date(2026, 6, 21), north)
    assert found is not None
    assert found[1] - found[0] == timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("51.53 -0.13", (51.53, -0.13)),
        ("90 180", (90.0, 180.0)),
        ("91 0", None),
        ("0 181", None),
        ("51.53, -0.13", None),
        ("London", None),
        ("", None),
    ],
)
def test_a_place_is_two_numbers_on_earth(text: str, place: tuple[float, float] | None) -> None:
    assert read_place(text) == place
