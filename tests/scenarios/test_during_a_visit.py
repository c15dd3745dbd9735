"""What a worker says while out: arrived, ok, longer, done, cancelled; and what they may ask (H1, F4, F5)."""

from __future__ import annotations

from tests.fakes.chat import Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out


async def test_arrived_is_seen_by_the_team(world: World) -> None:
    await out(world)
    await world.passes(minutes=3)
    await world.says("amira", "arrived")
    world.expect("amira", "Noted: you have arrived for CASE123.")
    assert "Arrived at 14:03" in world.card(CASE)


async def test_ok_before_the_end_moves_nothing(world: World) -> None:
    await out(world)
    await world.says("amira", "ok")
    world.expect("amira", "CASE123 goes on until 14:45.")
    assert world.journal(CASE)[-1] == "CheckedIn"


async def test_ok_after_the_end_asks_for_fifteen_minutes_from_now(world: World) -> None:
    await out(world)
    await world.until("14:50")
    world.read_all()
    await world.presses("amira", "All well, still here (+15)")
    world.expect("amira", "please ring Ben Carter now.\nUntil then CASE123 still ends at 14:45.")
    world.expect("ben", "Amira asks to stay until 15:05.")
    await world.presses("ben", "I have spoken to Amira")
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", "CASE123 now goes on until 15:05.")
    await world.until("14:55")
    world.expect("amira", "CASE123: due to end at 15:05")
    await world.until("15:04:59")
    world.nothing_more()
    await world.until("15:05")
    world.expect("amira", "All well?")
    world.expect("ben", "CASE123 was due to end at 15:05.")
    world.expect_channel("CASE123 was due to end at 15:05.")
    await world.until("15:19:59")
    assert not world.visit(CASE).overdue


async def test_a_new_end_before_the_end_moves_reminder_nudge_and_alarm(world: World) -> None:
    await out(world)
    await world.until("14:30")
    await world.says("amira", "extend until 15:15")
    world.expect("amira", "CASE123 goes on until 15:15. Your buddy is told.")
    world.expect("ben", "Goes on until 15:15.")
    await world.until("15:04:59")
    world.nothing_more()
    await world.until("15:05")
    world.expect("amira", "CASE123: due to end at 15:15")
    await world.until("15:14:59")
    world.nothing_more()
    await world.until("15:15")
    world.expect("amira", "All well?")
    world.expect("ben", "I have asked Amira")
    world.expect_channel("CASE123 was due to end at 15:15.")


async def test_in_the_allowance_a_duration_counts_from_now(world: World) -> None:
    await out(world)
    await world.until("14:59")
    world.read_all()
    await world.says("amira", "extend 20m")
    world.expect("amira", "please ring Ben Carter now.")
    world.expect("ben", "Amira Khan asks to stay longer")
    await world.presses("ben", "I have spoken to Amira")
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", "CASE123 now goes on until 15:19.")
    await world.until("15:08")
    world.nothing_more()
    await world.until("15:09")
    world.expect("amira", "CASE123: due to end at 15:19")


async def test_a_second_press_of_the_same_button_changes_nothing(world: World) -> None:
    await out(world)
    shown = await world.presses("amira", "+15 minutes")
    world.read_all()
    first = shown.versions[0].choices
    longer = next(choice for choice in first if choice.label == "+15 minutes")
    await world.presses_choice("amira", longer.id)
    world.expect("amira", "The visit was already extended and now ends at 15:00.")
    assert world.journal(CASE).count("Extended") == 1
    world.nothing_more()


async def test_one_extension_may_be_an_hour_and_a_minute_more_is_asked_for(world: World) -> None:
    await out(world)
    await world.says("amira", "extend 61m")
    world.expect("amira", "Noted. Ben Carter has to hear from you first")
    world.expect("ben", "Amira asks to stay until 15:46.")
    assert "Extended" not in world.journal(CASE)
    await world.says("amira", "extend 60m")
    world.expect("amira", "CASE123 goes on until 15:45.")
    world.expect("ben", "Goes on until 15:45.")


async def test_an_end_that_is_not_later_is_refused(world: World) -> None:
    await out(world)
    await world.says("amira", "extend until 14:30")
    world.expect("amira", "CASE123 goes on until 14:45 as it is, and that time is no later")
    assert "Extended" not in world.journal(CASE)


async def test_done_is_told_to_the_buddy_and_nothing_follows(world: World) -> None:
    await out(world)
    await world.until("14:20")
    await world.says("amira", "done")
    world.expect("amira", "Thank you. CASE123 is over.")
    world.expect("ben", "Left at 14:20")
    await world.passes(hours=30)
    world.nothing_more()
    assert world.buttons("amira") == set()


async def test_done_in_the_allowance_ends_the_visit_without_an_alarm(world: World) -> None:
    await out(world)
    await world.until("14:59:59")
    nudge = world.newest("amira", "I've left")
    world.read_all()
    await world.presses("amira", "I've left")
    world.expect("amira", "CASE123 is over.")
    world.expect("ben", "Thank you for being the buddy.")
    assert nudge.labels == ()
    await world.until("15:30")
    world.nothing_more()


