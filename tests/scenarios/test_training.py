"""Training for lone working: who leads what, who is named as due, and by whom it is noted (S12)."""

from __future__ import annotations

import json

import pytest

from bot.domain.team_facts import team_chain
from tests.packs.teams import team_of
from tests.scenarios.harness import TEAM, World
from tests.scenarios.test_the_morning import MONDAY_7AM, morning

START = "start now 45m CASE123 cat2 with device with @dev"
REFUSED = "led only by somebody whose training for lone working is noted"
DUE = "To be trained, or trained again:"


def named(world: World) -> str:
    """Return who is named as due in the latest digest of whoever is on duty."""
    digests = [shown for shown in world.chat.visible_to("omar", "") if DUE in shown.text]
    said, _, how = digests[-1].text.partition(DUE)[2].partition(". Once it is done")
    assert "send me: trained @" in how
    return said


async def at_work(pack: str = "wiltshire") -> World:
    """Return the sample team by a procedure, on Monday, 1 June 2026, 14:00."""
    world = await World().opens(team_of(pack))
    world.ignore_rest("these are about training")
    return world


@pytest.mark.parametrize(
    ("noted", "starts"),
    [
        ("", False),
        ("trained @amira", True),
        ("trained @amira 1 jun 2023", True),
        ("trained @amira 31 may 2023", False),
        ("trained @dev", False),
    ],
)
async def test_nobody_leads_a_visit_of_category_2_untrained(noted: str, *, starts: bool) -> None:
    """However long they have been here; it is good for three years, that day included (S12)."""
    world = await at_work()
    if noted:
        await world.says("maria", noted)
    await world.says("amira", START)
    if not starts:
        assert "ask Maria Novak" in world.expect("amira", REFUSED).text
        return await world.closes()
    assert world.visit("CASE123").rating == "cat2"
    return await world.closes()


async def test_untrained_one_may_come_along_and_lead_another() -> None:
    """Category 2 is not theirs as the primary (S12); of the others nothing is said."""
    world = await at_work()
    await world.says("maria", "trained @amira")
    await world.says("amira", START)
    assert world.visit("CASE123").companions == ("dev",)
    await world.says("carla", "start now 45m CASE456 cat1")
    assert world.visit("CASE456").rating == "cat1"
    await world.closes()


async def test_of_another_procedure_nothing_is_demanded() -> None:
    """Only Wiltshire's speaks of it (S12)."""
    world = await at_work("waltham-forest")
    await world.says("amira", "start now 45m CASE123 cat2")
    assert world.visit("CASE123").rating == "cat2"
    await world.closes()


async def test_a_plan_is_refused_as_well() -> None:
    """With the visit in it that is not theirs to lead (S12)."""
    world = await at_work()
    await world.says(
        "amira", "plan; 15:00-15:30 CASE111; 16:00-16:30 CASE123 cat2 with device with @dev"
    )
    world.expect("amira", REFUSED)
    await world.closes()


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("trained @amira", "2026-06-01"),
        ("trained @amira yesterday", "2026-05-31"),
        ("trained @amira on friday", "2026-05-29"),
        ("trained @amira 3 may", "2026-05-03"),
        ("trained @amira 3 dec", "2025-12-03"),
        ("trained @amira 2024-02-29", "2024-02-29"),
    ],
)
async def test_it_is_noted_with_its_day(said: str, day: str) -> None:
    """A day without its year is the last such day (S12)."""
    world = await at_work()
    await world.says("maria", said)
    world.expect("maria", "Noted: Amira Khan was trained for lone working on")
    entries = world.store.read_now(lambda tx: tx.journal.read(team_chain(TEAM)))
    (noted,) = [json.loads(entry.body) for entry in entries if entry.kind == "TrainedNoted"]
    assert noted == {"person": "amira", "day": day}
    await world.closes()


@pytest.mark.parametrize(
    "said",
    ["trained @amira soon", "trained @amira tomorrow", "trained @amira 3 may 2027"],
)
async def test_what_is_no_day_that_has_been_is_refused(said: str) -> None:
    """And nothing is changed (S12)."""
    world = await at_work()
    await world.says("maria", said)
    world.expect("maria", "trained @ben 3 may")
    await world.says("amira", START)
    world.expect("amira", REFUSED)
    await world.closes()


async def test_who_is_due_is_named_on_mondays() -> None:
    """To whoever is on duty: never trained, or too long ago (S12)."""
    world = await World(MONDAY_7AM).opens(team_of("wiltshire"))
    world.ignore_rest("these are about training")
    await world.says("maria", "trained @amira 1 jun 2023")
    await world.says("maria", "trained @carla 31 may 2023")
    await morning(world)
    assert "Carla" in named(world)
    assert "Amira" not in named(world)
    await world.closes()


async def test_whoever_joins_has_three_months() -> None:
    """From the day on which they were added in chat (S12)."""
    world = await World(MONDAY_7AM).opens(team_of("wiltshire"))
    world.ignore_rest("these are about training")
    await world.presses_choice(
        "maria", "people add", fields={"name": "Zoe Newman", "role": "worker"}
    )
    await morning(world)
    assert "Zoe" not in named(world)
    await world.passes(hours=24 * 84)  # 24 August
    await morning(world, minutes=0)
    assert "Zoe" not in named(world)
    await world.passes(hours=24 * 14)  # 7 September
    await morning(world, minutes=0)
    assert "Zoe" in named(world)
    await world.closes()
