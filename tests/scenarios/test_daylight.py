"""Camden's high risk: jointly, in daylight only, and not at the end of the day (C4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.packs.loader import effective, encode
from tests.packs.teams import team_of
from tests.scenarios.harness import World

CASE = "CASE123"
SUMMER = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
WINTER = datetime(2026, 12, 21, 7, 0, tzinfo=UTC)
"""The sun rises over Camden at 08:04 that day, and sets at 15:53."""


async def at_work(at: datetime, pack: str = "camden") -> World:
    """Return the sample team by a procedure."""
    world = await World(at).opens(team_of(pack))
    world.ignore_rest("these are about daylight")
    return world


def started(world: World) -> bool:
    """Return whether Amira has a visit."""
    return bool(world.store.read_now(lambda tx: tx.visits.open_of("amira")))


@pytest.mark.parametrize(
    ("times", "goes"),
    [
        ("08:05-08:50", True),
        ("08:03-08:50", False),
        ("15:00-15:53", True),
        ("15:00-15:54", False),
    ],
)
async def test_it_is_from_sunrise_to_sunset_in_winter(times: str, goes: bool) -> None:
    """A minute on each side of both (C4)."""
    world = await at_work(WINTER)
    await world.says("amira", f"start {times} {CASE} red with @dev")
    assert started(world) is goes
    await world.closes()


@pytest.mark.parametrize(("ends", "goes"), [("16:00", True), ("16:01", False)])
async def test_it_is_over_by_four_in_summer(ends: str, goes: bool) -> None:
    """Not at the end of the day (C4)."""
    world = await at_work(SUMMER)
    await world.says("amira", f"start 15:00-{ends} {CASE} red with @dev")
    assert started(world) is goes
    await world.closes()


async def test_a_refusal_says_the_hours_and_offers_the_next_morning() -> None:
    """What was typed is kept (C4)."""
    world = await at_work(SUMMER)
    await world.says("amira", f"start now 3h {CASE} red with @dev")
    said = world.expect("amira", "a visit rated red is in daylight only")
    assert "from 04:49 to 16:00. Nothing was started." in said.text
    await world.presses("amira", f"Start tomorrow 10:00 3h {CASE} red with @dev")
    assert world.visit(CASE).companions == ("dev",)
    await world.closes()


async def test_a_plan_is_refused_as_a_whole() -> None:
    """With the case that lies in the dark (C4)."""
    world = await at_work(WINTER)
    await world.says("amira", f"plan; 10:00-10:30 CASE111; 16:00-16:30 {CASE} red with @dev")
    world.expect("amira", f"by your procedure {CASE} needs more, because it is rated red")
    assert not started(world)
    await world.closes()


@pytest.mark.parametrize(("pack", "rating"), [("camden", "green"), ("waltham-forest", "red")])
async def test_other_visits_may_be_in_the_dark(pack: str, rating: str) -> None:
    """Only high risk, and only by Camden's procedure (C4)."""
    world = await at_work(WINTER, pack)
    await world.says("amira", f"start 17:00-18:00 {CASE} {rating}")
    assert started(world)
    await world.closes()


async def test_a_day_without_light_says_so() -> None:
    """By a team's own hour, which comes before sunrise (C4)."""
    own = {"ratings.day_over_by": {"value": "06:00", "reason": "Agreed in May."}}
    entry, _, _ = team_of("camden")
    entry = replace(entry, adjustments=own)
    policy = effective(entry, None)
    entry = replace(entry, team=replace(entry.team, policy_digest=policy.digest))
    world = await World(WINTER).opens((entry, policy, encode(policy)))
    world.ignore_rest("this is about daylight")
    await world.says("amira", f"start 10:00-10:45 {CASE} red with @dev")
    world.expect("amira", "in daylight only, and that day there is none")
    await world.closes()
