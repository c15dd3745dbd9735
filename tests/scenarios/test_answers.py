"""What the person in charge found: no answer, something is wrong, 999 called, reached and safe (F6, F11)."""

from __future__ import annotations

from tests.scenarios.harness import World
from tests.scenarios.stories import (
    CASE,
    EVERYBODY,
    at_the_last_step,
    at_the_resident_step,
    in_charge,
    out,
    overdue,
)


async def test_no_answer_goes_to_the_next_step_at_once_with_the_same_person(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "No answer")
    world.expect("ben", "Thank you, noted.")
    world.expect("ben", "First: ring the person Amira is visiting.")
    for who in ("carla", "dev", "omar", "maria"):
        informed = world.expect(who, "You would be asked next. Nothing to do just now.")
        assert "Ben Carter has been in charge" in informed.text
    world.nothing_more()
    assert (world.alarm(CASE).step, world.alarm(CASE).charge) == (1, "ben")


async def test_from_no_answer_on_the_channel_reads_only_that_it_is_followed_up(
    world: World,
) -> None:
    await in_charge(world)
    in_channel = [shown for shown in world.chat.messages if shown.to.channel is not None]
    step = next(shown for shown in in_channel if ":step:0" in shown.key)
    await world.presses("ben", "No answer")
    assert "Being followed up" in world.card(CASE)
    assert "Being followed up" in step.text
    assert "Ben Carter has taken charge" not in world.card(CASE)
    await world.passes(minutes=40)
    assert [shown for shown in world.unread() if shown.to.channel is not None] == []
    assert [shown for shown in world.unread() if shown.to.person == "amira"] == []
    assert "Being followed up" in world.card(CASE)
    world.ignore_rest("the steps in private are told elsewhere")


async def test_the_worker_reads_no_more_than_the_channel(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "No answer")
    mine = [shown.text for shown in world.chat.visible_to("amira", "adult-care")]
    assert not any("ring the" in text or "999" in text for text in mine[-3:])
    world.ignore_rest("only the worker's side matters")


async def test_pressing_no_answer_twice_advances_once(world: World) -> None:
    await in_charge(world)
    card = await world.presses("ben", "No answer")
    world.read_all()
    await world.presses_on(card, "ben", "No answer")
    world.expect("ben", "This alarm has moved on since that message. Please use the newest card.")
    world.nothing_more()
    assert world.alarm(CASE).step == 1


async def test_no_answer_without_taking_charge_first_takes_it(world: World) -> None:
    await overdue(world)
    await world.presses("ben", "No answer")
    world.expect("ben", "Thank you, noted.")
    world.expect("ben", "First: ring the person Amira is visiting.")
    for who in ("carla", "dev", "omar", "maria"):
        world.expect(who, "Ben Carter has been in charge")
    assert world.alarm(CASE).charge == "ben"


async def test_no_answer_from_somebody_else_is_refused(world: World) -> None:
    await at_the_resident_step(world)
    theirs = world.newest("carla", "No answer")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.presses_on(theirs, "carla", "No answer")
    world.expect("carla", "Ben Carter took charge at 15:05.")
    assert world.alarm(CASE).step == 1


async def test_after_no_answer_the_charge_holds_for_another_ten_minutes(world: World) -> None:
    await in_charge(world)
    await world.until("15:08")
    await world.presses("ben", "No answer")
    world.read_all()
    await world.until("15:17:59")
    world.nothing_more()
    await world.until("15:18")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        world.expect(who, "Nobody has noted an outcome yet")
    world.nothing_more()


async def test_no_answer_on_both_numbers_leads_to_999(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "No answer")
    world.read_all()
    await world.presses("ben", "No answer")
    world.expect("ben", "Thank you, noted.")
    world.expect("ben", "First: dial 999, unless there is a good reason not to.")
    world.expect("helen", "You would be asked next.")
    world.nothing_more()


async def test_something_is_wrong_leads_to_999_at_once(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "Something is wrong")
    world.expect("ben", "Thank you, noted.")
    world.expect("ben", "First: dial 999")
    for who in ("carla", "dev", "omar", "maria", "helen"):
        world.expect(who, "Ben Carter has been in charge")
    world.nothing_more()
    assert "Being followed up" in world.card(CASE)


