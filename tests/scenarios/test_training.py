"""Training is noted, asked for and, for some visits, demanded (S12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.service import digest, teams
from tests.packs.teams import team_of
from tests.scenarios.harness import Loaded, World

MONDAY_8AM = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
CAT2 = "start now 45m CASE123 cat2 with device with @dev"
REFUSED = "is for workers who have had their training"


def team(joined: date | None = None, trained: date | None = None) -> Loaded:
    """Return Wiltshire's team, of which the file says this about Amira."""
    entry, policy, content = team_of("wiltshire")
    people = [
        replace(one, joined_on=joined, trained_on=trained) if one.id == "amira" else one
        for one in entry.people
    ]
    return replace(entry, people=tuple(people)), policy, content


async def at_work(loaded: Loaded, at: datetime = MONDAY_8AM) -> World:
    """Return that team at work."""
    world = await World(at).opens(loaded)
    world.ignore_rest("these are about training")
    return world


def trained_on(world: World) -> date | None:
    """Return what is noted of Amira."""
    found = world.store.read_now(lambda tx: tx.rosters.person("amira"))
    return found.trained_on if found else None


async def test_category_two_waits_until_the_training_is_noted() -> None:
    """However long somebody has been there; those who lead the team note it, in a word (S12)."""
    world = await at_work(team(joined=date(2010, 1, 4)))
    await world.says("amira", CAT2)
    assert "Please ask Maria" in world.expect("amira", REFUSED).text
    assert not world.store.read_now(lambda tx: tx.visits.open_of("amira"))
    await world.says("maria", "trained @amira")
    world.expect("maria", "Noted: Amira Khan had their training on 1 Jun 2026.")
    await world.says("amira", CAT2)
    assert world.visit("CASE123").rating == "cat2"
    await world.closes()


async def test_whoever_had_none_may_come_along_and_goes_to_category_one() -> None:
    """It is of the worker whose visit it is (S12)."""
    world = await at_work(team(joined=date(2026, 5, 4)))
    await world.says("dev", CAT2.replace("@dev", "@amira"))
    assert world.visit("CASE123").companions == ("amira",)
    await world.says("dev", "both out")
    await world.says("amira", "start now 45m CASE456 cat1")
    assert world.visit("CASE456").open
    await world.closes()


async def test_in_a_plan_that_visit_is_named() -> None:
    world = await at_work(team())
    await world.says("amira", "plan; 15:00-15:30 CASE111; 16:00-16:30 CASE123 cat2 with @dev")
    world.expect("amira", "CASE123 needs more, because it is of category 2")
    await world.closes()


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("trained @amira", date(2026, 6, 1)),
        ("trained @amira yesterday", date(2026, 5, 31)),
        ("trained @amira on 3 sep", date(2025, 9, 3)),
        ("trained @amira 1 jun", date(2026, 6, 1)),
        ("trained @amira 29 feb", date(2024, 2, 29)),
        ("trained @amira 3/9/2024", date(2024, 9, 3)),
        ("trained @amira 2024-09-03", date(2024, 9, 3)),
        ("trained @amira monday", date(2026, 5, 25)),
        ("trained @amira last friday", date(2026, 5, 29)),
    ],
)
async def test_a_day_that_is_over(said: str, day: date) -> None:
    world = await at_work(team())
    await world.says("maria", said)
    assert trained_on(world) == day
    await world.closes()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("trained @amira tomorrow", "That day is still ahead"),
        ("trained @amira 2 jun 2026", "That day is still ahead"),
        ("trained @amira soon", "I could not read the day of the training"),
        ("trained @amira 31 feb", "I could not read the day of the training"),
        ("trained", "trained @ben"),
    ],
)
async def test_what_is_no_day_that_is_over(said: str, answer: str) -> None:
    world = await at_work(team())
    await world.says("maria", said)
    world.expect("maria", answer)
    assert trained_on(world) is None
    await world.closes()


async def test_only_those_who_lead_note_it() -> None:
    world = await at_work(team())
    await world.says("amira", "trained @amira")
    world.expect("amira", "is for those who lead the team")
    assert trained_on(world) is None
    await world.closes()


async def test_of_the_file_and_the_chat_the_later_day_counts() -> None:
    """And one that is taken out of the file counts no longer (S12)."""
    world = await at_work(team(trained=date(2024, 3, 1)))
    await world.says("maria", "trained @amira 1 may 2026")
    for in_file, counts in (
        (date(2024, 3, 1), date(2026, 5, 1)),
        (None, date(2026, 5, 1)),
        (date(2026, 5, 20), date(2026, 5, 20)),
        (None, None),
    ):
        await teams.take_over(world.store, [team(trained=in_file)])
        assert trained_on(world) == counts
    await world.closes()


async def test_whoever_is_added_in_chat_has_joined_that_day() -> None:
    """So that three months later the training is asked for (S12)."""
    world = await at_work(team(trained=date(2026, 1, 5)))
    await world.says("maria", "add")
    await world.presses("maria", "Add somebody", name="Jo Smith", role="worker", mobile="")
    found = world.store.read_now(lambda tx: tx.rosters.person("jo-smith"))
    assert found is not None
    assert (found.joined_on, found.trained_on) == (date(2026, 6, 1), None)
    await world.closes()


async def test_a_worker_without_any_note_is_named_on_mondays_alone() -> None:
    """Those who lead the team read it as well as whoever is on duty (S12)."""
    world = await at_work(team())
    assert await digest.send(world.store, world.clock) == 1
    await world.settles()
    for who in ("maria", "omar"):
        said = world.expect(who, "Training overdue: Amira Khan (none noted).").text
        assert "Once it is done, those who lead the team send me: trained @ and the name." in said
    await world.passes(hours=24)
    await digest.send(world.store, world.clock)
    await world.settles()
    assert not [shown for shown in world.unread() if "Training" in shown.at_first]
    await world.closes()


async def test_the_worker_reads_it_beside_a_visit_until_they_are_there() -> None:
    world = await at_work(team())
    await world.says("amira", "start now 45m CASE123")
    card = world.expect("amira", "Your visit CASE123")
    assert "Nobody has noted your training yet." in card.text
    await world.says("amira", "arrived")
    assert "training" not in card.text
    await world.closes()
