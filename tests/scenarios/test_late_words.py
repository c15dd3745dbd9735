"""The worker writes after the alarm began: a person is told, and nothing ends by itself (F6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.message import Style
from bot.packs import loader
from tests.scenarios.harness import LONDON, Loaded, World, sample_team
from tests.scenarios.stories import CASE, at_the_resident_step, home_bound, in_charge, overdue


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("done", "Amira wrote “done” at 15:00."),
        ("ok", "Amira wrote “ok” at 15:00."),
        ("arrived", "Amira wrote “arrived” at 15:00."),
        ("cancel", "Amira wrote “cancel” at 15:00."),
        ("extend 30m", "Amira wrote that they are staying longer at 15:00."),
    ],
)
async def test_a_late_word_goes_to_whoever_was_asked_and_ends_nothing(
    world: World, word: str, told: str
) -> None:
    await overdue(world)
    await world.says("amira", word)
    world.expect("amira", "Thank you for writing, I have noted it.")
    card = world.expect("ben", told)
    assert "A message is not enough" in card.text
    world.nothing_more()
    assert world.visit(CASE).open
    assert world.alarm(CASE).open


async def test_one_button_stands_out_and_it_is_what_the_card_says_first(world: World) -> None:
    await in_charge(world)
    for _ in range(2):
        await world.presses("ben", "No answer")
    assert loud(world) == ["I have called 999"]
    await world.says("amira", "ok")
    assert "First: ring Amira" in world.newest("ben", "Reached, safe").text
    assert loud(world) == ["I have heard Amira's voice"]
    world.ignore_rest("this is about one card")


def loud(world: World) -> list[str]:
    """Return the buttons that stand out on the newest card of Ben's alarm."""
    card = world.newest("ben", "Reached, safe")
    return [one.label for one in card.now.choices if one.style is Style.PRIMARY]


async def test_the_person_in_charge_alone_is_told(world: World) -> None:
    await at_the_resident_step(world)
    await world.presses("carla", "No answer")
    world.read_all()
    await world.says("amira", "done")
    world.expect("amira", "Thank you for writing")
    world.expect("carla", "Amira Khan wrote")
    world.nothing_more()


async def test_the_ladder_holds_ten_minutes_and_then_goes_on(world: World) -> None:
    await overdue(world)
    await world.until("15:02")
    await world.says("amira", "ok")
    world.read_all()
    await world.until("15:11:59")
    world.nothing_more()
    await world.until("15:12")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        card = world.expect(who, "First: ring the person Amira is visiting.")
        assert "Amira wrote at 15:02, but nobody has noted speaking to Amira yet." in card.text
    world.expect_channel("asked to ring the number of the person visited")


async def test_a_second_word_does_not_hold_it_again(world: World) -> None:
    await overdue(world)
    await world.says("amira", "ok")
    await world.until("15:09")
    await world.says("amira", "ok")
    world.expect("amira", "Thank you for writing")
    world.read_all()
    await world.until("15:10")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        world.expect(who, "First: ring the person Amira is visiting.")
    world.expect_channel("asked to ring")


async def test_it_does_not_lengthen_a_charge(world: World) -> None:
    await in_charge(world)
    await world.until("15:09")
    await world.says("amira", "ok")
    world.read_all()
    await world.until("15:10")
    world.expect("ben", "Nobody has noted an outcome yet")


async def test_the_buddy_who_spoke_to_her_closes_it(world: World) -> None:
    await overdue(world)
    await world.says("amira", "done")
    world.read_all()
    await world.presses("ben", "Reached, safe", outcome="forgot")
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", "Ben Carter has noted that you are safe.")
    world.expect("ben", "Aftercare: Amira Khan · CASE123")
    world.nothing_more()
    assert "Confirmed safe" in world.card(CASE)


async def test_her_own_buttons_are_a_late_word_too(world: World) -> None:
    await overdue(world)
    await world.presses("amira", "I've left")
    world.expect("amira", "Thank you for writing")
    world.expect("ben", "Amira wrote “done”")
    assert world.visit(CASE).open


async def test_the_worker_is_told_the_same_whether_taken_or_followed_up(world: World) -> None:
    await in_charge(world)
    await world.says("amira", "ok")
    world.expect("amira", "Thank you for writing, I have noted it.")
    world.read_all()
    await world.presses("ben", "No answer")
    world.read_all()
    await world.says("amira", "ok")
    world.expect("amira", "Thank you for writing, I have noted it.")
    world.read_all()


