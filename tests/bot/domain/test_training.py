"""When a training is due, by days of the calendar: month ends, leap days, and nothing noted (S12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Person, Way
from bot.domain.training import AHEAD, Training, may_go, months_after, training
from tests.packs.teams import team_of

POLICY = team_of("wiltshire")[1]
JO = Person("jo", "Jo Smith", "adult-care", (Way("local", "jo"),))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-09-03", 3, "2026-12-03"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-10-31", 3, "2027-01-31"),
        ("2026-08-31", 3, "2026-11-30"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2025-02-28", 36, "2028-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-09-30", 120, "2036-09-30"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, later: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(later)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_later_by_months_is_never_another_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day <= later.day + 3


@pytest.mark.parametrize(
    ("noted", "by"),
    [
        ({"joined_on": date(2026, 11, 30)}, date(2027, 2, 28)),
        ({"joined_on": date(2027, 11, 30)}, date(2028, 2, 29)),
        ({"joined_on": date(2026, 1, 1), "trained_on": date(2024, 2, 29)}, date(2027, 2, 28)),
        ({"trained_on": date(2025, 12, 31)}, date(2028, 12, 31)),
    ],
)
def test_each_side_of_the_last_day(noted: dict[str, date], by: date) -> None:
    """Spoken of from four weeks before; the last day itself is in time (S12)."""
    jo = replace(JO, **noted)  # type: ignore[arg-type]
    assert training(jo, POLICY, by - AHEAD - DAY) is None
    assert training(jo, POLICY, by - AHEAD) == Training(by, overdue=False)
    assert training(jo, POLICY, by) == Training(by, overdue=False)
    assert training(jo, POLICY, by + DAY) == Training(by, overdue=True)


def test_nothing_noted_is_a_finding_and_never_silence() -> None:
    assert training(JO, POLICY, date(2026, 6, 1)) == Training(None, overdue=True)
    every = replace(POLICY, training_within=0)
    joined = replace(JO, joined_on=date(2026, 5, 31))
    assert training(joined, every, date(2026, 6, 1)) == Training(None, overdue=True)


def test_a_procedure_that_asks_for_none() -> None:
    without = team_of("camden")[1]
    assert training(JO, without, date(2026, 6, 1)) is None
    once = replace(POLICY, training_every=0)
    assert training(replace(JO, trained_on=date(1990, 1, 1)), once, date(2026, 6, 1)) is None


def test_who_may_go_to_category_two() -> None:
    assert may_go(JO, "cat1", POLICY)
    assert not may_go(JO, "cat2", POLICY)
    assert may_go(replace(JO, trained_on=date(1990, 1, 1)), "cat2", POLICY)
