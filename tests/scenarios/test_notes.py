"""What the worker tells whoever watches is kept with the visit, sealed (K4)."""

from __future__ import annotations

import pytest

from bot.ports import Tx
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out

SAID = "Home by Four, Jane drives"


def notes(world: World, case: str = CASE) -> list[tuple[str | None, str]]:
    """Return who noted what about a visit, as its journal holds it."""

    visit_id = world.visit(case).id

    def read(tx: Tx) -> list[tuple[str | None, str]]:
        entries = tx.journal.read(visit_id)
        return [(e.by, tx.journal.note(e)) for e in entries if e.kind.startswith("NoteTaken")]

    return world.store.read_now(read)


@pytest.mark.parametrize("words", [f"note {SAID}", f"note {CASE} {SAID}", f"note that {SAID}"])
async def test_the_buddy_notes_what_they_were_told(world: World, words: str) -> None:
    """With its capitals, of the visit that they watch (K4)."""
    await out(world)
    await world.says("ben", words)
    world.expect("ben", "Noted")
    assert notes(world) == [("ben", SAID)]


async def test_it_goes_on_being_kept_on_the_way_home(world: World) -> None:
    """At the end of the day the buddy is still the one whom the worker tells (K4)."""
    await out(world, "now 45m", f"{CASE} back by 16:30")
    await world.says("amira", "left going home")
    world.ignore_rest("the way home is another story")
    await world.says("ben", "note Back by bus")
    assert notes(world, f"{CASE} (way home)") == [("ben", "Back by bus")]


async def test_a_manager_notes_it_too_and_nobody_else_does(world: World) -> None:
    """Whoever answers for the visit, by its reference (K4)."""
    await out(world)
    await world.says("maria", f"note {CASE} rang me")
    world.expect("maria", "Noted")
    await world.says("amira", f"note {CASE} all well")
    world.expect("amira", "Of which visit? I noted nothing.")
    await world.says("maria", "note rang me")
    world.expect("maria", "Of which visit? I noted nothing.")
    assert notes(world) == [("maria", "Rang me")]


async def test_of_two_visits_one_has_to_be_named(world: World) -> None:
    """Nothing is guessed (K4)."""
    await out(world)
    await world.says("amira", "start 16:00-16:30 CASE456")
    await world.presses("ben", "I'm on it")
    world.ignore_rest("the second visit lacks this and that")
    await world.says("ben", "note all well")
    world.expect("ben", "Of which visit? I noted nothing.")
    await world.says("ben", "note CASE456 all well")
    assert (notes(world), notes(world, "CASE456")) == ([], [("ben", "All well")])


async def test_where_the_team_reads_along_nothing_is_noted(world: World) -> None:
    """It may hold a name (K3)."""
    await out(world)
    await world.says_in_channel("ben", f"visit note {SAID}")
    world.expect_aside("ben", "What you were told may hold a name")
    assert notes(world) == []


@pytest.mark.parametrize("words", ["note", f"note {CASE}"])
async def test_a_note_of_nothing_is_asked_about(world: World, words: str) -> None:
    await out(world)
    await world.says("ben", words)
    world.expect("ben", "What shall I note?")
    assert notes(world) == []


async def test_a_long_note_is_kept_whole(world: World) -> None:
    await out(world)
    await world.says("ben", f"note {CASE} {'she said so. ' * 40}")
    world.expect("ben", "Noted")
    ((_, text),) = notes(world)
    assert text.count("said so.") == 40