async def test_she_may_still_start_another_visit(world: World) -> None:
    await overdue(world)
    await world.says("amira", "start now 30m CASE456")
    world.expect("amira", "Your visit CASE456")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    world.expect_channel("CASE456")
    assert world.visit(CASE).open


# --- closed by voice: what the pack of the sample team says ----------------------------------------


async def test_one_tap_of_who_has_heard_her_voice_ends_the_visit(world: World) -> None:
    await overdue(world)
    await world.says("amira", "left")
    card = world.expect("ben", "Amira wrote “done” at 15:00.")
    assert "“I have heard Amira's voice” ends the visit." in card.text
    world.read_all()
    await world.presses("ben", "I have heard Amira's voice")
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", "Ben Carter has noted that you are safe.")
    world.expect("ben", "Aftercare: Amira Khan · CASE123")
    world.nothing_more()
    assert not world.visit(CASE).open
    assert world.facts(CASE, "Answered")[-1]["answer"] == "voice_heard"


@pytest.mark.parametrize(
    ("word", "says", "end"),
    [
        ("ok", "lets the visit go on for another 15 minutes.", "15:15"),
        ("extend until 15:40", "lets the visit go on until 15:40.", "15:40"),
        ("going in", "lets the visit go on for another 15 minutes.", "15:15"),
    ],
)
async def test_or_lets_it_go_on_as_she_asked(world: World, word: str, says: str, end: str) -> None:
    await overdue(world)
    await world.says("amira", word)
    world.expect("amira", "Thank you for writing")
    card = world.expect("ben", "A message is not enough")
    assert f"“I have heard Amira's voice” {says}" in card.text
    await world.presses("ben", "I have heard Amira's voice")
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", f"CASE123 now goes on until {end}.")
    world.nothing_more()
    assert f"{world.visit(CASE).end_at.astimezone(LONDON):%H:%M}" == end
    assert not world.alarm(CASE).open


async def test_the_tap_stands_on_the_card_of_who_takes_charge_too(world: World) -> None:
    await overdue(world)
    assert "I have heard Amira's voice" not in world.buttons("ben")
    await world.says("amira", "ok")
    await world.presses("ben", "I'm on it")
    world.read_all()
    assert "I have heard Amira's voice" in world.newest("ben", "No answer").labels
    await world.presses("ben", "I have heard Amira's voice")
    assert not world.alarm(CASE).open
    world.read_all()


async def test_nobody_confirms_a_word_that_another_has_followed(world: World) -> None:
    await overdue(world)
    await world.says("amira", "left")
    ends = world.newest("ben", "I have heard Amira's voice")
    choice = ends.choice("I have heard Amira's voice")
    assert choice is not None
    await world.says("amira", "ok")
    world.read_all()
    await world.presses_choice("ben", choice.id)
    world.expect("ben", "The worker has written something else since")
    assert world.alarm(CASE).open
    await world.presses_choice("amira", choice.id)
    world.expect("amira", "This visit or alarm is your own")


async def test_while_somebody_is_in_charge_nobody_else_confirms(world: World) -> None:
    await in_charge(world)
    await world.says("amira", "left")
    world.read_all()
    await world.presses_choice("carla", f"voice {world.alarm(CASE).id} done")
    world.expect("carla", "Ben Carter took charge at 15:00.")
    assert world.alarm(CASE).open
    world.nothing_more()


@pytest.mark.parametrize("word", ["unsure", ""])
async def test_nothing_is_confirmed_by_one_tap_that_says_nothing_good(
    world: World, word: str
) -> None:
    await overdue(world)
    if word:
        await world.says("amira", word)
    world.read_all()
    assert "I have heard Amira's voice" not in world.buttons("ben")
    await world.presses_choice("ben", f"voice {world.alarm(CASE).id} {word or 'done'}")
    world.expect("ben", "nothing that one tap could confirm")
    assert world.alarm(CASE).open


async def test_with_company_somebody_says_who_is_out(world: World) -> None:
    await world.says("amira", f"start now 45m {CASE} with @dev")
    await world.presses("ben", "I'm on it")
    await world.until("15:00")
    await world.says("amira", "all out")
    assert "I have heard Amira's voice" not in world.buttons("ben")
    assert "Reached, safe" in world.buttons("ben")
    world.ignore_rest("how it is closed then is told above")


# --- or by her own tap: another procedure ----------------------------------------------------------


def by_tap(**more: object) -> Loaded:
    """Return the sample team with a procedure that takes the worker's own late word."""
    values: dict[str, object] = {"escalation.late_by_voice": False, "stay.late_confirmed": False}
    adjusted = {
        key: {"value": value, "reason": "Agreed."} for key, value in (values | more).items()
    }
    entry, _, _ = sample_team()
    entry = replace(entry, adjustments=adjusted)
    policy = loader.effective(entry, None)
    return entry, policy, loader.encode(policy)


