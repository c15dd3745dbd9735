"""When training is due: both sides of each limit, at the ends of months and on a leap day (S12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.training import Training, months_after
from tests.bot.service.wording.cast import POLICY

RULES = replace(POLICY, trained_first=3, trained_again=36)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2025, 2, 28), 36, date(2028, 2, 28)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 99))
def test_a_month_later_is_in_that_month(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day <= day.day


@pytest.mark.parametrize(
    ("joined", "trained", "today", "due", "counts"),
    [
        (date(2026, 3, 1), None, date(2026, 6, 1), False, False),
        (date(2026, 3, 1), None, date(2026, 6, 2), True, False),
        (None, None, date(2026, 6, 1), True, False),
        (None, date(2023, 6, 1), date(2026, 6, 1), False, True),
        (None, date(2023, 6, 1), date(2026, 6, 2), True, False),
        (date(2026, 5, 1), date(2023, 6, 1), date(2026, 6, 2), True, False),
    ],
)
def test_each_side_of_a_limit(
    joined: date | None, trained: date | None, today: date, *, due: bool, counts: bool
) -> None:
    known = Training(joined, trained)
    assert (known.due(RULES, today), known.counts(RULES, today)) == (due, counts)


def test_where_nothing_is_demanded_nothing_is_due() -> None:
    known = Training(date(2000, 1, 1), None)
    assert not known.due(POLICY, date(2026, 6, 1))
    assert not Training(None, date(2000, 1, 1)).due(POLICY, date(2026, 6, 1))
