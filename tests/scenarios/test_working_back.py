"""Wiltshire: working back through the day's visits, and 999 three hours after the worker was last seen (S7 to S9)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.intents import Answer
from tests.packs.teams import team_of
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, on_it, out

RING = "First: ring those whom Amira was to visit today, the last one first"


@pytest.fixture
async def wiltshire() -> AsyncIterator[World]:
    """The sample team by Wiltshire's procedure, on Monday at 14:00."""
    opened = await World().opens(team_of("wiltshire"))
    opened.ignore_rest("these are about one step")
    yield opened
    await opened.closes()


async def two_visits(world: World) -> None:
    """Amira left one visit at 14:20, and went in to another at 14:30 that was to end at 15:00; nothing is heard."""
    await world.says("amira", "start now 20m CASE111")
    await on_it(world)
    await world.until("14:20")
    await world.says("amira", "left, next CASE123")
    await out(world, "14:30-15:00")
    await world.until("14:30")
    await world.says("amira", "going in")
    await world.until("16:40")


async def test_the_day_is_worked_back_until_somebody_saw_the_worker(wiltshire: World) -> None:
    """The visits of the day stand on the card, the last one first, and when 999 is due (S8, S9)."""
    await two_visits(wiltshire)
    card = wiltshire.newest("maria", "Seen")
    assert RING in card.text
    assert card.text.index("CASE123, 14:30–15:00") < card.text.index("CASE111, 14:00–14:20")
    assert "The last that I know of is from 14:30." in card.text
    assert "I ask for 999 at 17:30." in card.text


async def test_a_sighting_moves_the_clock_to_its_own_time(wiltshire: World) -> None:
    """It counts from when the worker was seen, not from when that was told (S9)."""
    await two_visits(wiltshire)
    await wiltshire.presses("maria", "Seen", called_at="15:05", note="The son, at the door.")
    wiltshire.read_all()
    await wiltshire.until("18:04:59")
    assert not [shown for shown in wiltshire.unread() if "First: dial 999" in shown.text]
    await wiltshire.until("18:05")
    for who in ("omar", "helen", "director"):
        wiltshire.expect(who, "First: dial 999")
    (told,) = wiltshire.facts(CASE, "Answered")
    assert (told["answer"], told["by"], told["called_at"]) == (
        Answer.SEEN,
        "maria",
        "2026-06-01T14:05:00Z",
    )


async def test_an_older_sighting_moves_nothing(wiltshire: World) -> None:
    """Only what is newer than what is known already counts (S9)."""
    await two_visits(wiltshire)
    await wiltshire.presses("maria", "Seen", called_at="14:10")
    await wiltshire.until("17:29:59")
    wiltshire.read_all()
    await wiltshire.until("17:30")
    wiltshire.expect("director", "999")


async def test_who_is_not_in_charge_may_note_a_sighting_too(wiltshire: World) -> None:
    """The person in charge keeps the charge, and the clock moves (S8)."""
    await two_visits(wiltshire)
    await wiltshire.presses("omar", "I'm on it")
    seen = wiltshire.newest("omar", "Seen").choice("Seen")
    assert seen is not None
    await wiltshire.presses_choice("maria", seen.id, fields={"called_at": "15:30"})
    assert wiltshire.alarm(CASE).charge == "omar"
    assert "from 15:30" in wiltshire.newest("omar", "Seen").text


async def test_the_clock_runs_out_also_with_somebody_in_charge(wiltshire: World) -> None:
    """Whoever looks for the worker is asked to dial 999, and the director hears of it (S9)."""
    await two_visits(wiltshire)
    await wiltshire.until("17:25")
    await wiltshire.presses("omar", "I'm on it")
    wiltshire.read_all()
    await wiltshire.until("17:30")
    wiltshire.expect("omar", "First: dial 999")
    wiltshire.expect("director", "Omar")


async def test_a_cause_for_concern_goes_to_999_at_once(wiltshire: World) -> None:
    """Whatever the clock says (S9)."""
    await two_visits(wiltshire)
    wiltshire.read_all()
    await wiltshire.presses("maria", "Something is wrong")
    wiltshire.expect("maria", "First: dial 999")


async def test_when_three_hours_have_passed_already_it_is_now(wiltshire: World) -> None:
    """A long visit: the worker was last in touch at 14:00, and it is 18:40 before anybody has to ring (S9)."""
    await out(wiltshire, "now 3h")
    await wiltshire.until("18:39:59")
    wiltshire.read_all()
    await wiltshire.until("18:40")
    wiltshire.expect("director", "First: dial 999")


async def test_a_sighting_needs_its_time(wiltshire: World) -> None:
    """What cannot be read as one is refused with the right form, and nothing moves."""
    await two_visits(wiltshire)
    await wiltshire.presses("maria", "Seen", called_at="after lunch")
    assert not wiltshire.facts(CASE, "Answered")
