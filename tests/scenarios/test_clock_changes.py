"""Visits across both clock changes of a year, and across midnight (house rule 8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.scenarios.conftest import Opening
from tests.scenarios.stories import CASE, out

SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
"""00:30 in London; half an hour later its clocks go from 01:00 to 02:00."""
AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""01:30 in London, for the first time; half an hour later its clocks go from 02:00 back to 01:00."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def test_a_duration_across_the_spring_change_is_as_long_as_it_says(
    world_at: Opening,
) -> None:
    world = await world_at(SPRING)
    await out(world, "now 1h")
    assert world.visit(CASE).end_at == SPRING + HOUR
    assert "00:30–02:30" in world.card(CASE)
    await world.passes(minutes=60)
    world.expect("amira", "CASE123: due to end at 02:30")
    world.expect("amira", "All well?")
    world.read_all()
    await world.passes(minutes=14, seconds=59)
    world.nothing_more()
    await world.passes(seconds=1)
    world.expect("ben", "First: ring Amira")
    world.expect_channel("is asked to ring")


async def test_a_time_of_day_across_the_spring_change_is_what_the_wall_shows(
    world_at: Opening,
) -> None:
    world = await world_at(SPRING)
    await out(world, "now until 02:30")
    assert world.visit(CASE).end_at == SPRING + HOUR


async def test_a_duration_across_the_autumn_change_is_as_long_as_it_says(
    world_at: Opening,
) -> None:
    world = await world_at(AUTUMN)
    await out(world, "now 1h")
    assert world.visit(CASE).end_at == AUTUMN + HOUR
    assert "01:30 BST–01:30 GMT" in world.card(CASE)
    await world.passes(minutes=60)
    world.expect("amira", "CASE123: due to end at 01:30 GMT")
    world.read_all()
    await world.passes(minutes=15)
    world.expect("ben", "First: ring Amira")
    world.expect_channel("is asked to ring")


async def test_in_the_repeated_hour_the_next_such_time_is_meant(world_at: Opening) -> None:
    world = await world_at(AUTUMN)
    await out(world, "now until 01:45")
    assert world.visit(CASE).end_at == AUTUMN + 15 * MINUTE
    world.read_all()


async def test_an_extension_across_the_autumn_change(world_at: Opening) -> None:
    world = await world_at(AUTUMN)
    await out(world, "now 20m")
    await world.says("amira", "extend 30m")
    world.expect("amira", "CASE123 goes on until 01:20 GMT.")
    world.expect("ben", "Goes on until 01:20 GMT.")
    assert world.visit(CASE).end_at == AUTUMN + 50 * MINUTE


async def test_a_visit_across_midnight_shows_its_day(world_at: Opening) -> None:
    start = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    world = await world_at(start)
    await out(world, "23:30-00:30")
    assert world.visit(CASE).end_at == start + HOUR
    assert "00:30 on Tue 2 Jun" in world.card(CASE)
    await world.until("00:20")
    world.expect("amira", "CASE123: due to end at 00:30")
    await world.until("00:45")
    world.expect("ben", "First: ring Amira")
    world.ignore_rest("nudges are told elsewhere")


async def test_times_that_are_over_today_are_not_taken_for_tomorrows(world_at: Opening) -> None:
    world = await world_at(datetime(2026, 6, 1, 22, 30, tzinfo=UTC))
    await world.says("amira", "start 00:15-00:45 CASE123")
    world.expect("amira", "Those times are already over.")
