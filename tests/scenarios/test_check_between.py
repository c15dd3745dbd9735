"""A check in the midst of a visit, besides the one at its end (K6): each visit where the procedure has it so."""

from __future__ import annotations

import pytest

from tests.fakes.chat import Shown
from tests.packs.teams import team_of
from tests.scenarios.harness import World
from tests.scenarios.stories import out
from tests.scenarios.test_wellbeing import NONE, draws


async def _questions(pack: str, lasts: str) -> tuple[World, list[Shown]]:
    """Live through a visit of Amira's up to its last minute; chance would not have it asked. Return what she was asked."""
    world = await World().opens(team_of(pack))
    world.ignore_rest("only the question in between is looked at")
    draws(world, NONE)
    await out(world, f"now {lasts}")
    await world.passes(minutes=int(lasts.removesuffix("m")) - 1)
    asked = [shown for shown in world.chat.messages if ":how:" in f"{shown.key}:"]
    return world, asked


@pytest.mark.parametrize(
    ("pack", "lasts", "times"),
    [("kent", "20m", 1), ("kent", "19m", 0), ("kent", "240m", 1), ("waltham-forest", "240m", 0)],
)
async def test_kent_asks_in_the_midst_of_every_visit_once_and_of_none_that_has_no_midst(
    pack: str, lasts: str, times: int
) -> None:
    world, asked = await _questions(pack, lasts)
    assert [shown.to.person for shown in asked] == ["amira"] * times
    await world.closes()


async def test_an_answer_that_all_is_not_well_has_the_buddy_ring() -> None:
    world, (shown,) = await _questions("kent", "45m")
    world.read_all()
    await world.presses_choice("amira", shown.now.choices[1].id)
    world.expect("ben", "Amira Khan is not so well")
    await world.closes()
