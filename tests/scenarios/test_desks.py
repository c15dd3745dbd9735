"""A desk on the ladder: one telephone that several people answer in turn, in its hours, and each act has a name (rule 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Desk, Person, Role, Way
from bot.ports import Tx
from tests.scenarios.harness import Loaded, World, sample_team
from tests.scenarios.stories import CASE, out

SCRIPT = "Ring the worker first, then the manager on call."


def with_desk(opens: int = 0, closes: int = 0) -> Loaded:
    """Return the sample team with a control room beside Maria on the ladder's later steps."""
    entry, policy, content = sample_team()
    desk = Person(
        "control",
        "Control room",
        entry.team.id,
        (Way("local", "control"),),
        desk=Desk(opens, closes, SCRIPT),
    )
    held = (*entry.holders[Role.TEAM_MANAGER], "control")
    entry = replace(
        entry, people=(*entry.people, desk), holders={**entry.holders, Role.TEAM_MANAGER: held}
    )
    return entry, policy, content


async def late(loaded: Loaded) -> World:
    """It is 15:05 and nobody has taken Amira's alarm: the second step asks the control room as well."""
    world = await World().opens(loaded)
    world.ignore_rest("the ladder is told elsewhere")
    await out(world)
    await world.until("15:05")
    return world


async def test_a_desk_is_asked_and_reads_what_is_done_there() -> None:
    world = await late(with_desk())
    card = world.expect("control", "First: ring the person Amira is visiting.")
    assert f"At your desk: {SCRIPT}" in card.text
    assert "At your desk" not in world.expect("maria", "First: ring the person").text
    await world.closes()


async def test_its_first_button_asks_who_is_there_and_then_counts() -> None:
    world = await late(with_desk())
    await world.presses("control", "I'm on it")
    assert "Who is at the desk just now?" in world.newest("control", "Say who you are").text
    assert world.alarm(CASE).charge is None
    await world.presses("control", "Say who you are", name="Priya Shah")
    assert world.alarm(CASE).charge == "control"
    told = [
        shown.text for shown in world.chat.messages if "Control room (Priya Shah)" in shown.text
    ]
    assert told, "colleagues read who has it"
    await world.presses("control", "No answer")
    assert world.alarm(CASE).followed_up, "said once, it is not asked again"
    await world.closes()


async def test_a_form_of_its_own_is_sent_again_once_somebody_is_named() -> None:
    world = await late(with_desk())
    await world.presses("control", "Reached, safe", outcome="forgot")
    await world.presses("control", "Say who you are", name="Priya Shah")
    world.expect("control", "Who is at the desk just now?")
    world.expect("control", "From now on I show: Control room (Priya Shah).")
    assert world.alarm(CASE).open
    await world.presses("control", "Reached, safe", outcome="forgot")
    assert not world.alarm(CASE).open
    await world.closes()


@pytest.mark.parametrize(("hours", "asks"), [(11.75, False), (12, True)])
async def test_a_name_stands_for_one_shift(hours: float, asks: bool) -> None:
    world = await World().opens(with_desk())
    world.ignore_rest("the ladder is told elsewhere")
    await world.says("control", "desk Priya McShah")
    world.expect("control", "From now on I show: Control room (Priya McShah).")
    await world.passes(hours=hours - 1.25)
    await out(world, "now 45m", "CASE123")
    await world.passes(hours=1.25)
    await world.presses("control", "I'm on it")
    assert (world.alarm(CASE).charge is None) is asks
    await world.closes()


async def test_the_next_one_says_so_and_the_journal_holds_both_names_sealed() -> None:
    world = await World().opens(with_desk())
    await world.says("control", "desk priya shah")
    await world.says("control", "desk Jo Smith")
    world.expect("control", "Control room (Priya Shah)")
    world.expect("control", "Control room (Jo Smith)")

    def notes(tx: Tx) -> list[str]:
        entries = [one for one in tx.journal.read("team:adult-care") if one.kind == "DeskHeld"]
        assert "Shah" not in str([entry.body for entry in entries])
        return [tx.journal.note(entry) for entry in entries]

    assert world.store.read_now(notes) == ["Priya Shah", "Jo Smith"]
    await world.closes()


async def test_taking_the_team_file_over_again_keeps_who_is_there() -> None:
    world = await World().opens(with_desk())
    await world.says("control", "desk Priya Shah")
    world.read_all()
    await world.opens(with_desk())
    found = world.store.read_now(lambda tx: tx.rosters.person("control"))
    assert found is not None
    assert found.desk is not None
    assert found.desk.held_by == "Priya Shah"
    await world.closes()


@pytest.mark.parametrize(
    ("opens", "closes", "asked"),
    [
        (15 * 60 + 5, 17 * 60, True),
        (15 * 60 + 6, 17 * 60, False),
        (9 * 60, 15 * 60 + 5, False),
        (9 * 60, 15 * 60 + 6, True),
        (17 * 60, 9 * 60, False),
        (15 * 60, 9 * 60, True),
        (0, 0, True),
    ],
)
async def test_a_desk_is_asked_in_its_hours_alone(opens: int, closes: int, asked: bool) -> None:
    world = await late(with_desk(opens, closes))
    assert ("control" in world.alarm(CASE).asked) is asked
    await world.closes()


async def test_a_desk_that_is_closed_is_nobody_and_the_step_says_so() -> None:
    entry, policy, content = with_desk(17 * 60, 9 * 60)
    entry = replace(entry, holders={**entry.holders, Role.TEAM_MANAGER: ("control",)})
    world = await World().opens((entry, policy, content))
    world.ignore_rest("the ladder is told elsewhere")
    await world.says("amira", f"start now 45m {CASE}")
    card = world.newest("amira", "I've left")
    assert "nobody" in card.text
    await world.until("14:05")
    assert "control" not in world.alarm(CASE).asked
    await world.closes()


async def test_what_is_typed_at_a_desk_is_always_heard() -> None:
    world = await World().opens(with_desk())
    world.ignore_rest("the call for help is told elsewhere")
    await world.says("control", "worried @amira")
    assert world.store.read_now(lambda tx: tx.duresses.about("amira")) is not None
    await world.closes()


async def test_a_person_is_no_desk() -> None:
    world = await World().opens()
    await world.says("ben", "desk Priya Shah")
    world.expect("ben", "You are not a shared desk")
    await world.closes()


async def test_a_name_is_needed() -> None:
    world = await World().opens(with_desk())
    await world.says("control", "desk")
    world.expect("control", "Please give a name")
    await world.presses("control", "Say who you are", name="Priya Shah")
    world.expect("control", "Control room (Priya Shah)")
    await world.closes()


def test_hours_are_on_the_teams_wall_in_summer_and_winter() -> None:
    entry, _, _ = sample_team()
    desk = Desk(17 * 60, 9 * 60)
    summer = World().clock.now().replace(hour=16, minute=0)
    winter = summer + timedelta(days=183)
    assert desk.open(summer, entry.team.tz)
    assert not desk.open(winter, entry.team.tz)
