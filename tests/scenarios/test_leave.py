"""Leave that a manager notes for somebody, and a last day: whoever is not there is not asked (across all five)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.people import Role
from bot.ports import InboundKind, Received
from tests.scenarios.harness import LONDON, Loaded, World, sample_team
from tests.scenarios.stories import CASE, in_charge, out, overdue

# --- away and back, noted by a manager -------------------------------------------------------------


async def test_a_manager_notes_that_somebody_is_away_and_they_are_told(world: World) -> None:
    await world.says("maria", "away @dev until monday")
    said = world.expect("maria", "Noted: Dev Patel is away until Mon 8 Jun. I have told Dev.")
    assert "To undo, send: back @dev" in said.text
    told = world.expect("dev", "Maria Novak has noted that you are away until Mon 8 Jun.")
    assert "If that is not so, send: back" in told.text
    await world.says("amira", "people")
    assert "Dev Patel · worker · away until Mon 8 Jun" in world.expect("amira", "Your team").text
    world.nothing_more()


async def test_whoever_was_noted_as_away_is_asked_for_nothing(world: World) -> None:
    await world.says("maria", "away @ben until 18:00")
    world.read_all()
    await world.says("amira", f"start now 45m {CASE}")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    world.nothing_for("ben")
    world.ignore_rest("starting is told elsewhere")


@pytest.mark.parametrize(("who", "words"), [("maria", "back @ben"), ("ben", "back")])
async def test_it_is_undone_by_the_manager_or_by_themselves(
    world: World, who: str, words: str
) -> None:
    await world.says("maria", "away @ben until 18:00")
    world.read_all()
    await world.says(who, words)
    if who == "maria":
        world.expect("maria", "Noted: Ben Carter is here again, and asked from now on.")
        world.expect("ben", "Maria Novak has noted that you are here again.")
    else:
        world.expect("ben", "Welcome back.")
    await world.says("amira", f"start now 45m {CASE}")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    world.ignore_rest("starting is told elsewhere")


async def test_leave_that_begins_later_counts_from_then_on(world: World) -> None:
    await world.says("helen", "away @ben 3 jun - 5 jun")
    world.expect("helen", "Noted: Ben Carter is away from Wed 3 Jun until Sat 6 Jun.")
    world.expect("ben", "you are away from Wed 3 Jun until Sat 6 Jun.")
    await world.says("amira", f"start now 45m {CASE}")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    world.ignore_rest("starting is told elsewhere")


async def test_what_they_watch_is_offered_to_others_and_stays_until_somebody_has_it(
    world: World,
) -> None:
    await out(world)
    await world.says("maria", "away @ben until 18:00")
    said = world.expect("maria", "Noted: Ben Carter is away until 18:00.")
    assert "Ben watches CASE123. I have asked others to take over." in said.text
    for who in ("carla", "dev", "omar", "helen"):
        world.expect(who, "Can you take over as Amira Khan's buddy?")
    world.expect("maria", "Can you take over as Amira Khan's buddy?")
    world.expect("ben", "Maria Novak has noted that you are away")
    world.nothing_more()
    assert world.visit(CASE).buddy_id == "ben"
    await world.presses("carla", "I'll take over")
    assert world.visit(CASE).buddy_id == "carla"
    world.read_all()


async def test_a_visit_after_their_leave_stays_with_them(world: World) -> None:
    await out(world, "18:30-19:00")
    await world.says("maria", "away @ben until 18:30")
    said = world.expect("maria", "Noted: Ben Carter is away")
    assert "watches" not in said.text
    assert not world.visit(CASE).offered
    world.ignore_rest("who is told is told above")


async def test_where_nobody_could_watch_instead_the_manager_hears_it(world: World) -> None:
    await out(world)
    for who in ("carla", "dev", "omar", "helen", "maria"):
        await world.says(who, "away until 18:00")
    world.read_all()
    await world.says("maria", "away @ben until 18:00")
    world.expect("maria", "I know of nobody who could watch CASE123 instead.")
    world.expect("ben", "Maria Novak has noted")
    world.nothing_more()


async def test_nobody_is_sent_away_from_an_alarm_that_is_theirs(world: World) -> None:
    await in_charge(world)
    await world.says("maria", "away @ben until 18:00")
    world.expect("maria", "Ben Carter is in charge of the alarm about Amira Khan.")
    assert "ben" not in await away(world)
    world.nothing_more()


async def test_nor_from_one_that_nobody_else_would_answer(world: World) -> None:
    await overdue(world)
    await world.says("maria", "away @ben until 18:00")
    world.expect("maria", "There is an alarm about Amira Khan, and nobody but Ben Carter is there")
    assert "ben" not in await away(world)


@pytest.mark.parametrize(
    ("who", "words", "answer"),
    [
        ("amira", "away @ben until 18:00", "Please ask Maria Novak or Helen Osei."),
        ("omar", "back @ben", "Please ask Maria Novak or Helen Osei."),
        ("maria", "back @ben", "Ben Carter is not away, so nothing was changed."),
        ("maria", "away @ben", "Until when are you away? Please send a time or a day, for example"),
        ("maria", "away @nobody until 18:00", "I do not know that colleague."),
        ("maria", "away @ben until whenever", "I could not read until when."),
        ("maria", "back @ben please", "Please send only: back @ben"),
    ],
)
async def test_what_cannot_be_is_said_kindly_and_changes_nothing(
    world: World, who: str, words: str, answer: str
) -> None:
    await world.says(who, words)
    world.expect(who, answer)
    assert await away(world) == []
    world.nothing_more()


async def test_a_manager_who_names_themselves_is_away_as_anybody(world: World) -> None:
    await world.says("maria", "away @maria until 18:00")
    world.expect("maria", "you are away until 18:00.")
    await world.says("maria", "back @maria")
    world.expect("maria", "Welcome back.")
    world.nothing_more()


async def away(world: World) -> list[str]:
    now = world.clock.now()
    members = await world.store.read(lambda tx: tx.rosters.members("adult-care"))
    return [person.id for person in members if person.away(now)]


# --- a last day in the team file -------------------------------------------------------------------


def until(day: datetime | None, who: str = "dev") -> Loaded:
    """Return the sample team whose file has somebody leave at an instant."""
    entry, policy, content = sample_team()
    people = tuple(replace(p, ends_at=day if p.id == who else None) for p in entry.people)
    return replace(entry, people=people), policy, content


WEDNESDAY = datetime(2026, 6, 3, tzinfo=LONDON).astimezone(UTC)
"""The midnight that ends Tuesday."""


async def test_after_their_last_day_somebody_drops_from_every_rung_and_every_cover(
    world: World,
) -> None:
    await world.opens(until(WEDNESDAY, "maria"))
    await world.reaches(WEDNESDAY)
    world.expect("helen", "Maria Novak has left the team")
    world.read_all()
    roster = await world.store.read(
        lambda tx: tx.rosters.roster(
            "adult-care", worker_id="amira", roles=tuple(Role), people=("maria",)
        )
    )
    assert "maria" not in roster.holding(tuple(Role))
    event = world.event("maria", InboundKind.TEXT, text="status")
    assert await world.receives(event) is Received.STRANGER
    world.nothing_more()


@pytest.mark.parametrize("after", [False, True])
async def test_one_who_watches_then_is_replaced_at_once(world: World, after: bool) -> None:
    await world.opens(until(WEDNESDAY, "ben"))
    await world.reaches(datetime(2026, 6, 2, 22, 30, tzinfo=UTC))
    await world.says("amira", f"start now 1h {CASE}")
    await world.presses("ben", "I'm on it, by mobile")
    await world.until("23:59:59")
    assert world.visit(CASE).buddy_id == "ben"
    if after:
        await world.until("00:00")
        assert world.visit(CASE).buddy_id is None
        assert "carla" in world.visit(CASE).asked
    world.ignore_rest("who is told is told elsewhere")


@pytest.mark.parametrize(
    ("in_chat", "in_file", "there_on_thursday"),
    [
        ("end @dev 5 jun", WEDNESDAY, False),
        ("end @dev 2 jun", datetime(2026, 7, 1, tzinfo=UTC), False),
        ("end @dev 5 jun", None, True),
        ("keep @dev", WEDNESDAY, False),
    ],
)
async def test_of_the_file_and_the_chat_the_earlier_counts(
    world: World, in_chat: str, in_file: datetime | None, there_on_thursday: bool
) -> None:
    await world.says("maria", in_chat)
    await world.opens(until(in_file))
    await world.reaches(datetime(2026, 6, 4, 12, 0, tzinfo=UTC))
    members = await world.store.read(lambda tx: tx.rosters.members("adult-care"))
    assert ("dev" in {person.id for person in members}) is there_on_thursday
    world.ignore_rest("who is told is told elsewhere")


async def test_a_last_day_that_is_taken_out_of_the_file_counts_no_longer(world: World) -> None:
    await world.opens(until(WEDNESDAY))
    await world.opens(until(None))
    await world.reaches(datetime(2026, 6, 4, 12, 0, tzinfo=UTC))
    members = await world.store.read(lambda tx: tx.rosters.members("adult-care"))
    assert "dev" in {person.id for person in members}
    world.nothing_more()


async def test_a_later_one_brings_them_back(world: World) -> None:
    await world.opens(until(WEDNESDAY))
    await world.reaches(WEDNESDAY)
    await world.opens(until(WEDNESDAY))
    members = await world.store.read(lambda tx: tx.rosters.members("adult-care"))
    assert "dev" not in {person.id for person in members}
    await world.opens(until(datetime(2026, 7, 1, tzinfo=UTC)))
    members = await world.store.read(lambda tx: tx.rosters.members("adult-care"))
    assert "dev" in {person.id for person in members}
    world.ignore_rest("who is told is told above")
