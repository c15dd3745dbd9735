"""A visit by each procedure over each odd moment of the calendar: what is waited for are minutes that pass (house rule 8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.packs.loader import available, load_pack
from tests.packs.teams import team_of
from tests.scenarios.harness import LONDON, World
from tests.scenarios.stories import CASE, out

ODD = {
    "spring": datetime(2026, 3, 29, 0, 40, tzinfo=UTC),
    "autumn": datetime(2026, 10, 25, 0, 40, tzinfo=UTC),
    "month end": datetime(2026, 4, 30, 22, 40, tzinfo=UTC),
    "leap day": datetime(2028, 2, 28, 23, 40, tzinfo=UTC),
}
"""Twenty minutes before the clocks change, or midnight at the end of a month, and before a leap day."""
LASTS = timedelta(minutes=45)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("moment", ODD)
@pytest.mark.parametrize("pack", available())
async def test_a_visit_is_overdue_as_many_minutes_after_its_end_as_on_any_day(
    pack: str, moment: str
) -> None:
    start_at = ODD[moment]
    policy = load_pack(pack, None, {})
    world = await World(start_at).opens(team_of(pack))
    world.ignore_rest("only when the alarm begins is looked at, and its first step")
    await out(world, "now 45m")
    if policy.unplanned_by_phone:
        await world.presses("omar", "I have the details by phone")
    assert world.visit(CASE).end_at == start_at + LASTS
    due_at = start_at + LASTS + policy.overdue_after
    if policy.overdue_after:
        ended = (start_at + LASTS).astimezone(LONDON)
        await world.passes(seconds=LASTS.total_seconds())
        world.expect("amira", f"due to end at {ended:%H:%M}")
    await world.passes(seconds=(due_at - SECOND - world.clock.now()).total_seconds())
    assert not world.visit(CASE).overdue
    world.read_all()
    await world.passes(seconds=1)
    assert world.visit(CASE).overdue
    world.expect("ben", "First: ring Amira")
    world.read_all()
    await world.closes()
