"""A check in the midst of a visit, besides the one at its end (K6): each visit where the procedure has it so."""

from __future__ import annotations

import pytest

from tests.fakes.chat import Shown
from tests.packs.teams import team_of
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out
from tests.scenarios.test_wellbeing import ASK, NONE, draws, question


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


WORDS = "I will need the purple file when I get back to the office"


async def _in_charge(after: str, lasts: str = "45m") -> World:
    """Amira is out by Kent's procedure, calls for help at that time, and Maria takes charge."""
    world = await World().opens(team_of("kent"))
    world.ignore_rest("only the question is looked at")
    draws(world, NONE)
    await out(world, f"now {lasts}")
    await world.until(after)
    world.read_all()
    await world.says("amira", WORDS)
    await world.passes(seconds=2)
    await world.presses("maria", "I'm on it")
    return world


async def test_the_question_that_comes_anyway_may_come_at_once() -> None:
    """Whoever looks on sees one question, as on every visit of Kent's (K6, covert rule 10)."""
    world = await _in_charge("14:05")
    await world.presses("maria", ASK)
    assert question(world).text.startswith(CASE)
    assert ASK not in world.buttons("maria")
    await world.until("14:44")
    assert len(world.facts(CASE, "HowAsked")) == 1
    await world.closes()


async def test_once_it_has_come_a_second_one_would_show_and_the_call_sheet_is_there() -> None:
    """Two questions come on no ordinary visit; what the worker still answers reaches those who act (K8, covert rule 10)."""
    world = await _in_charge("14:40")
    assert len(world.facts(CASE, "HowAsked")) == 1
    assert ASK not in world.buttons("maria")
    assert {"Said yes", "Said no"} <= world.buttons("maria"), "she rings by the call sheet"
    await world.presses_choice("amira", question(world).now.choices[1].id)
    await world.passes(seconds=2)
    told = [shown for shown in world.chat.messages if "Amira gave the bad answer" in shown.text]
    assert told
    assert all(shown.to.person not in (None, "amira") for shown in told)
    await world.closes()


@pytest.mark.parametrize(("lasts", "offered"), [("19m", False), ("20m", True)])
async def test_a_visit_that_nobody_is_asked_on_is_not_asked_on_then_either(
    lasts: str, *, offered: bool
) -> None:
    world = await _in_charge("14:01", lasts)
    assert (ASK in world.buttons("maria")) is offered
    await world.closes()
