"""No word at the end of a visit: exactly the steps of F6, each at its instant and not a second before."""

from __future__ import annotations

import pytest

from tests.scenarios.harness import World
from tests.scenarios.stories import (
    CASE,
    EVERYBODY,
    at_the_last_step,
    at_the_resident_step,
    out,
    overdue,
)
from tests.scenarios.twins import WORDS


async def test_ten_minutes_before_the_end_the_worker_is_reminded(world: World) -> None:
    await out(world)
    await world.until("14:34:59")
    world.nothing_more()
    await world.until("14:35")
    world.expect("amira", "CASE123: due to end at 14:45")
    world.nothing_more()


async def test_at_the_end_worker_buddy_and_channel_are_told(world: World) -> None:
    await out(world)
    await world.until("14:44:59")
    world.expect("amira", "CASE123: due to end at 14:45")
    world.nothing_more()
    await world.until("14:45")
    world.expect("amira", "All well?")
    world.expect("ben", "I have asked Amira. If I hear nothing by 15:00, I will ask you to ring.")
    note = world.expect_channel("CASE123 was due to end at 14:45.\nI have asked Amira Khan.")
    assert note.to.under == world.card_of(CASE).ref


async def test_fifteen_minutes_after_the_end_the_buddy_is_asked_to_ring(world: World) -> None:
    await out(world)
    await world.until("14:45")
    world.read_all()
    await world.until("14:59:59")
    world.nothing_more()
    assert not world.visit(CASE).overdue
    await world.until("15:00")
    card = world.expect("ben", "First: ring Amira on 07700 900101.")
    assert "Anyone may dial 999 at any time without permission." in card.text
    assert "do not go there" in card.text
    world.expect_channel("Ben Carter is asked to ring Amira's mobile.")
    world.nothing_more()
    answers = ("Reached, safe", "No answer", "Something is wrong")
    assert card.labels == ("I'm on it", *answers, "999 sheet")


async def test_five_minutes_later_the_resident_is_rung_and_more_people_are_asked(
    world: World,
) -> None:
    await overdue(world)
    await world.until("15:04:59")
    world.nothing_more()
    await world.until("15:05")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        world.expect(who, "First: ring the person Amira is visiting.")
    world.expect_channel("asked to ring the number of the person visited")
    world.nothing_more()


async def test_five_minutes_later_everybody_is_asked_to_dial_999(world: World) -> None:
    await at_the_resident_step(world)
    await world.until("15:09:59")
    world.nothing_more()
    await world.until("15:10")
    for who in EVERYBODY:
        card = world.expect(who, "First: dial 999, unless there is a good reason not to.")
        assert "I have called 999" in card.labels
    world.expect_channel("Those in line are asked to dial 999")
    world.nothing_more()


async def test_then_everybody_is_asked_again_every_five_minutes_until_an_outcome(
    world: World,
) -> None:
    await at_the_last_step(world)
    for wall in ("15:15", "15:20", "15:25", "15:30"):
        await world.passes(minutes=4, seconds=59)
        world.nothing_more()
        await world.until(wall)
        for who in EVERYBODY:
            world.expect(who, "Nobody has noted an outcome yet, so I am asking again.")
        world.nothing_more()
    await world.presses("maria", "Reached, safe", outcome="forgot")
    world.read_all()
    await world.passes(hours=12)
    world.nothing_more()


async def test_the_ladder_never_falls_silent_overnight(world: World) -> None:
    await at_the_last_step(world)
    await world.passes(hours=3)
    assert world.alarm(CASE).turn == 36
    world.ignore_rest("what everybody reads is told above")


@pytest.mark.parametrize("covert", [False, True])
async def test_an_alarm_that_nobody_answers_costs_no_more_each_hour(
    world: World, covert: bool
) -> None:
    """All that it had ever posted was looked at with each of its changes (a regression)."""
    await at_the_last_step(world)
    if covert:
        await world.says("amira", WORDS)
    costs = []
    for _ in range(4):
        before = world.looked_at
        await world.passes(hours=1)
        costs.append(world.looked_at - before)
    assert costs[1] == costs[2] == costs[3]
    world.ignore_rest("what everybody reads is told above")


async def test_of_what_is_asked_again_only_the_newest_card_can_be_answered(world: World) -> None:
    await at_the_last_step(world)
    await world.until("15:25")
    seen = world.chat.visible_to("maria", "")
    cards = [shown for shown in seen if "asking again" in shown.at_first]
    assert len(cards) == 3
    for shown in cards[:-1]:
        assert "I have asked again since; please answer in the newer message." in shown.text
        assert not shown.labels
    await world.presses("maria", "I'm on it")
    assert world.alarm(CASE).charge == "maria"
    world.ignore_rest("what everybody reads is told above")


async def test_a_done_in_the_last_second_is_in_time(world: World) -> None:
    await out(world)
    await world.until("14:59:59")
    world.read_all()
    await world.says("amira", "done")
    world.read_all()
    assert world.visit(CASE).closed_at is not None
    await world.until("16:00")
    world.nothing_more()


async def test_each_entry_of_the_journal_stands_in_its_order(world: World) -> None:
    await at_the_last_step(world)
    await world.until("15:15")
    assert world.journal(CASE) == [
        "VisitRequested",
        "CoverAsked",
        "CoverAccepted",
        "ReadySaid",
        "AddressVouched",
        "StartChecked",
        "Reminded",
        "Nudged",
        "BecameOverdue",
        "EscalationOpened",
        "StepEntered",
        "StepEntered",
        "StepEntered",
        "AskedAgain",
    ]
    world.ignore_rest("what everybody reads is told above")


async def test_the_card_tells_of_the_end_that_passed(world: World) -> None:
    await overdue(world)
    assert "Was due to end at 14:45." in world.card(CASE)
    assert world.card_of(CASE).labels == ()


@pytest.mark.parametrize("minutes", [1, 9, 10])
async def test_a_visit_shorter_than_the_reminder_is_not_reminded(
    world: World, minutes: int
) -> None:
    await out(world, f"now {minutes}m")
    await world.passes(minutes=minutes, seconds=-1)
    world.nothing_more()


async def test_older_cards_say_that_their_step_is_over(world: World) -> None:
    await overdue(world)
    first = world.newest("ben", "No answer")
    await world.until("15:05")
    world.read_all()
    assert first.labels == ()
    assert "please see the newer message" in first.text


async def test_previews_say_nothing_of_an_alarm(world: World) -> None:
    await at_the_last_step(world)
    for shown in world.chat.messages:
        for version in shown.versions:
            assert "Amira" not in version.preview
            assert "999" not in version.preview
