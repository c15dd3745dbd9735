"""What lies outside the procedure's hours, by the clock on the team's wall (F3, F8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain import lateness
from tests.contract.making import policy, visit

LONDON = ZoneInfo("Europe/London")
RULES = replace(
    policy(), routine_from=time(9, 30), routine_until=time(16, 30), late_after=time(17, 0)
)
A_BIT = timedelta(seconds=59, microseconds=999_999)


def at(wall: str, day: int = 1) -> datetime:
    """Return an instant of June 2026, by London's clocks."""
    hour, minute = map(int, wall.split(":"))
    return datetime(2026, 6, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("begins", "ends", "outside", "late"),
    [
        (at("09:30"), at("16:30"), False, False),
        (at("09:30") + A_BIT, at("16:30") + A_BIT, False, False),
        (at("09:29") + A_BIT, at("10:00"), True, False),
        (at("10:00"), at("16:31"), True, False),
        (at("10:00"), at("17:00") + A_BIT, True, False),
        (at("10:00"), at("17:01"), True, True),
        (at("23:30"), at("00:30", 2), True, True),
        (at("10:00"), at("09:00", 2), True, True),
        (at("00:30"), at("01:00"), True, False),
    ],
)
def test_the_limits_themselves_are_inside_and_a_visit_over_midnight_is_late(
    begins: datetime, ends: datetime, outside: bool, late: bool
) -> None:
    span = visit(start_at=begins, end_at=ends)
    assert lateness.outside(span, RULES, LONDON) is outside
    assert lateness.late(span, RULES, LONDON) is late


def test_a_procedure_without_hours_has_no_outside_and_no_late() -> None:
    span = visit(start_at=at("03:00"), end_at=at("03:30", 2))
    bare = replace(RULES, routine_from=None, routine_until=None, late_after=None)
    assert not lateness.outside(span, bare, LONDON)
    assert not lateness.late(span, bare, LONDON)
    assert lateness.outside(span, replace(bare, late_after=time(17, 0)), LONDON)


def test_the_hours_in_words() -> None:
    assert lateness.hours(RULES) == "09:30–16:30"
    assert lateness.hours(replace(RULES, routine_from=None, routine_until=None)) == ""
