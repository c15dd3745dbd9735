"""A platform that does not take messages moves things on, and loses nothing (house rules 3 and 5)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.people import RoomFault
from bot.ports import InboundKind
from bot.service import rooms
from bot.service.relay import Relay
from tests.fakes.chat import Shown, Trouble
from tests.fakes.clock import VirtualClock
from tests.scenarios.harness import TEAM, World
from tests.scenarios.stories import CASE, at_the_last_step, at_the_resident_step, out


async def due(world: World) -> None:
    await out(world)
    await world.until("14:59")
    world.read_all()


async def test_a_buddy_who_cannot_be_reached_hands_on_to_the_next_step_at_once(
    world: World,
) -> None:
    await due(world)
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    for who in ("carla", "dev", "omar", "maria"):
        world.expect(who, "First: ring the person Amira is visiting.")
    world.ignore_rest("the channel's note is told elsewhere")
    begun = world.journal(CASE).index("EscalationOpened")
    assert world.journal(CASE)[begun + 1 :] == [
        "StepEntered",
        "Unreachable",
        "StepEntered",
        "Unreachable",
    ]


async def test_one_of_several_who_cannot_be_reached_does_not_hurry_the_others(
    world: World,
) -> None:
    await due(world)
    await world.until("15:04")
    world.read_all()
    world.chat.fails("dev", Trouble.PERMANENT)
    await world.until("15:05")
    assert world.alarm(CASE).step == 1
    assert world.journal(CASE)[-1] == "Unreachable"
    world.ignore_rest("who is asked is told elsewhere")


async def test_when_nobody_of_a_step_can_be_reached_the_next_one_begins(world: World) -> None:
    await due(world)
    for who in ("ben", "carla", "dev", "omar", "maria"):
        world.chat.fails(who, Trouble.PERMANENT)
    await world.until("15:00")
    world.expect("helen", "First: dial 999")
    assert world.clock.now() == world.alarm(CASE).opened_at
    world.ignore_rest("the channel's notes are told elsewhere")


async def test_when_nobody_at_all_can_be_reached_it_goes_on_trying(world: World) -> None:
    await due(world)
    everybody = ("ben", "carla", "dev", "omar", "maria", "helen")
    for who in everybody:
        world.chat.fails(who, Trouble.PERMANENT)
    await world.until("15:20")
    for who in everybody:
        world.chat.heals(who)
    world.read_all()
    await world.until("15:25")
    for who in everybody:
        world.expect(who, "Nobody has noted an outcome yet")


async def test_a_passing_trouble_only_delays(world: World) -> None:
    await due(world)
    world.chat.fails("ben", Trouble.TEMPORARY, times=3)
    await world.until("15:00")
    world.expect_channel("Ben Carter is asked to ring Amira's mobile.")
    world.nothing_more()
    await world.passes(seconds=14)
    world.expect("ben", "No word from Amira Khan")
    assert "Unreachable" not in world.journal(CASE)


async def test_an_alarm_not_taken_for_a_minute_moves_the_ladder_on_and_still_arrives(
    world: World,
) -> None:
    await due(world)
    world.chat.fails("ben", Trouble.TEMPORARY)
    await world.until("15:00")
    world.expect_channel("Ben Carter is asked to ring Amira's mobile.")
    await world.passes(seconds=59)
    world.nothing_more()
    assert world.alarm(CASE).step == 0
    await world.passes(seconds=16)
    assert world.alarm(CASE).step == 1
    for who in ("carla", "dev", "omar", "maria"):
        world.expect(who, "No word from Amira Khan")
    world.expect_channel("asked to ring the number")
    world.chat.heals("ben")
    await world.passes(seconds=30)
    world.expect("ben", "No word from Amira Khan")
    world.nothing_more()


async def test_a_platforms_wish_to_wait_does_not_hold_back_the_ladder(world: World) -> None:
    await due(world)
    world.chat.fails("ben", Trouble.LATER, times=1, retry_after=timedelta(minutes=10))
    await world.until("15:00")
    assert world.alarm(CASE).step == 1
    world.ignore_rest("who is asked is told elsewhere")


async def test_a_platforms_wish_to_wait_is_kept_for_what_can_wait(world: World) -> None:
    await out(world)
    world.chat.fails("amira", Trouble.LATER, times=1, retry_after=timedelta(seconds=50))
    await world.until("14:35:49")
    world.nothing_more()
    await world.until("14:35:50")
    world.expect("amira", "CASE123: due to end at 14:45")


async def test_a_wish_to_wait_for_minutes_is_told_to_the_buddy_at_once(world: World) -> None:
    await out(world)
    world.chat.fails("amira", Trouble.LATER, times=1, retry_after=timedelta(minutes=3))
    await world.until("14:35")
    world.expect("ben", "My message to Amira Khan did not get through.")
    await world.until("14:38")
    world.expect("amira", "CASE123: due to end at 14:45")


async def test_a_worker_who_cannot_be_nudged_has_their_buddy_told(world: World) -> None:
    await out(world)
    await world.until("14:40")
    world.read_all()
    world.chat.fails("amira", Trouble.PERMANENT)
    await world.until("14:45")
    world.expect("ben", "CASE123 was due to end at 14:45.")
    world.expect("ben", "My message to Amira Khan did not get through. Please ring instead.")
    for who in ("maria", "helen"):
        world.expect(who, "What I send to Amira Khan is refused for good.")
    world.expect_channel("CASE123 was due to end at 14:45.")


async def test_a_worker_who_cannot_be_nudged_for_a_minute_has_their_buddy_told(
    world: World,
) -> None:
    await out(world)
    await world.until("14:40")
    world.read_all()
    world.chat.fails("amira", Trouble.TEMPORARY)
    await world.until("14:48")
    world.expect("ben", "CASE123 was due to end at 14:45.")
    world.expect("ben", "My message to Amira Khan did not get through.")
    world.expect_channel("CASE123 was due to end at 14:45.")
    world.nothing_more()


async def test_a_message_taken_in_silence_is_sent_again_with_the_same_key(world: World) -> None:
    await due(world)
    world.chat.fails("ben", Trouble.SILENT, times=2)
    await world.until("15:00")
    await world.passes(seconds=20)
    shown = world.expect("ben", "No word from Amira Khan")
    assert world.chat.tries.count(shown.key) == 3
    world.expect_channel("Ben Carter is asked to ring")
    world.nothing_more()


async def test_a_card_taken_in_silence_is_still_edited(world: World) -> None:
    world.chat.fails("adult-care", Trouble.SILENT, times=1)
    await world.says("amira", "start now 45m CASE123")
    await world.passes(seconds=10)
    await world.presses("ben", "I'm on it")
    assert "Buddy: Ben Carter" in world.card(CASE)
    world.ignore_rest("the words are told elsewhere")


async def test_a_card_that_was_deleted_is_no_acknowledgement(world: World) -> None:
    await at_the_resident_step(world)
    for who in ("ben", "carla", "dev", "omar", "maria", "adult-care"):
        world.chat.fails(who, Trouble.GONE)
    await world.until("15:10")
    assert world.alarm(CASE).charge is None
    for who in ("ben", "carla", "dev", "omar", "maria", "helen"):
        world.expect(who, "First: dial 999")
    world.expect_channel("asked to dial 999")


def asked_in_private(world: World, who: str) -> Shown:
    """Return the card on which somebody can take charge."""
    mine = [shown for shown in world.chat.messages if shown.to.person == who]
    return next(shown for shown in reversed(mine) if "I'm on it" in shown.labels)


async def the_cards_change(world: World) -> None:
    """Have the cards of the open alarm say one thing more."""
    closed = frozenset({RoomFault.CLOSED})
    await world.store.run(lambda tx: rooms.note(tx, TEAM, closed), name="room")
    await world.settles()


async def test_an_alarm_whose_card_was_deleted_is_posted_anew(world: World) -> None:
    await at_the_resident_step(world)
    deleted = asked_in_private(world, "ben")
    world.chat.fails("ben", Trouble.GONE, times=1)
    await the_cards_change(world)
    anew = asked_in_private(world, "ben")
    assert (anew.key, anew.to) == (deleted.key, deleted.to)
    assert anew is not deleted
    assert "takes no messages" in anew.text
    assert "takes no messages" not in deleted.text
    await world.presses_on(anew, "ben", "I'm on it")
    assert world.alarm(CASE).charge is not None
    world.ignore_rest("the words are told elsewhere")


async def test_an_alarm_that_can_neither_be_changed_nor_posted_anew_moves_on(world: World) -> None:
    await at_the_resident_step(world)
    asked = asked_in_private(world, "ben")
    world.chat.fails("ben", Trouble.PERMANENT)
    await the_cards_change(world)
    assert world.chat.tries.count(asked.key) == 2
    assert world.facts(CASE, "Unreachable")
    world.ignore_rest("the words are told elsewhere")


async def test_what_asks_nothing_any_more_is_not_posted_anew(world: World) -> None:
    await at_the_resident_step(world)
    asked = asked_in_private(world, "ben")
    world.chat.fails("ben", Trouble.GONE)
    await world.presses("carla", "I'm on it")
    assert world.chat.tries.count(asked.key) == 1
    world.ignore_rest("the words are told elsewhere")


async def test_nothing_is_sent_for_a_visit_that_closed_meanwhile(world: World) -> None:
    await out(world)
    world.chat.fails(None, Trouble.TEMPORARY)
    await world.until("14:46")
    await world.says("amira", "done")
    world.chat.heals()
    await world.passes(minutes=5)
    world.expect("amira", "CASE123 is over.")
    world.expect("ben", "Thank you for being the buddy.")
    world.expect("omar", "The chat takes messages again")
    world.nothing_more()


async def test_a_reminder_that_waited_is_not_sent_once_the_visit_is_over(world: World) -> None:
    await out(world)
    world.chat.fails("amira", Trouble.TEMPORARY)
    await world.until("14:35")
    await world.says("amira", "done")
    world.chat.heals("amira")
    await world.passes(minutes=5)
    world.expect("amira", "CASE123 is over.")
    world.expect("ben", "Thank you for being the buddy.")
    world.nothing_more()


async def test_an_alarm_that_closed_meanwhile_is_not_sent(world: World) -> None:
    await due(world)
    world.chat.fails("ben", Trouble.TEMPORARY)
    await world.until("15:00")
    card = world.expect_channel("Ben Carter is asked to ring")
    await world.presses_on(card, "carla", "I'm on it")
    world.read_all()
    await world.presses("carla", "Reached, safe", outcome="forgot")
    world.read_all()
    world.chat.heals("ben")
    await world.passes(minutes=5)
    world.expect("ben", "Carla Mendes noted that Amira is safe")
    world.nothing_more()


async def test_a_dead_channel_stops_nothing(world: World) -> None:
    world.chat.fails("adult-care", Trouble.PERMANENT)
    await at_the_last_step(world)
    assert world.alarm(CASE).step == 2
    await world.presses("helen", "Reached, safe", outcome="forgot")
    world.ignore_rest("who is asked is told elsewhere")
    assert not world.visit(CASE).open


async def test_a_relay_that_sleeps_is_woken_for_the_next_try(world: World) -> None:
    await world.says("amira", f"start now 45m {CASE}")
    world.read_all()
    clock, stopping = VirtualClock(world.clock.now()), asyncio.Event()
    relay = Relay(world.store, clock, world.ids, {world.chat.platform: world.chat})
    running = asyncio.create_task(relay.run(stopping))
    await idle(running)
    world.chat.fails("amira", Trouble.TEMPORARY)
    await world.intake.receive(world.event("amira", InboundKind.TEXT, text="status"))
    await idle(running)
    # Not at the end of its longest sleep: what it slept for was read while the message was under way.
    assert clock.next_wait() == clock.now() + timedelta(seconds=2)
    stopping.set()
    relay.wake()
    await running


async def idle(running: asyncio.Task[None]) -> None:
    """Let everything go on that does not wait for the clock."""
    for _ in range(100):
        await asyncio.wait([running], timeout=0)