@pytest.fixture
async def tapping() -> World:
    return await World().opens(by_tap())


async def test_her_own_left_ends_it_and_everybody_asked_is_told(tapping: World) -> None:
    await at_the_resident_step(tapping)
    await tapping.says("amira", "left")
    tapping.expect("amira", "Thank you. CASE123 is over.")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        tapping.expect(who, "Amira has written that all is well; in your procedure that is enough.")
    tapping.nothing_more()
    assert not tapping.visit(CASE).open
    assert tapping.alarm(CASE).outcome == "forgot"
    await tapping.until("16:00")
    await tapping.closes()


async def test_her_own_ok_lets_it_go_on_for_a_quarter_of_an_hour(tapping: World) -> None:
    await overdue(tapping)
    await tapping.until("15:02")
    await tapping.says("amira", "ok")
    tapping.expect("amira", "CASE123 goes on until 15:17.")
    tapping.expect("ben", "Goes on until 15:17.")
    tapping.expect("ben", "in your procedure that is enough")
    tapping.nothing_more()
    assert tapping.visit(CASE).open
    assert not tapping.visit(CASE).overdue
    await tapping.until("15:32")
    assert tapping.alarm(CASE).open, "a second alarm begins as the first did"
    tapping.ignore_rest("the ladder is told elsewhere")
    await tapping.closes()


async def test_home_ends_the_way_home_that_was_late(tapping: World) -> None:
    await home_bound(tapping)
    await tapping.until("15:15")
    tapping.read_all()
    await tapping.says("amira", "home")
    tapping.expect("amira", "Good to hear. Have a good rest")
    tapping.expect("ben", "in your procedure that is enough")
    tapping.nothing_more()
    await tapping.closes()


@pytest.mark.parametrize("found", ["No answer", "Something is wrong", "I have called 999"])
async def test_once_something_may_be_wrong_a_voice_is_needed_all_the_same(
    tapping: World, found: str
) -> None:
    await overdue(tapping)
    if found == "I have called 999":
        await tapping.presses_choice("ben", f"report {tapping.alarm(CASE).id} 0 called_999")
    else:
        await tapping.presses("ben", found)
    tapping.read_all()
    await tapping.says("amira", "left")
    tapping.expect("amira", "Thank you for writing, I have noted it.")
    assert tapping.visit(CASE).open
    assert tapping.alarm(CASE).open
    tapping.ignore_rest("who is told of it is told above")
    await tapping.closes()


@pytest.mark.parametrize("word", ["arrived", "unsure", "extend 2h", "cancel"])
async def test_other_words_close_nothing(tapping: World, word: str) -> None:
    await overdue(tapping)
    await tapping.says("amira", word)
    tapping.expect("amira", "Thank you for writing, I have noted it.")
    assert tapping.alarm(CASE).open
    tapping.ignore_rest("who is told of it is told above")
    await tapping.closes()


async def test_with_company_she_says_who_is_out(tapping: World) -> None:
    await tapping.says("amira", f"start now 45m {CASE} with @dev")
    await tapping.presses("ben", "I'm on it")
    await tapping.until("15:00")
    tapping.read_all()
    await tapping.says("amira", "left")
    tapping.expect("amira", "Is everybody out?")
    assert tapping.alarm(CASE).open
    await tapping.presses("amira", "We are all out")
    assert not tapping.alarm(CASE).open
    tapping.ignore_rest("what is said then is told above")
    await tapping.closes()


async def test_a_visit_past_five_closes_by_voice_whatever_the_pack_says_of_others() -> None:
    world = await World().opens(by_tap())
    await world.says("amira", f"start 16:45-17:30 {CASE}")
    await world.presses("ben", "I'm on it, by mobile")
    await world.until("16:40")
    await world.presses("ben", "Still on it, by mobile")
    await world.until("17:45")
    await world.says("amira", "left")
    assert world.alarm(CASE).open
    world.ignore_rest("who is told of it is told above")
    await world.closes()


async def test_where_going_on_late_needs_a_voice_her_ok_closes_nothing() -> None:
    world = await World().opens(by_tap(**{"stay.late_confirmed": True}))
    await overdue(world)
    await world.says("amira", "ok")
    assert world.alarm(CASE).open
    await world.says("amira", "left")
    assert not world.alarm(CASE).open
    world.ignore_rest("what is said then is told above")
    await world.closes()
