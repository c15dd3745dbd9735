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


async def _was_category_two(pack: str = "wiltshire", said: str = "cat2 with device") -> World:
    """Return a team in which Amira was at a case with Dev, for it is nobody's alone."""
    world = await at_work(pack)
    await world.says("amira", f"start now 45m CASE123 {said} with @dev")
    await world.says("amira", "both out")
    assert not started(world)
    world.read_all()
    return world


def started(world: World) -> list[str]:
    """Return how the visits are rated that Amira has."""
    every = world.store.read_now(lambda tx: tx.visits.open_of("amira"))
    return [one.rating for one in every if one.kind == "visit"]


@pytest.mark.parametrize("rating", ["cat1", ""])
async def test_a_category_is_checked_against_what_the_case_was_last_time(rating: str) -> None:
    """Alone under another category, or without one: refused once, with both ways in one tap (S1)."""
    world = await _was_category_two()
    said = f"now 45m CASE123 {rating}".strip()
    await world.says("amira", f"start {said}")
    world.expect("amira", "Last time CASE123 was of category 2")
    assert not started(world)
    await world.presses("amira", "Start now 45m CASE123 cat2")
    world.expect("amira", REFUSED)
    await world.presses("amira", f"Start {said} systems checked")
    assert started(world) == [rating]
    await world.closes()


async def test_a_category_that_was_looked_up_is_not_asked_about_again() -> None:
    """And somebody who comes along makes it no question at all (S1)."""
    world = await _was_category_two()
    await world.says("amira", "start now 30m CASE123 cat1 with @dev")
    await world.says("amira", "both out")
    await world.says("amira", "start now 30m CASE123 cat1 systems checked")
    await world.says("amira", "left")
    await world.says("amira", "start now 30m CASE123 cat1")
    assert started(world)
    await world.closes()


async def test_another_case_and_a_plan() -> None:
    """It is of one case alone, and a plan says which (S1)."""
    world = await _was_category_two()
    await world.says("amira", "plan; 16:00-16:30 CASE111 cat1; 17:00-17:30 CASE123 cat1")
    world.expect("amira", "CASE123 needs more, because it is of category 2")
    await world.says("amira", "start now 30m CASE111 cat1")
    assert started(world)
    await world.closes()


async def test_camdens_high_risk_is_remembered_too() -> None:
    """Red last time (C4)."""
    world = await _was_category_two("camden", "red")
    await world.says("amira", "start now 45m CASE123")
    world.expect("amira", "Last time CASE123 was rated red")
    await world.closes()


async def test_a_procedure_without_such_ratings_remembers_none() -> None:
    """Waltham Forest's has none."""
    world = await _was_category_two("waltham-forest", "red")
    await world.says("amira", "start now 45m CASE123 green")
    assert started(world)
    await world.closes()
