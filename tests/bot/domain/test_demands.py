"""What a start lacks by its rating (K11, S13), and when it lies in daylight (C4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain import demands
from bot.domain.daylight import daylight
from bot.domain.demands import Lack, lacking
from bot.domain.intents import Start
from bot.domain.policy import Policy
from tests.bot.domain.rules import END_AT, RULES
from tests.contract.making import MICROSECOND, MINUTE, T0

LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 12, 3)
PLACE = "51.51 -0.13"
LIGHT = daylight(DAY, (51.51, -0.13)) or (T0, T0)
RISES, SETS = LIGHT
BY_DAY = replace(RULES, daylight_for=("red",), daylight_at=PLACE)
RATED = replace(
    RULES,
    which_for=("amber",),
    assessed_for=("red", "amber new"),
    checked_for=("amber new", "amber agency"),
    building_for=("red", "amber agency"),
    pair_for=("red", "cat2"),
    joint_for=("amber new",),
    device_for=("green", "red", "amber agency"),
)
ONE = Start(T0, END_AT, "WF-1", "red")
OUTSIDER = "Jo Doe 07700 900123"


def start(rating: str, *terms: str, **more: Any) -> Start:
    return replace(ONE, rating=rating, terms=terms, **more)


def lack(intent: Start, policy: Policy = RATED) -> Lack | None:
    return lacking(intent, policy, LONDON)


# --- what is said ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("intent", "found"),
    [
        (start(""), None),
        (
            start("amber"),
            Lack("which", (start("amber new"), start("amber agency"))),
        ),
        (start("amber new"), Lack("assessed", (start("amber new", "assessed"),))),
        (
            start("amber new", "assessed"),
            Lack("checked", (start("amber new", "assessed", "checked"),)),
        ),
        (start("amber new", "assessed", "checked"), Lack("where", along=True)),
        (start("amber new", "assessed", "checked", companions=("per_bob",)), None),
        (start("amber new", "assessed", "checked", outsider=OUTSIDER), None),
        (
            start("amber agency", "checked"),
            Lack("building", (start("amber agency", "checked", "building"),)),
        ),
        (
            start("amber agency", "checked", companions=("per_bob",)),
            Lack(
                "building",
                (start("amber agency", "checked", "building", companions=("per_bob",)),),
            ),
        ),
        (
            start("amber agency", "checked", "building"),
            Lack("device", (start("amber agency", "checked", "building", "device"),)),
        ),
        (start("red", "assessed"), Lack("where", (start("red", "assessed", "building"),), True)),
        (
            start("red", "assessed", outsider=OUTSIDER),
            Lack("where", (start("red", "assessed", "building", outsider=OUTSIDER),), True),
        ),
        (
            start("red", "assessed", companions=("per_bob",)),
            Lack("device", (start("red", "assessed", "device", companions=("per_bob",)),)),
        ),
        (start("red", "assessed", "building", "device"), None),
        (start("cat2"), Lack("where", along=True)),
        (start("cat2", "building"), Lack("where", along=True)),
        (start("cat2", companions=("per_bob",)), None),
        (start("green"), Lack("device", (start("green", "device"),))),
        (start("green", "device"), None),
    ],
    ids=lambda value: f"{value.rating} {' '.join(value.terms)}" if isinstance(value, Start) else "",
)
def test_the_first_thing_lacking_is_offered_to_be_said(intent: Start, found: Lack | None) -> None:
    assert lack(intent) == found


@pytest.mark.parametrize(
    ("changes", "ratings"),
    [
        ({}, ("green", "amber", "red")),
        ({"which_for": ("amber",), "assessed_for": ("red",)}, ("green", "red")),
        (
            {"which_for": ("amber",), "building_for": ("amber agency",), "joint_for": ("red",)},
            ("green", "amber agency", "red"),
        ),
        *(
            ({name: ("cat2",)}, ("cat1", "cat2"))
            for name in (
                *("companion_for", "assessed_for", "checked_for", "building_for", "pair_for"),
                *("joint_for", "device_for", "daylight_for", "trained_for"),
            )
        ),
    ],
)
def test_a_form_offers_the_ratings_that_the_procedure_speaks_of(
    changes: dict[str, Any], ratings: tuple[str, ...]
) -> None:
    assert demands.offered(replace(RULES, **changes)) == ratings


# --- in daylight -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "over_by", "ends"),
    [
        (DAY, None, SETS),
        (DAY, time(14), datetime(2026, 12, 3, 14, tzinfo=UTC)),
        (DAY, time(17), SETS),
        (date(2026, 6, 3), time(14), datetime(2026, 6, 3, 13, tzinfo=UTC)),
    ],
    ids=["till sunset", "by two", "by five in winter", "by two in summer"],
)
def test_it_is_light_until_sunset_or_the_hour_on_the_wall(
    day: date, over_by: time | None, ends: datetime
) -> None:
    found = demands.light(day, replace(BY_DAY, day_over_by=over_by), LONDON)
    assert found is not None
    assert found[1] == ends
    assert {limit.utcoffset() for limit in found} == {timedelta()}
    assert found[0].date() == day


@pytest.mark.parametrize(
    "changes",
    [{"daylight_at": ""}, {"daylight_at": "80 0"}, {"day_over_by": RISES.time()}],
    ids=["looked up nowhere", "no sun", "over by sunrise"],
)
def test_there_may_be_no_light_at_all(changes: dict[str, Any]) -> None:
    assert demands.light(DAY, replace(BY_DAY, **changes), LONDON) is None


@pytest.mark.parametrize(
    ("begins", "ends", "lit"),
    [
        (RISES, SETS, True),
        (RISES + MINUTE - MICROSECOND, SETS + MINUTE - MICROSECOND, True),
        (RISES - MICROSECOND, SETS, False),
        (RISES, SETS + MINUTE, False),
    ],
    ids=["within the limits", "to the minute", "before sunrise", "after sunset"],
)
def test_a_visit_lies_in_daylight_to_the_minute(
    begins: datetime, ends: datetime, lit: bool
) -> None:
    visit = replace(ONE, start_at=begins, end_at=ends)
    assert demands.lit(visit, BY_DAY, LONDON) is lit
    assert lack(visit, BY_DAY) == (None if lit else Lack("daylight"))
    assert demands.lit(replace(visit, rating="green"), BY_DAY, LONDON)


def test_where_there_is_no_light_nothing_lies_in_it() -> None:
    assert not demands.lit(ONE, replace(BY_DAY, daylight_at="80 0"), LONDON)


EVENING = Start(
    SETS + 10 * MINUTE, SETS + 70 * MINUTE, "WF-1", "red", check_in_at=SETS + 30 * MINUTE
)
TEN = datetime(2026, 12, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (TEN - MICROSECOND, TEN),
        (TEN, TEN + timedelta(days=1)),
        (TEN + timedelta(days=1), None),
    ],
    ids=["the same day", "the next day", "neither any more"],
)
def test_it_is_offered_at_ten_as_long_as_it_was(now: datetime, begins: datetime | None) -> None:
    moved = demands.in_the_light(EVENING, BY_DAY, LONDON, now)
    if begins is None:
        assert moved is None
    else:
        times: dict[str, Any] = {
            "start_at": begins,
            "end_at": begins + 60 * MINUTE,
            "check_in_at": begins + 20 * MINUTE,
        }
        assert moved == replace(EVENING, **times)


def test_it_is_offered_only_where_ten_oclock_is_in_daylight() -> None:
    early = replace(BY_DAY, day_over_by=time(10, 30))
    assert demands.in_the_light(EVENING, early, LONDON, T0) is None


def test_ten_is_on_the_teams_wall() -> None:
    summer = datetime(2026, 6, 3, 22, tzinfo=UTC)
    late = Start(summer, summer + 60 * MINUTE, "WF-1", "red")
    moved = demands.in_the_light(late, BY_DAY, LONDON, summer - timedelta(hours=20))
    assert moved is not None
    assert moved.start_at == datetime(2026, 6, 3, 9, tzinfo=UTC)