async def test_something_is_wrong_is_heard_from_anybody(world: World) -> None:
    await at_the_resident_step(world)
    theirs = world.newest("carla", "Something is wrong")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.presses_on(theirs, "carla", "Something is wrong")
    assert world.alarm(CASE).step == 2
    assert world.alarm(CASE).charge == "carla"
    world.expect("carla", "Thank you, noted.")
    world.expect("carla", "First: dial 999")
    world.expect("helen", "You would be asked next.")
    world.ignore_rest("who else hears of it is told elsewhere")


async def test_999_called_keeps_it_open_and_is_told_to_the_others(world: World) -> None:
    await at_the_last_step(world)
    await world.presses("helen", "I have called 999", reference="INC-77")
    world.expect("helen", "Thank you, noted.")
    world.expect("helen", "You are in charge")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        world.expect(who, "Helen Osei called 999 at 15:10.")
    world.nothing_more()
    alarm = world.alarm(CASE)
    assert alarm.open
    assert alarm.called_999
    assert alarm.charge == "helen"


async def test_after_999_was_called_nobody_is_asked_to_dial_it_again(world: World) -> None:
    await at_the_last_step(world)
    await world.presses("helen", "I have called 999")
    world.read_all()
    await world.until("15:20")
    for who in EVERYBODY:
        card = world.expect(who, "999 has been called.")
        assert "I have called 999" not in card.labels
        assert "First: dial 999" not in card.text


async def test_an_outcome_is_required(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "Reached, safe")
    world.expect("ben", "Please also choose what happened, or until when they are staying.")
    assert world.alarm(CASE).open


async def test_reached_and_safe_ends_the_visit_and_is_told_to_everybody(world: World) -> None:
    await at_the_last_step(world)
    await world.presses("maria", "Reached, safe", outcome="no_signal", note="was in the cellar")
    world.expect("maria", "Thank you, noted.")
    world.expect("amira", "Maria Novak has noted that you are safe.")
    for who in ("ben", "carla", "dev", "omar", "helen"):
        world.expect(who, "Maria Novak noted that Amira is safe: no signal")
    world.expect("maria", "Before you leave it, please see to these and tick them off.")
    world.nothing_more()
    assert "Confirmed safe at 15:10" in world.card(CASE)
    assert not any("cellar" in shown.text for shown in world.chat.messages)
    for who in EVERYBODY:
        assert bool(world.buttons(who)) is (who == "maria")
    await world.passes(hours=10)
    world.nothing_more()


async def test_still_there_until_a_time_lets_the_visit_go_on(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "Reached, safe", until="15:30")
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", "CASE123 now goes on until 15:30.")
    world.nothing_more()
    assert "14:00–15:30" in world.card(CASE)
    await world.until("15:20")
    world.expect("amira", "CASE123: due to end at 15:30")
    await world.until("15:30")
    world.expect("amira", "All well?")
    world.expect("ben", "CASE123 was due to end at 15:30.")
    world.expect_channel("CASE123 was due to end at 15:30.")
    await world.until("15:45")
    world.expect("ben", "First: ring Amira on 07700 900101.")
    world.expect_channel("Ben Carter is asked to ring Amira's mobile.")
    world.nothing_more()
    assert world.journal(CASE).count("EscalationOpened") == 2


async def test_a_second_alarm_of_a_visit_begins_open_to_the_team_again(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "No answer")
    await world.presses("ben", "Reached, safe", until="15:30")
    await world.until("15:44")
    world.read_all()
    await world.until("15:45")
    world.expect("ben", "First: ring Amira")
    world.expect_channel("Ben Carter is asked to ring Amira's mobile.")


async def test_an_answer_to_an_alarm_that_is_over_changes_nothing(world: World) -> None:
    await at_the_resident_step(world)
    theirs = world.newest("carla", "Something is wrong")
    await world.presses("ben", "Reached, safe", outcome="forgot")
    world.read_all()
    before = world.journal(CASE)
    await world.presses_on(theirs, "carla", "Something is wrong")
    world.expect("carla", "This alarm is over.")
    await world.presses_on(theirs, "carla", "I'm on it")
    world.expect("carla", "This alarm is over.")
    assert world.journal(CASE) == before


async def test_a_note_stays_out_of_every_chat(world: World) -> None:
    await out(world)
    await world.until("15:00")
    await world.presses("ben", "Reached, safe", outcome="medical", note="Mrs Smith fell")
    assert not any("Smith" in version.text for s in world.chat.messages for version in s.versions)
    world.ignore_rest("the words are told above")
