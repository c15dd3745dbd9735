"""The morning of a working day: every buddy hears whom they watch over, and whoever is on duty what the day holds (K2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.people import Holidays, Role
from bot.service import digest
from tests.scenarios.conftest import Opening
from tests.scenarios.harness import Loaded, World, sample_team
from tests.scenarios.stories import CASE

MONDAY_7AM = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
SATURDAY_7AM = MONDAY_7AM + timedelta(days=5)
BANK_HOLIDAY_7AM = datetime(2026, 8, 31, 6, 0, tzinfo=UTC)
"""The last Monday of August: at work in Scotland, and nowhere else."""


async def morning(world: World, *, minutes: float = 60) -> int:
    """Let time go by, look whether a digest is due, and let it be sent; return how many teams' turn it was."""
    world.read_all()
    await world.passes(minutes=minutes)
    world.read_all()
    sent = await digest.send(world.store, world.clock)
    await world.settles()
    return sent


async def planned(world: World) -> None:
    """Amira goes out twice today, with Ben on it once, and once tomorrow; Carla goes out as well."""
    await world.says("amira", f"start 10:00-11:00 {CASE} back by 16:30")
    await world.presses("ben", "I'm on it")
    await world.says("amira", "start 13:00-14:00 CASE456")
    await world.says("amira", "start tomorrow 13:00-14:00 CASE789")
    world.ignore_rest("how visits are planned is told elsewhere")


async def test_at_eight_each_buddy_hears_whom_they_watch_over(world_at: Opening) -> None:
    world = await world_at(MONDAY_7AM)
    await planned(world)
    assert await morning(world, minutes=59) == 0
    assert await morning(world, minutes=1) == 1
    buddy = world.expect("ben", "Today you watch over")
    assert "10:00–11:00 · Amira Khan · CASE123 · Back by 16:30" in buddy.text
    assert "CASE789" not in buddy.text
    duty = world.expect("omar", "Today")
    assert "Amira Khan · CASE123 · 10:00–11:00 · Buddy: Ben Carter" in duty.text
    assert "No address on file yet: CASE123, CASE456" in duty.text
    assert "CASE789" not in duty.text
    assert "07700" not in duty.text + buddy.text
    assert buddy.labels == duty.labels == ()


async def test_it_comes_once_a_day_and_again_the_next(world_at: Opening) -> None:
    world = await world_at(MONDAY_7AM)
    await planned(world)
    assert [await morning(world), await morning(world, minutes=15)] == [1, 0]
    world.nothing_for("omar")
    await world.says("amira", "cancel CASE123")
    await world.says("amira", "cancel CASE456")
    assert await morning(world, minutes=24 * 60 - 15) == 1
    assert "CASE789" in world.expect("omar", "Today").text


async def test_a_morning_without_power_is_caught_up_with(world_at: Opening) -> None:
    world = await world_at(MONDAY_7AM)
    await planned(world)
    world.read_all()
    world.stands_still(minutes=150)
    await world.restarts()
    assert await digest.send(world.store, world.clock) == 1
    await world.settles()
    world.expect("omar", "Today")


async def test_nobody_is_told_at_the_weekend(world_at: Opening) -> None:
    world = await world_at(SATURDAY_7AM)
    await planned(world)
    assert await morning(world, minutes=120) == 0


async def test_a_day_without_visits_and_without_a_finding_is_not_spoken_of(
    world_at: Opening,
) -> None:
    world = await world_at(MONDAY_7AM + timedelta(days=1))
    assert await morning(world) == 1
    world.nothing_more()


async def test_whoever_is_away_is_named_and_not_written_to(world_at: Opening) -> None:
    world = await world_at(MONDAY_7AM)
    await world.says("omar", "away until 16:30")
    await world.says("dev", "away until 16:30")
    await morning(world)
    world.nothing_for("omar")
    duty = world.expect("maria", "No visits are planned.")
    assert "Away: Dev Patel, Omar" in duty.text
    world.expect("helen", "No visits are planned.")


def without_a_head() -> Loaded:
    entry, policy, content = sample_team()
    held: dict[Role, tuple[str, ...]] = {**entry.holders, Role.HEAD_OF_SERVICE: ()}
    return replace(entry, holders=held), policy, content


async def test_a_role_that_nobody_holds_is_said_even_when_nobody_goes_out() -> None:
    world = await World(MONDAY_7AM).opens(without_a_head())
    await morning(world)
    duty = world.expect("omar", "No visits are planned.")
    assert "Nobody is head of service: an alarm would find nobody there." in duty.text
    await world.closes()


def on_holidays_of(place: Holidays) -> Loaded:
    entry, policy, content = sample_team()
    return replace(entry, team=replace(entry.team, holidays=place)), policy, content


async def test_a_finding_alone_waits_for_the_day_after_a_bank_holiday(world_at: Opening) -> None:
    world = await world_at(BANK_HOLIDAY_7AM)
    await world.says("dev", "away until 3 sep")
    await morning(world)
    world.nothing_more()
    await morning(world, minutes=24 * 60)
    assert "Away: Dev Patel" in world.expect("omar", "No visits are planned.").text


async def test_who_goes_out_on_a_bank_holiday_is_told_of_all_the_same(world_at: Opening) -> None:
    world = await world_at(BANK_HOLIDAY_7AM)
    await planned(world)
    await morning(world)
    assert "10:00–11:00 · Amira Khan · CASE123" in world.expect("ben", "Today you watch over").text
    assert "CASE123" in world.expect("omar", "Today").text


@pytest.mark.parametrize("place", [Holidays.SCOTLAND, Holidays.NONE])
async def test_a_team_keeps_the_holidays_of_its_own_place(place: Holidays) -> None:
    world = await World(BANK_HOLIDAY_7AM).opens(on_holidays_of(place))
    await world.says("dev", "away until 3 sep")
    await morning(world)
    assert "Away: Dev Patel" in world.expect("omar", "No visits are planned.").text
    await world.closes()
