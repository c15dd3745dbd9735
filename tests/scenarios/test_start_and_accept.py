"""Starting a visit: who is asked, who accepts, and what the card says (F1, H2)."""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.chat import Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out, overdue


async def test_the_standing_buddy_is_asked_and_accepts(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    world.expect("amira", "Your visit CASE123")
    world.expect_channel("Amira Khan · CASE123")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    await world.presses("ben", "I'm on it")
    world.expect("ben", "Thank you, you are Amira Khan's buddy for CASE123.")
    world.expect("ben", "You are Amira Khan's buddy")
    world.expect("amira", "Ben Carter is your buddy for CASE123.")
    assert world.journal(CASE) == ["VisitRequested", "CoverAsked", "CoverAccepted"]


async def test_the_card_is_edited_in_place(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    card = world.expect_channel("Waiting for a buddy (asked: Ben Carter)")
    world.read_all()
    await world.presses("ben", "I'm on it")
    world.read_all()
    assert card.text == "Amira Khan · CASE123\n14:00–14:45\nBuddy: Ben Carter"
    assert card.labels == ()
    await world.says("amira", "arrived")
    world.read_all()
    assert "Arrived at 14:00" in card.text
    await world.passes(minutes=20)
    world.read_all()
    await world.says("amira", "done")
    world.expect("amira", "CASE123 is over")
    world.expect("ben", "Thank you for being the buddy.")
    assert "Left at 14:20" in card.text


async def test_whoever_was_asked_in_vain_reads_that_there_is_nothing_to_do(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    asked = world.expect("ben", "Can you be Amira Khan's buddy?")
    await world.until("14:02")
    await world.presses("carla", "I'm on it")
    world.read_all()
    assert "Carla Mendes is Amira Khan's buddy" in asked.text
    assert "Nothing for you to do." in asked.text
    assert asked.labels == ()


async def test_an_unanswered_request_goes_along_the_cover_order_and_then_to_the_managers(
    world: World,
) -> None:
    await world.says("amira", "start 14:30-15:30 CASE123")
    world.expect("amira", "Your visit CASE123")
    world.expect_channel("CASE123")
    for wall, who in (("14:00", "ben"), ("14:02", "carla"), ("14:04", "dev"), ("14:06", "omar")):
        if wall != "14:00":
            await world.until(f"{wall[:4]}{int(wall[4]) - 1}:59")
            world.nothing_more()
            await world.passes(seconds=1)
        world.expect(who, "Can you be Amira Khan's buddy?")
        world.nothing_more()
    await world.until("14:08")
    world.expect("maria", "Can you be Amira Khan's buddy?")
    world.expect("helen", "Can you be Amira Khan's buddy?")
    await world.until("14:14")
    world.nothing_more()
    await world.until("14:15")
    world.expect("amira", "CASE123 begins at 14:30")
    await world.until("14:20")
    world.nothing_more()


async def test_a_worker_without_a_standing_buddy_goes_straight_to_the_cover_order(
    world: World,
) -> None:
    await world.says("dev", "start now 45m CASE123")
    world.expect("carla", "Can you be Dev Patel's buddy?")
    world.ignore_rest("only who is asked first matters")


async def test_the_worker_is_never_asked_to_be_their_own_buddy(world: World) -> None:
    await world.says("carla", "start 15:00-16:00 CASE123")
    await world.until("14:30")
    asked = world.visit(CASE).asked
    assert asked == ("dev", "omar", "maria", "helen")
    world.ignore_rest("only who is asked matters")


async def test_a_second_acceptance_is_told_who_has_it(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    await world.until("14:02")
    asked = world.newest("carla", "I'm on it")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.presses_on(asked, "carla", "I'm on it")
    world.expect("carla", "Ben Carter already has this visit.")
    assert world.visit(CASE).buddy_id == "ben"


async def test_accepting_twice_does_not_change_anything(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    asked = world.newest("ben", "I'm on it")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.presses_on(asked, "ben", "I'm on it")
    assert world.journal(CASE).count("CoverAccepted") == 1
    world.ignore_rest("the answer to a second press is told elsewhere")


async def test_anybody_of_the_team_may_accept_from_the_card(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    world.read_all()
    await world.presses_on(world.card_of(CASE), "dev", "I'm on it")
    world.expect_aside("dev", "you are Amira Khan's buddy")
    world.expect("dev", "You are Amira Khan's buddy")
    world.expect("amira", "Dev Patel is your buddy")


async def test_nobody_accepts_their_own_visit(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    world.read_all()
    await world.presses_on(world.card_of(CASE), "amira", "I'm on it")
    world.expect_aside("amira", "somebody else has to take it")
    assert world.visit(CASE).buddy_id is None


async def test_a_stranger_causes_nothing(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    world.read_all()
    before = world.journal(CASE)
    choice = world.card_of(CASE).now.choices[0].id
    await world.says("zoe", "start now 45m CASE999")
    await world.presses_choice("zoe", choice)
    assert world.journal(CASE) == before
    world.nothing_more()


async def test_words_and_buttons_do_the_same(world: World) -> None:
    await out(world)
    await world.says("amira", "extend 15m")
    world.expect("amira", "CASE123 goes on until 15:00. Your buddy is told.")
    world.expect("ben", "Goes on until 15:00.")
    await world.presses("amira", "+15 minutes")
    world.expect("amira", "Noted. Ben Carter has to hear from you first")
    world.expect("ben", "Amira asks to stay until 15:15.")
    await world.presses("amira", "I've left")
    world.expect("amira", "CASE123 is over.")
    world.expect("ben", "Thank you for being the buddy.")
    assert world.journal(CASE)[-3:] == ["Extended", "StayAsked", "VisitEnded"]


async def test_a_visit_may_be_started_in_the_channel(world: World) -> None:
    await world.says_in_channel("amira", "visit start now 45m CASE123")
    world.expect_channel("Amira Khan · CASE123")
    world.expect("amira", "Your visit CASE123")
    world.expect("ben", "Can you be Amira Khan's buddy?")


async def test_talk_in_the_channel_is_not_for_the_bot(world: World) -> None:
    await world.says_in_channel("amira", "done with lunch, anybody for tea?")
    world.nothing_more()


async def test_a_refusal_in_the_channel_is_shown_to_the_writer_alone(world: World) -> None:
    await world.says_in_channel("amira", "visit start now 45m Mrs Smith")
    refused = world.expect_aside("amira", "not how your team's case references look")
    assert "Smith" not in refused.text


async def test_a_name_in_place_of_a_reference_starts_nothing(world: World) -> None:
    await world.says("amira", "start now 45m Mrs Smith")
    world.expect("amira", "Please send the reference alone")
    await world.says("amira", "status")
    world.expect("amira", "You have no visit under way.")


async def test_a_visit_longer_than_the_pack_allows_is_refused(world: World) -> None:
    await world.says("amira", "start now 12h CASE123")
    world.read_all()
    await world.says("amira", "cancel")
    world.read_all()
    await world.says("amira", "start now 12h1m CASE123")
    world.expect("amira", "A visit can last up to 12 hours.")


async def test_a_buddy_who_cannot_be_reached_is_passed_over_at_once(world: World) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.says("amira", "start now 45m CASE123")
    world.expect("amira", "Your visit CASE123")
    world.expect_channel("CASE123")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    for who in ("maria", "helen"):
        world.expect(who, "What I send to Ben Carter is refused for good.")
    assert world.visit(CASE).asked == ("ben", "carla")
    assert world.visit(CASE).cover_next_at == world.clock.now() + timedelta(minutes=2)


async def test_whoever_accepts_an_uncovered_visit_that_is_overdue_is_asked_to_ring(
    world: World,
) -> None:
    await overdue(world)
    assert world.visit(CASE).buddy_id == "ben"
    assert "ben" in world.alarm(CASE).asked
