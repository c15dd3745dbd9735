"""What was typed in haste is put right with one tap: a blank or a "start" left out, a plan whose visits overlap."""

from __future__ import annotations

import pytest

from tests.scenarios.harness import LONDON, World
from tests.scenarios.stories import CASE, out


def stands(world: World, *cases: str) -> list[str]:
    visits = [world.visit(case) for case in cases]
    walls = [(v.start_at.astimezone(LONDON), v.end_at.astimezone(LONDON)) for v in visits]
    return [f"{start:%H:%M}-{end:%H:%M}" for start, end in walls]


@pytest.mark.parametrize(
    ("line", "tap", "times"),
    [
        ("1400–1500case123", "Start 1400-1500 CASE123", "14:00-15:00"),
        ("14:10-15:00 CASE123", "Start 14:10-15:00 CASE123", "14:10-15:00"),
        ("start 1400-1500CASE123", "Start 1400-1500 CASE123", "14:00-15:00"),
        ("start 14:00-15:00case123", "Start 14:00-15:00 CASE123", "14:00-15:00"),
        ("start now 45mCASE123", "Start now 45m CASE123", "14:00-14:45"),
        ("start now45m CASE123", "Start now 45m CASE123", "14:00-14:45"),
        ("start now45mCASE123 amber", "Start now 45m CASE123 amber", "14:00-14:45"),
    ],
)
async def test_a_blank_left_out_is_put_in_with_one_tap(
    world: World, line: str, tap: str, times: str
) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says("amira", line)
    await world.presses("amira", tap)
    assert stands(world, CASE) == [times]


async def test_a_start_in_the_group_without_the_word_is_answered_and_put_right_with_one_tap(
    world: World,
) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says_in_channel("amira", "start now 45m CASE123")
    world.expect_aside("amira", "nobody watches over this visit yet")
    await world.presses("amira", "Start now 45m CASE123")
    assert stands(world, CASE) == ["14:00-14:45"]


@pytest.mark.parametrize(
    "line",
    [
        "1400-1500CASE123 with Jo Doe 07700 900123",
        "14:00-15:00 CASE123 at 12 Hill Road",
        "star now 45m CASE123 at 12 Hill Road",
    ],
)
async def test_no_button_repeats_what_only_a_private_chat_holds(world: World, line: str) -> None:
    await world.says("amira", line)
    shown = world.expect("amira", "I did not understand that")
    assert not shown.now.choices
    assert not [word for word in ("Hill", "Doe", "07700") if word in shown.text]


@pytest.mark.parametrize(
    ("tap", "times"),
    [
        ("CASE456 later: 15:45–16:15", ["15:00-15:45", "15:45-16:15", "16:15-16:55"]),
        ("CASE123 shorter: 15:00–15:30", ["15:00-15:30", "15:30-15:50", "15:50-16:30"]),
    ],
)
async def test_a_plan_at_the_same_time_is_put_one_after_the_other(
    world: World, tap: str, times: list[str]
) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    lines = "15:00–15:45 CASE123\n15:30-16:00 CASE456\n15:50-16:30 CASE789"
    await world.says("amira", f"plan\n{lines}")
    world.expect("amira", "CASE123 and CASE456 are at the same time, so nothing is planned yet.")
    await world.presses("amira", tap)
    assert stands(world, "CASE123", "CASE456", "CASE789") == times


async def test_a_plan_is_put_around_the_visit_that_runs(world: World) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await out(world)
    await world.says("amira", "plan 14:15-15:00 CASE456; 15:00-16:00 CASE789 amber")
    world.expect("amira", "one of those visits is at the same time as CASE123")
    await world.presses("amira", "CASE456 later: 14:45–15:30")
    assert stands(world, "CASE123", "CASE456", "CASE789") == [
        "14:00-14:45",
        "14:45-15:30",
        "15:30-16:30",
    ]
    assert world.visit("CASE789").rating == "amber"


async def test_a_visit_begun_within_another_that_would_leave_nothing_is_only_moved(
    world: World,
) -> None:
    await world.says("amira", "plan 15:00-16:00 CASE123; 15:00-15:30 CASE456")
    shown = world.expect("amira", "are at the same time, so nothing is planned yet.")
    assert [choice.label for choice in shown.now.choices] == ["CASE456 later: 16:00–16:30"]


async def test_a_time_back_that_would_come_too_early_moves_nothing(world: World) -> None:
    await world.says("amira", "plan 15:00-16:00 CASE123; 15:30-16:30 CASE456 back by 16:45")
    shown = world.expect("amira", "are at the same time, so nothing is planned yet.")
    assert [choice.label for choice in shown.now.choices] == ["CASE123 shorter: 15:00–15:30"]
