"""The clock that runs from when the worker was last seen (S8, S9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import sightings
from bot.domain.policy import Since
from tests.bot.domain.alarms import LADDER, LATE, MOBILE, NOW, POLICE, RESIDENT, SECOND
from tests.contract.making import MICROSECOND, MINUTE, T0

BACK = replace(RESIDENT, since=Since.SIGHTING)
STEPS = (MOBILE, BACK, POLICE)
SEEN = replace(SECOND, opened_at=T0, seen_at=T0 + 3 * MINUTE)
CLOCK = T0 + 9 * MINUTE
"""The step waits six minutes."""


@pytest.mark.parametrize(
    ("number", "changes", "at"),
    [
        (1, {}, CLOCK),
        (1, {"seen_at": None}, T0 + 6 * MINUTE),
        (0, {}, None),
        (2, {}, None),
        (-1, {}, None),
    ],
    ids=["since it was seen", "since it began", "another step", "the last one", "none yet"],
)
def test_a_step_waits_since_the_last_sighting(
    number: int, changes: dict[str, Any], at: datetime | None
) -> None:
    alarm = replace(SEEN, **changes)
    assert sightings.runs_out_at(STEPS, number, alarm) == at


@pytest.mark.parametrize("number", [0, 2, 3])
def test_the_first_step_may_wait_so_and_the_last_one_never(number: int) -> None:
    steps = (BACK, BACK, BACK)
    found = sightings.runs_out_at(steps, number, SEEN)
    assert found == (CLOCK if number == 0 else None)


@pytest.mark.parametrize(
    ("number", "now", "at"),
    [
        (0, NOW, NOW + 2 * MINUTE),
        (1, T0, CLOCK),
        (1, T0 - 2 * MINUTE, T0 + 8 * MINUTE),
        (1, NOW, NOW),
    ],
    ids=["after its wait", "by its clock", "before people are asked again", "run out"],
)
def test_a_step_is_looked_at_by_its_clock(number: int, now: datetime, at: datetime) -> None:
    wait = 2 * MINUTE
    assert sightings.due_at(STEPS, number, SEEN, wait, policy=LADDER, now=now) == at


@pytest.mark.parametrize(
    ("late", "waits"), [(-MICROSECOND, True), (timedelta(), False), (MICROSECOND, False)]
)
def test_it_is_left_once_the_clock_has_run_out(late: timedelta, waits: bool) -> None:
    now = CLOCK + late
    assert sightings.waits(STEPS, SEEN, now) is waits
    assert sightings.has_run_out(STEPS, SEEN, now) is not waits
    other = replace(SEEN, step=0)
    assert not sightings.waits(STEPS, other, now)
    assert not sightings.has_run_out(STEPS, other, now)


def test_the_last_contact_counts_only_where_a_step_counts_from_it() -> None:
    policy = replace(LADDER, ladder=STEPS)
    assert sightings.by_sighting(policy)
    assert not sightings.by_sighting(LADDER)
    assert sightings.known(LATE, policy) == LATE.start_at
    assert sightings.known(replace(LATE, contact_at=NOW), policy) == NOW
    assert sightings.known(replace(LATE, contact_at=NOW), LADDER) is None
