"""A visit that begins without a buddy: the manager is alarmed until somebody finds one (F1)."""

from __future__ import annotations

from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, uncovered


async def test_a_visit_started_now_alarms_the_manager_after_five_minutes(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    await world.until("14:04:59")
    world.read_all()
    await world.until("14:05")
    world.expect("maria", "No buddy for Amira Khan")
    world.expect("amira", "Nobody has accepted yet, and the manager has been told.")
    world.nothing_more()
    assert "No buddy yet. The manager has been told." in world.card(CASE)


async def test_a_planned_visit_alarms_five_minutes_after_its_start(world: World) -> None:
    await world.says("amira", "start 15:00-16:00 CASE123")
    await world.until("15:04:59")
    world.read_all()
    await world.until("15:05")
    world.expect("maria", "CASE123 started at 15:00, and nobody has accepted to be the buddy.")
    world.expect("amira", "Please do not go in before somebody has.")


async def test_the_worker_who_is_inside_is_asked_to_wait_outside(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    await world.says("amira", "arrived")
    await world.until("14:04")
    world.read_all()
    await world.until("14:05")
    world.expect("amira", "please wait outside until somebody has")
    world.expect("maria", "No buddy for Amira Khan")


async def test_the_head_of_service_follows_and_it_repeats_until_an_outcome(world: World) -> None:
    await uncovered(world)
    await world.until("14:09:59")
    world.read_all()
    await world.until("14:10")
    world.expect("maria", "No buddy for Amira Khan")
    world.expect("helen", "No buddy for Amira Khan")
    for wall in ("14:15", "14:20", "14:25"):
        await world.until(wall)
        world.expect("maria", "Nobody has noted an outcome yet")
        world.expect("helen", "Nobody has noted an outcome yet")
        world.nothing_more()


async def test_it_closes_when_somebody_accepts(world: World) -> None:
    await uncovered(world)
    asked = world.newest("maria", "I'll be the buddy")
    await world.presses("dev", "I'm on it")
    world.expect("dev", "Thank you, you are Amira Khan's buddy")
    world.expect("dev", "You are Amira Khan's buddy")
    world.expect("amira", "Dev Patel is your buddy")
    world.expect("maria", "A buddy was found (Dev Patel).")
    assert "A buddy was found (Dev Patel)." in asked.text
    await world.until("14:30")
    world.nothing_more()
    assert world.journal(CASE)[-2:] == ["CoverAccepted", "EscalationClosed"]


async def test_the_manager_may_be_the_buddy(world: World) -> None:
    await uncovered(world)
    await world.presses("maria", "I'll be the buddy")
    world.expect("maria", "Thank you, you are Amira Khan's buddy")
    world.expect("maria", "You are Amira Khan's buddy")
    world.expect("amira", "Maria Novak is your buddy")
    assert world.visit(CASE).buddy_id == "maria"
    assert not world.alarm(CASE).open


async def test_the_manager_calls_the_visit_off(world: World) -> None:
    await uncovered(world)
    asked = world.newest("dev", "I'm on it")
    await world.presses("maria", "Call the visit off", note="nobody free")
    world.expect("maria", "noted")
    world.expect("amira", "Please do not go in. Maria Novak has called the visit off")
    assert "Cancelled" in world.card(CASE)
    assert asked.labels == ()
    await world.until("15:30")
    world.nothing_more()
    assert world.journal(CASE)[-3:] == ["Answered", "EscalationClosed", "VisitCancelled"]


async def test_it_closes_when_the_worker_cancels(world: World) -> None:
    await uncovered(world)
    await world.presses("amira", "Cancel the visit")
    world.expect("amira", "CASE123 is cancelled.")
    world.expect("maria", "The visit does not take place, or is over (Amira Khan).")
    await world.until("15:30")
    world.nothing_more()


async def test_it_closes_when_the_worker_is_done(world: World) -> None:
    await uncovered(world)
    await world.says("amira", "done")
    world.expect("amira", "CASE123 is over.")
    world.expect("maria", "The visit does not take place, or is over (Amira Khan).")
    assert not world.alarm(CASE).open


async def test_whoever_finds_an_overdue_worker_safe_is_named_as_having_closed_it(
    world: World,
) -> None:
    await uncovered(world)
    await world.until("15:20")
    world.read_all()
    late = world.newest("maria", "Reached, safe")
    await world.presses_on(late, "maria", "Reached, safe", outcome="forgot")
    world.expect("helen", "The visit does not take place, or is over (Maria Novak).")
    world.ignore_rest("how an overdue visit ends is told elsewhere")


async def test_the_manager_takes_charge_and_it_is_quiet_until_that_lapses(world: World) -> None:
    await uncovered(world)
    await world.presses("maria", "I'm on it")
    world.expect("maria", "Thank you, you are in charge.")
    world.expect("maria", "First: find a buddy, or call the visit off.")
    await world.until("14:07")
    world.expect("omar", "Can you be Amira Khan's buddy?")
    await world.until("14:09")
    world.read_all()
    await world.until("14:14:59")
    world.nothing_more()
    await world.until("14:15")
    world.expect("maria", "Nobody has noted an outcome yet")
    world.nothing_more()
    assert world.journal(CASE)[-2:] == ["ChargeLapsed", "AskedAgain"]


async def test_an_uncovered_visit_that_is_overdue_has_no_buddy_to_ask_first(world: World) -> None:
    await uncovered(world)
    await world.until("14:59:59")
    world.read_all()
    await world.until("15:00")
    for who in ("ben", "carla", "dev", "omar", "maria"):
        world.expect(who, "No word from Amira Khan")
    world.expect_channel("Those next in line are asked to ring the number of the person visited.")
    world.ignore_rest("the alarm for the missing buddy repeats at the same time")
    kinds = world.journal(CASE)
    begun = kinds.index("BecameOverdue")
    assert kinds[begun : begun + 4] == [
        "BecameOverdue",
        "EscalationOpened",
        "StepSkipped",
        "StepEntered",
    ]


async def test_the_nudge_without_a_buddy_goes_to_worker_and_channel(world: World) -> None:
    await uncovered(world)
    await world.until("14:44")
    world.read_all()
    await world.until("14:45")
    world.expect("amira", "All well?")
    world.expect_channel("CASE123 was due to end at 14:45.")
    world.ignore_rest("the alarm for the missing buddy repeats at the same time")
