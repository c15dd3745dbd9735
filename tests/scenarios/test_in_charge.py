"""Taking charge of an alarm: the first one wins, it is quiet while it is held, and it lapses (house rule 6)."""

from __future__ import annotations

from tests.scenarios.harness import World
from tests.scenarios.stories import (
    CASE,
    EVERYBODY,
    at_the_last_step,
    at_the_resident_step,
    in_charge,
    overdue,
)


async def test_the_buddy_takes_charge_and_everybody_sees_it(world: World) -> None:
    await overdue(world)
    step = world.newest("carla", "I'm on it")
    await world.presses("ben", "I'm on it")
    world.ignore_rest("the words are looked at below")
    assert world.alarm(CASE).charge == "ben"
    assert "Ben Carter has taken charge" in world.card(CASE)
    assert "Ben Carter has taken charge" in step.text
    assert step.labels == ()


async def test_the_first_one_wins_and_the_second_is_told_who(world: World) -> None:
    await at_the_resident_step(world)
    theirs = {who: world.newest(who, "No answer") for who in ("ben", "carla", "dev", "maria")}
    await world.presses_on(theirs["carla"], "carla", "I'm on it")
    world.expect("carla", "Thank you, you are in charge.")
    world.expect("carla", "You are in charge")
    await world.presses_on(theirs["dev"], "dev", "I'm on it")
    world.expect("dev", "Carla Mendes took charge at 15:05.")
    world.nothing_more()
    assert world.journal(CASE).count("ChargeTaken") == 1
    for who in ("ben", "dev", "maria"):
        assert "Carla Mendes has been in charge since 15:05." in theirs[who].text
        assert theirs[who].labels == ("Something is wrong", "999 sheet")


async def test_pressing_again_only_answers_again(world: World) -> None:
    await overdue(world)
    card = world.newest("ben", "No answer")
    await world.presses_on(card, "ben", "I'm on it")
    world.read_all()
    await world.presses_on(card, "ben", "I'm on it")
    world.expect("ben", "Thank you, you are in charge.")
    assert world.journal(CASE).count("ChargeTaken") == 1


async def test_it_is_quiet_while_somebody_is_in_charge(world: World) -> None:
    await in_charge(world)
    await world.until("15:09:59")
    world.nothing_more()


async def test_after_ten_minutes_it_lapses_and_everybody_is_asked_again(world: World) -> None:
    await in_charge(world)
    await world.until("15:10")
    world.expect("ben", "Nobody has noted an outcome yet, so I am asking again.")
    world.nothing_more()
    assert world.alarm(CASE).charge is None
    assert "Was due to end at 14:45." in world.card(CASE)
    await world.until("15:14:59")
    world.nothing_more()
    await world.until("15:15")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        world.expect(who, "First: ring the person Amira is visiting.")
    world.expect_channel("asked to ring the number of the person visited")


async def test_after_a_lapse_on_the_last_step_everybody_is_asked(world: World) -> None:
    await at_the_last_step(world)
    await world.presses("helen", "I'm on it")
    world.read_all()
    await world.until("15:20")
    for who in EVERYBODY:
        world.expect(who, "Nobody has noted an outcome yet")
    world.nothing_more()


async def test_charge_may_be_taken_from_the_channel(world: World) -> None:
    await overdue(world)
    step = world.newest("dev", "I'm on it")
    assert step.to.channel is not None
    await world.presses_on(step, "dev", "I'm on it")
    world.expect_aside("dev", "What to do first is in your private chat with me.")
    world.expect("dev", "First: ring Amira on 07700 900101.")
    assert world.alarm(CASE).charge == "dev"


async def test_nobody_takes_charge_of_their_own_alarm(world: World) -> None:
    await overdue(world)
    step = world.newest("amira", "I'm on it")
    await world.presses_on(step, "amira", "I'm on it")
    world.expect_aside("amira", "somebody else has to take it")
    assert world.alarm(CASE).charge is None


async def test_the_worker_does_not_answer_their_own_alarm(world: World) -> None:
    await overdue(world)
    safe = world.newest("ben", "Reached, safe").choice("Reached, safe")
    assert safe is not None
    await world.presses_choice("amira", safe.id, fields={"outcome": "forgot"})
    world.expect("amira", "somebody else has to take it")
    assert world.alarm(CASE).open


async def test_a_stranger_cannot_touch_an_alarm(world: World) -> None:
    await overdue(world)
    card = world.newest("ben", "No answer")
    for choice in card.now.choices:
        await world.presses_choice("zoe", choice.id, fields={"outcome": "forgot"})
    world.nothing_more()
    assert world.journal(CASE)[-1] == "StepEntered"


async def test_the_person_in_charge_is_told_until_when_to_answer(world: World) -> None:
    await overdue(world)
    await world.presses("ben", "I'm on it")
    world.expect_aside("ben", "Thank you, you are in charge.")
    world.expect("ben", "Please answer by 15:10; after that I ask everybody again.")