async def test_cancel_before_arriving_calls_the_visit_off(world: World) -> None:
    await out(world, "15:00-16:00")
    await world.says("amira", "cancel")
    world.expect("amira", "CASE123 is cancelled.")
    world.expect("ben", "The visit has been cancelled.")
    assert "Cancelled" in world.card(CASE)
    await world.until("17:00")
    world.nothing_more()


async def test_cancel_after_arriving_is_refused(world: World) -> None:
    await out(world)
    await world.says("amira", "arrived")
    world.read_all()
    await world.says("amira", "cancel")
    world.expect("amira", "it can no longer be cancelled")
    assert world.visit(CASE).open


async def test_nobody_is_asked_any_more_once_a_visit_is_cancelled(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    await world.says("amira", "cancel")
    world.read_all()
    await world.until("15:30")
    world.nothing_more()


async def test_status_tells_of_ones_own_visits(world: World) -> None:
    await out(world)
    await world.says("amira", "status")
    world.expect("amira", "CASE123 · 14:00–14:45 · Buddy: Ben Carter")
    await world.says("ben", "status")
    world.expect("ben", "You have no visit under way.")


async def test_the_board_tells_who_is_out(world: World) -> None:
    await world.says("carla", "board")
    world.expect("carla", "Nobody is out just now.")
    await out(world)
    await world.says("carla", "board")
    world.expect("carla", "Amira Khan · CASE123 · 14:00–14:45 · Buddy: Ben Carter")


async def test_help_tells_what_can_be_said(world: World) -> None:
    await world.says("amira", "help")
    world.expect("amira", "start now 45m CASE123 – start a visit")
    await world.says_in_channel("amira", "visit help")
    world.expect_aside("amira", "In danger, dial 999.")


async def test_with_two_visits_planned_the_one_under_way_is_meant(world: World) -> None:
    await out(world)
    await out(world, "16:00-17:00", "CASE456")
    await world.says("amira", "ok")
    world.expect("amira", "CASE123 goes on until 14:45.")


async def test_with_two_visits_to_come_the_worker_is_asked_which(world: World) -> None:
    await out(world, "15:00-15:30")
    await out(world, "16:00-17:00", "CASE456")
    await world.says("amira", "cancel")
    world.expect("amira", "That could be several of your visits: CASE123, CASE456.")
    await world.says("amira", "cancel CASE456")
    world.expect("amira", "CASE456 is cancelled.")
    world.expect("ben", "The visit has been cancelled.")
    assert world.visit(CASE).open


async def test_with_two_visits_past_their_start_the_worker_is_asked_which(world: World) -> None:
    await out(world, "14:00-14:30")
    await out(world, "14:35-15:00", "CASE456")
    await world.until("14:36")
    world.read_all()
    await world.says("amira", "done")
    world.expect("amira", "Please add the case reference you mean.")
    await world.says("amira", "done case 123")
    world.expect("amira", "CASE123 is over.")
    world.expect("ben", "Thank you for being the buddy.")


async def test_visits_that_overlap_are_refused(world: World) -> None:
    await out(world)
    await world.says("amira", "start 14:44-15:30 CASE456")
    world.expect("amira", "You already have CASE123 until 14:45.")
    await world.says("amira", "start 14:45-15:30 CASE456")
    world.ignore_rest("the second one is accepted")
    assert world.visit("CASE456").open


async def test_an_old_visits_buttons_do_nothing(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    card = world.newest("amira", "I've left")
    await world.presses("amira", "I've left")
    world.read_all()
    await world.presses_on(card, "amira", "I've left")
    world.expect("amira", "That visit is over.")


async def test_nobody_presses_another_workers_buttons(world: World) -> None:
    await out(world)
    choice = world.newest("amira", "I've left").choice("I've left")
    assert choice is not None
    await world.presses_choice("ben", choice.id)
    world.expect("ben", "That was asked of somebody else.")
    assert world.visit(CASE).open


async def test_a_buddy_who_cannot_read_the_news_is_no_obstacle(world: World) -> None:
    await out(world)
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.says("amira", "done")
    world.expect("amira", "CASE123 is over.")
    for who in ("maria", "helen"):
        world.expect(who, "What I send to Ben Carter is refused for good.")
    assert not world.visit(CASE).open


async def test_a_refusal_in_the_channel_shows_words_that_are_heard_there(world: World) -> None:
    await world.says_in_channel("amira", "visit start now 45m CASE123")
    world.read_all()
    await world.says_in_channel("amira", "visit start now 45m CASE777")
    world.expect_aside("amira", "If that one is over, send: visit done CASE123")
    await world.says("amira", "start now 45m CASE777")
    world.expect("amira", "If that one is over, send: done CASE123")
