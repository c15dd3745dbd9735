"""Changes of a visit are told to whoever is on duty, where the procedure has it so (S4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.packs.loader import effective, encode
from tests.packs.teams import team_of
from tests.scenarios.harness import World


async def out(pack: str, said: str = "start now 45m CASE123") -> World:
    """Return the sample team by a procedure, with Amira out, and everything that was read so far behind."""
    world = await World().opens(team_of(pack))
    world.ignore_rest("these are about what the duty officer hears")
    await world.says("amira", said)
    await world.presses("ben", "I'm on it")
    world.read_all()
    return world


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("extend 15m", "It now ends at 15:45."),
        ("cancel", "Cancelled"),
        ("left, next CASE456", "next CASE456"),
    ],
)
async def test_the_duty_officer_hears_of_each_change(words: str, heard: str) -> None:
    """A new end, a cancelling, and what comes next, each once and in private (S4)."""
    world = await out("wiltshire", "start 14:30-15:30 CASE123")
    await world.says("amira", words)
    told = world.expect("omar", heard)
    assert told.at_first.startswith("Changed: Amira Khan")
    assert [shown.to.person for shown in world.unread() if "Changed:" in shown.at_first] == []
    await world.closes()


async def test_the_duty_officer_hears_that_the_address_came_or_changed() -> None:
    """Without reading it (S4)."""
    world = await out("wiltshire")
    await world.says("amira", "details")
    await world.presses("amira", "Fill in the details", address="12 Hillside Road")
    told = world.expect("omar", "The exact address was given, or has changed.")
    assert "Hillside" not in told.text
    await world.closes()


async def test_a_word_that_changes_nothing_is_told_to_nobody() -> None:
    """Arriving, being well, and leaving without a word of what comes next (S4)."""
    world = await out("wiltshire")
    for words in ("arrived", "going in", "ok", "left"):
        await world.says("amira", words)
    assert [shown for shown in world.unread() if "Changed:" in shown.at_first] == []
    await world.closes()


async def test_a_procedure_that_does_not_ask_for_it_tells_nobody() -> None:
    """Waltham Forest has the officer of the visit told, who is its buddy (F5)."""
    world = await out("waltham-forest")
    await world.says("amira", "extend 15m")
    assert [shown for shown in world.unread() if "Changed:" in shown.at_first] == []
    await world.closes()


async def test_the_duty_officer_hears_also_where_no_step_asks_them() -> None:
    """And nobody else then: Waltham Forest's ladders ask no duty officer, and a team may want this all the same (S4)."""
    entry, _, _ = team_of("waltham-forest")
    wish = {"visit.changes_told": {"value": True, "reason": "Omar knows where everybody is."}}
    own = replace(entry, adjustments=wish)
    policy = effective(own, None)
    own = replace(own, team=replace(own.team, policy_digest=policy.digest))
    world = await World().opens((own, policy, encode(policy)))
    world.ignore_rest("this is about who hears of a change")
    await world.says("amira", "start now 45m CASE123")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.says("amira", "extend 15m")
    heard = {shown.to.person for shown in world.unread() if "Changed:" in shown.at_first}
    assert heard == {"omar"}
    await world.closes()


async def test_a_check_in_that_is_answered_or_moved_is_no_change_of_the_end() -> None:
    """The itinerary is as it was: whoever is on duty hears of the end that was agreed, when that moves (S4, H3)."""
    world = await World().opens(team_of("wiltshire"))
    world.ignore_rest("this is about who hears of a change")
    await world.says("amira", "start now 2h CASE123 cat1 check in after 40m")
    await world.presses("ben", "I'm on it")
    await world.until("14:35")
    world.read_all()
    for words in ("+15", "ok"):
        await world.says("amira", words)
    assert [shown.at_first for shown in world.unread() if "Changed:" in shown.at_first] == []
    await world.says("amira", "extend 15m")
    assert [shown for shown in world.unread() if "It now ends at 16:15." in shown.at_first]
    await world.closes()
