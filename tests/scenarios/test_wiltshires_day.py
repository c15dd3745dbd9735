"""A day by Wiltshire's procedure: the itinerary as one thing (S2), and a phone that works before anybody goes (S14)."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.service import digest
from tests.packs.teams import team_of
from tests.scenarios.harness import World

SEVEN = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
"""Monday, 07:00 in London."""


async def test_the_itinerary_is_one_thing_that_the_duty_officer_reads() -> None:
    """Code, entry, exit, next place: said at once, read in order, and each place told when the one before is left (S2)."""
    world = await World(SEVEN).opens(team_of("wiltshire"))
    world.ignore_rest("this is about the itinerary")
    await world.says("amira", "plan; 10:00-10:45 CASE111 cat1; 11:30-12:00 CASE222; back by 13:00")
    planned = world.expect("amira", "Planned").text
    assert planned.index("CASE111") < planned.index("CASE222")
    await world.presses("ben", "I'm on it")
    await world.until("08:00")
    await digest.send(world.store, world.clock)
    await world.settles()
    told = world.expect("omar", "Today").text
    assert told.index("CASE111 · 10:00–10:45") < told.index("CASE222 · 11:30–12:00")
    await world.until("10:05")
    await world.says("amira", "left, next CASE222")
    assert "next CASE222" in world.card("CASE111")
    await world.closes()


async def test_nothing_of_an_itinerary_stands_when_one_line_of_it_cannot() -> None:
    """It is one thing: all of it is planned, or nothing, and what was clear is said again (S2)."""
    world = await World(SEVEN).opens(team_of("wiltshire"))
    world.ignore_rest("this is about the itinerary")
    await world.says("amira", "plan; 10:00-10:45 CASE111; 10:30-11:00 CASE222")
    assert not world.store.read_now(lambda tx: tx.visits.open_of("amira"))
    await world.closes()


async def test_no_visit_is_covered_before_the_phone_is_said_to_work() -> None:
    """One tap says so (S14)."""
    world = await World().opens(team_of("wiltshire"))
    world.ignore_rest("this is about the phone")
    await world.says("amira", "plan; 14:05-14:45 CASE123")
    await world.presses("ben", "I'm on it")
    await world.presses("ben", "I can open the address")
    card = world.newest("amira", "All set, phone charged")
    assert "Not covered yet: please say that your phone is charged." in card.text
    await world.presses("amira", "All set, phone charged")
    assert "Covered: Ben Carter" in world.newest("amira", "I've left").text
    assert world.facts("CASE123", "ReadySaid")
    await world.closes()
