"""Handing the charge over, and what is seen to once an alarm is over."""

from __future__ import annotations

from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, in_charge, overdue


async def test_the_charge_passes_when_the_other_accepts(world: World) -> None:
    await in_charge(world)
    await world.passes(minutes=3)
    await world.presses("ben", "Hand over", to="carla")
    world.expect(
        "ben", "I have asked Carla Mendes. Until Carla Mendes accepts, you stay in charge."
    )
    world.expect("carla", "Ben Carter, in charge since 15:00, asks you to take over.")
    assert world.alarm(CASE).charge == "ben"
    await world.presses("carla", "I'll take over")
    world.expect("carla", "Thank you, you are in charge.")
    world.expect("carla", "Please answer by 15:13")
    world.expect("ben", "Carla Mendes has taken over. You are no longer in charge.")
    world.nothing_more()
    assert world.alarm(CASE).charge == "carla"
    assert "Carla Mendes has taken charge" in world.card(CASE)


async def test_until_then_the_one_who_had_it_answers_and_it_lapses_as_ever(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "Hand over", to="maria")
    world.read_all()
    await world.until("15:10")
    world.expect("ben", "Nobody has noted an outcome yet")
    world.expect("maria", "Nobody has noted an outcome yet")
    alarm = world.alarm(CASE)
    assert (alarm.charge, alarm.offered) == (None, None)
    world.nothing_more()


async def test_an_offer_is_for_one_person_only(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "Hand over", to="carla")
    world.read_all()
    await world.presses_choice("dev", f"charge {world.alarm(CASE).id}")
    world.expect("dev", "Ben Carter took charge at 15:00.")
    await world.presses_choice("dev", f"handover {world.alarm(CASE).id}", fields={"to": "dev"})
    world.expect("dev", "Ben Carter is in charge of this alarm.")
    assert world.alarm(CASE).charge == "ben"


async def test_nobody_hands_over_to_the_worker_or_to_themselves(world: World) -> None:
    await in_charge(world)
    card = world.newest("ben", "Hand over")
    choice = card.choice("Hand over")
    assert choice is not None
    offered = {value for value, _ in choice.fields[0].options}
    assert offered == {"carla", "dev", "omar", "maria", "helen"}
    for to in ("amira", "ben", ""):
        await world.presses_choice("ben", choice.id, fields={"to": to})
        world.expect("ben", "To whom would you like to hand over?")
    assert world.alarm(CASE).offered is None


async def test_the_older_card_does_not_repeat_the_buttons(world: World) -> None:
    await overdue(world)
    asked = world.newest("ben", "No answer")
    await world.presses_on(asked, "ben", "I'm on it")
    world.read_all()
    assert asked.labels == ()
    assert "You are in charge. What to do, and every button, is in the newer message." in asked.text
    assert world.newest("ben", "No answer") is not asked


async def test_since_when_does_not_move_while_somebody_stays_in_charge(world: World) -> None:
    await in_charge(world)
    await world.passes(minutes=4)
    await world.presses("ben", "No answer")
    world.expect("carla", "Ben Carter has been in charge since 15:00.")
    world.ignore_rest("the others read the same")


async def test_whoever_closes_an_alarm_ticks_the_aftercare_list_off(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "Reached, safe", outcome="minor")
    care = world.expect("ben", "Before you leave it, please see to these and tick them off.")
    world.read_all()
    assert "☐ Is Amira hurt?" in care.text
    await world.presses("ben", "Hurt?", note="a bruise, seen by a nurse")
    assert "☑ Is Amira hurt?" in care.text
    assert "bruise" not in care.text
    assert "Hurt?" not in care.labels
    for label in ("Safe place?", "Fit to drive?", "Who is there?", "Next visits?", "Tonight?"):
        await world.presses("ben", label)
    assert care.text.endswith("Everything is seen to. Thank you for looking after Amira.")
    ticked = [fact["item"] for fact in world.facts(CASE, "AftercareTicked")]
    assert (ticked[0], len(ticked)) == ("hurt", 6)
    world.nothing_more()


async def test_the_aftercare_list_is_for_the_one_who_closed_it(world: World) -> None:
    await in_charge(world)
    alarm = world.alarm(CASE)
    await world.presses_choice("ben", f"care {alarm.id} hurt")
    world.expect("ben", "That button is from an older message")
    await world.presses("ben", "Reached, safe", outcome="minor")
    world.read_all()
    await world.presses_choice("amira", f"care {alarm.id} hurt")
    world.expect("amira", "That was asked of somebody else.")
    assert "AftercareTicked" not in world.journal(CASE)


async def test_no_list_while_the_visit_goes_on(world: World) -> None:
    await in_charge(world)
    await world.presses("ben", "Reached, safe", until="15:30")
    world.expect("ben", "Thank you, noted.")
    world.nothing_for("ben")
    world.ignore_rest("Amira is told as ever")
