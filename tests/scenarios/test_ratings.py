"""What a rating demands: some visits nobody goes to alone (S1, C4)."""

from __future__ import annotations

import pytest

from tests.packs.teams import team_of
from tests.scenarios.harness import World

RATED = [("wiltshire", "cat2", "cat2 with device"), ("camden", "red", "red")]
REFUSED = (
    "By your procedure nobody goes alone to a visit rated as CASE123 is, so nothing was started."
)


async def at_work(pack: str) -> World:
    """Return the sample team by a procedure."""
    world = await World().opens(team_of(pack))
    world.ignore_rest("these are about who comes along")
    return world


@pytest.mark.parametrize(("pack", "rating", "said"), RATED)
async def test_nobody_goes_there_alone(pack: str, rating: str, said: str) -> None:
    """A start alone is refused, with one tap to choose who comes along; nothing that was typed is lost (S1, C4)."""
    world = await at_work(pack)
    await world.says("amira", f"start now 45m CASE123 {said}")
    world.expect("amira", REFUSED)
    await world.presses("amira", "Choose who comes along", **{"with": "dev"})
    visit = world.visit("CASE123")
    assert (visit.companions, visit.rating) == (("dev",), rating)
    await world.closes()


@pytest.mark.parametrize("rating", ["cat1", "green"])
async def test_another_rating_may_be_visited_alone(rating: str) -> None:
    """Category 1 is fine alone (S1)."""
    world = await at_work("wiltshire")
    await world.says("amira", f"start now 45m CASE123 {rating}")
    assert world.visit("CASE123").rating == rating
    await world.closes()


async def test_a_plan_is_refused_as_a_whole() -> None:
    """With the line that lacks somebody (S1)."""
    world = await at_work("wiltshire")
    await world.says("amira", "plan; 15:00-15:30 CASE111; 16:00-16:30 CASE123 cat2")
    world.expect("amira", "Nothing is planned yet: by your procedure nobody goes alone to a visit")
    await world.closes()


async def test_whoever_is_left_there_alone_is_asked_to_come_out() -> None:
    """As where a case is marked so: the one who stays, and who watches, are told (S1)."""
    world = await at_work("wiltshire")
    await world.says("amira", "start now 45m CASE123 cat2 with device with @dev")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.says("amira", "left, @dev still inside")
    world.expect("dev", "CASE123 is not for one alone")
    await world.closes()
