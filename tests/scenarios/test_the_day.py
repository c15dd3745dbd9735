"""A worker's day in their own words: plan, arrive, go in or not, leave, come home; with somebody along (F2, F4, F7, H8)."""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.chat import Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, home_bound, out

# --- starting --------------------------------------------------------------------------------------


async def test_what_is_said_besides_stands_on_the_card(world: World) -> None:
    await world.says("amira", "Start 2:30pm – 3:15pm CASE123 amber with @Carla, back by 16:30.")
    card = world.expect_channel("Amira Khan · CASE123")
    for line in ("14:30–15:15", "Rated amber", "With: Carla Mendes", "Back by 16:30"):
        assert line in card.text
    world.expect("carla", "Amira Khan has put you down as coming along")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    world.expect("amira", "Your visit CASE123")


async def test_whoever_comes_along_is_neither_asked_nor_accepted_as_the_buddy(world: World) -> None:
    await world.says("amira", "start now 45m CASE123 with @ben and @dev")
    await world.until("14:04")
    assert world.visit(CASE).asked == ("carla", "omar", "maria", "helen")
    await world.presses_on(world.card_of(CASE), "ben", "I'm on it")
    world.expect_aside("ben", "somebody else has to take it")
    world.ignore_rest("only who may be the buddy matters")


async def test_whoever_comes_along_hears_nothing_of_an_alarm_and_cannot_answer_it(
    world: World,
) -> None:
    await world.says("amira", "start now 45m CASE123 with @dev")
    await world.presses("ben", "I'm on it")
    await world.until("15:10")
    asked = world.newest("carla", "Something is wrong")
    assert "dev" not in world.alarm(CASE).asked
    await world.presses_on(asked, "dev", "Something is wrong")
    world.expect("dev", "You are down as being there yourself")
    world.ignore_rest("the alarm itself is told elsewhere")


async def test_a_place_and_a_name_with_a_number_are_sealed_and_only_responders_read_them(
    world: World,
) -> None:
    await world.says("amira", "start now 45m CASE123 with Jo Doe 07700 900999 at mum's")
    await world.presses("ben", "I'm on it")
    assert "mum" not in "".join(shown.text.lower() for shown in world.chat.messages)
    assert "jo doe" not in "".join(shown.text.lower() for shown in world.chat.messages)
    await world.until("15:00")
    card = world.newest("ben", "No answer")
    assert "At: mum's" in card.text
    assert "With: Jo Doe, 07700 900999" in card.text
    world.ignore_rest("only what is sealed matters")


async def test_a_place_typed_in_the_channel_is_refused_and_kept_nowhere(world: World) -> None:
    await world.says_in_channel("amira", "visit start now 45m CASE123 at mum's")
    refused = world.expect_aside("amira", "please delete your message")
    assert "mum" not in refused.text
    await world.presses_on(refused, "amira", "Start now 45m CASE123")
    world.expect_channel("Amira Khan · CASE123")
    world.ignore_rest("starting is told elsewhere")


async def test_a_mistyped_time_is_put_right_with_one_tap(world: World) -> None:
    await world.says("amira", "start 12:00-13:00 CASE123 amber")
    refused = world.expect("amira", "Those times are already over. Tomorrow?")
    assert refused.labels == (
        "Start now 1h CASE123 amber",
        "Start tomorrow 12:00-13:00 CASE123 amber",
    )
    await world.presses("amira", "Start tomorrow 12:00-13:00 CASE123 amber")
    visit = world.visit(CASE)
    assert visit.start_at - world.clock.now() == timedelta(hours=22)
    assert visit.rating == "amber"
    world.ignore_rest("starting is told elsewhere")


async def test_visit_alone_opens_the_form(world: World) -> None:
    await world.says_in_channel("amira", "visit")
    shown = world.expect_aside("amira", "A new visit")
    assert shown.at_first.endswith(
        "\nvisit start now 45m CASE123"
    )  # without "visit" it is not heard there
    await world.presses(
        "amira",
        "Start a visit",
        start="14:30",
        end="45m",
        case="case123",
        rating="red",
        back="17:00",
        place="12 Elm Road",
        **{"with": "dev"},
    )
    card = world.expect_channel("14:30–15:15\nRated red\nWith: Dev Patel")
    assert "Elm" not in card.text
    assert world.visit(CASE).sealed == ("address",)
    world.ignore_rest("starting is told elsewhere")


async def test_a_form_filled_in_wrongly_is_answered_like_a_typed_line(world: World) -> None:
    await world.says("amira", "visit")
    shown = world.expect("amira", "A new visit")
    assert shown.at_first.endswith("\nstart now 45m CASE123")
    await world.presses("amira", "Start a visit", end="45m", case="Mrs Smith")
    refused = world.expect("amira", "not how your team's case references look")
    assert "Smith" not in refused.text


# --- the plan --------------------------------------------------------------------------------------


async def test_a_days_visits_are_planned_at_once(world: World) -> None:
    await world.says("amira", "Plan\n14:30-15:00 CASE123\n15:30 – 16:00 CASE456 green\nnot back")
    planned = world.expect("amira", "Planned")
    assert planned.text == (
        "Planned\n14:30–15:00 CASE123\n15:30–16:00 CASE456\nNot back afterwards\n"
        "To see how they stand, send: today"
    )
    await world.says("amira", "today")
    assert "CASE456 · 15:30–16:00 · green" in world.expect("amira", "Your visits today").text
    world.ignore_rest("starting is told elsewhere")


async def test_who_plans_another_day_is_told_the_word_that_shows_it(world: World) -> None:
    await world.says("amira", "plan tomorrow; 09:30-10:15 CASE123; 11:00-12:00 CASE456")
    planned = world.expect("amira", "Planned")
    assert planned.text.endswith("To see how they stand, send: status")
    await world.says("amira", "status")
    assert "CASE456 · 11:00–12:00 on" in world.expect("amira", "Your visits").text
    world.ignore_rest("starting is told elsewhere")


async def test_a_plan_is_taken_whole_or_not_at_all(world: World) -> None:
    await world.says("amira", "plan\n14:30-15:00 CASE123\n15:30-16:00 Mrs Smith\n9-10 CASE789")
    refused = world.expect("amira", "Nothing is planned yet.")
    assert "Line 2: that is not how your case references look." in refused.text
    assert "Line 3: those times are over." in refused.text
    assert "I understood: 14:30-15:00 CASE123" in refused.text
    assert "Smith" not in refused.text
    await world.says("amira", "status")
    world.expect("amira", "You have no visit under way.")


async def test_a_plan_with_one_slip_is_put_right_with_one_tap(world: World) -> None:
    await world.says("amira", "plan; 14:30-15:00 CASE123; 16:30-16:00 CASE456")
    refused = world.expect("amira", "Line 2: the end comes before the start.")
    await world.presses_on(refused, "amira", refused.labels[0])
    world.expect("amira", "14:30–15:00 CASE123\n16:00–16:30 CASE456")
    world.ignore_rest("starting is told elsewhere")


async def test_a_plan_over_a_visit_that_is_there_plans_nothing(world: World) -> None:
    await out(world)
    await world.says("amira", "plan; 16:00-16:30 CASE456; 14:30-15:00 CASE789")
    world.expect("amira", "at the same time as CASE123, which you have until 14:45")
    await world.says("amira", "today")
    assert "CASE456" not in world.expect("amira", "Your visits today").text


# --- at the door -----------------------------------------------------------------------------------


async def test_at_the_door_one_taps_going_in(world: World) -> None:
    await out(world)
    await world.says("amira", "arrived")
    world.expect("amira", "Does it feel right? If not, do not go in.")
    await world.presses("amira", "Going in")
    world.expect("amira", "you are going in until 14:45")
    assert world.journal(CASE)[-2:] == ["WorkerArrived", "WentIn"]
    assert "Not going in" not in world.buttons("amira") - {"Not going in"}


async def test_not_going_in_ends_the_visit_and_the_managers_are_told(world: World) -> None:
    await out(world)
    await world.says("amira", "I'm not going in")
    world.expect("amira", "That is a good decision. CASE123 is over.\nYour manager is told")
    for manager in ("maria", "helen"):
        told = world.expect(manager, "Amira Khan did not go in")
        assert "First: ring Amira on 07700 900101" in told.text
    world.expect("ben", "Did not go in")
    assert "Did not go in (14:00)" in world.card(CASE)
    await world.passes(hours=2)
    world.nothing_more()


async def test_a_manager_who_cannot_be_told_is_named_to_the_worker(world: World) -> None:
    await out(world)
    world.chat.fails("maria", Trouble.PERMANENT)
    await world.says("amira", "not going in")
    world.expect("amira", "I could not reach Maria Novak. Please ring your manager about CASE123.")
    world.ignore_rest("the rest is told elsewhere")


async def test_arrived_means_the_next_visit_and_asks_about_the_one_before(world: World) -> None:
    await out(world, "now 30m")
    await world.says("amira", "arrived")
    await world.says("amira", "start 14:40-15:30 CASE456")
    await world.until("14:40")
    world.read_all()
    await world.says("amira", "arrived CASE456")
    world.expect("amira", "you have arrived for CASE456")
    world.expect("amira", "Have you left CASE123?")
    await world.presses("amira", "Left CASE123")
    world.expect("amira", "CASE123 is over")
    assert world.visit("CASE456").open
    world.ignore_rest("the rest is told elsewhere")


async def test_starting_another_visit_too_early_offers_to_have_left(world: World) -> None:
    await out(world)
    await world.says("amira", "start now 1h CASE456")
    refused = world.expect("amira", "You already have CASE123 until 14:45.")
    assert refused.labels == ("Left CASE123, start now 1h CASE456",)
    await world.presses("amira", "Left CASE123, start now 1h CASE456")
    assert not world.visit(CASE).open
    assert world.visit("CASE456").open
    world.ignore_rest("starting and leaving are told elsewhere")


# --- leaving ---------------------------------------------------------------------------------------


async def test_leaving_says_what_comes_next(world: World) -> None:
    await out(world)
    await world.says("amira", "left, next CASE456")
    world.expect("amira", "CASE123 is over")
    world.expect("ben", "Left at 14:00, next CASE456.")
    assert world.card(CASE).endswith("Left at 14:00, next CASE456")


async def test_where_one_goes_in_ones_own_words_is_sealed(world: World) -> None:
    await out(world)
    await world.says_in_channel("amira", "visit left, next Mrs Smith")
    refused = world.expect_aside("amira", "Others can read this here.")
    assert "Smith" not in refused.text
    assert refused.labels == ("Left",)
    await world.says("amira", "left, going to Mrs Smith")
    world.expect("ben", "Left at 14:00, going on from there.")
    world.expect("amira", "CASE123 is over")
    assert all("smith" not in shown.text.lower() for shown in world.chat.messages)


async def test_with_somebody_along_leaving_has_to_say_who_left(world: World) -> None:
    await out(world, "now 45m", "CASE123 with @dev")
    await world.says("amira", "left")
    world.expect("amira", "Is everybody out?")
    await world.presses("amira", "Dev is still inside")
    world.expect("amira", "Amira Khan left; Dev Patel is still inside")
    world.expect("ben", "The timer goes on until 14:45.")
    await world.presses("dev", "I've left")
    world.expect("dev", "you have left CASE123")
    world.expect("ben", "Left at 14:00")
    assert not world.visit(CASE).open


async def test_all_out_is_one_word(world: World) -> None:
    await out(world, "now 45m", "CASE123 with @dev")
    await world.says("amira", "both out")
    world.expect("amira", "CASE123 is over")
    world.expect("ben", "Left at 14:00")


async def test_somebody_still_inside_keeps_the_timer(world: World) -> None:
    await out(world, "now 45m", "CASE123 with @dev")
    await world.says("amira", "left, @dev is still inside")
    world.read_all()
    await world.until("15:00")
    world.expect("ben", "No word from Amira Khan")
    world.ignore_rest("the alarm itself is told elsewhere")


# --- home ------------------------------------------------------------------------------------------


async def test_after_the_last_visit_of_the_day_the_bot_asks_for_home(world: World) -> None:
    await home_bound(world)
    world.expect("amira", "CASE123 is over")
    world.expect("amira", "Please send home by 15:00, when you are home or back.")
    world.expect("ben", "Left at 14:00")
    world.expect("ben", "Amira Khan is on the way home")
    await world.says("amira", "home")
    world.expect("amira", "Good to hear.")
    world.expect("ben", "Home, or back, at 14:00. Thank you.")
    await world.passes(hours=3)
    world.nothing_more()


async def test_a_missed_home_goes_to_the_buddy_and_then_to_the_manager(world: World) -> None:
    await home_bound(world)
    world.read_all()
    await world.until("15:00")
    world.expect("amira", "Are you home?")
    world.expect("ben", "was due to end at 15:00")
    world.nothing_more()
    await world.until("15:15")
    world.expect("ben", "First: ring Amira on 07700 900101.")
    world.expect_channel("Amira Khan · CASE123 (way home)")
    world.nothing_more()
    await world.until("15:25")
    world.expect("maria", "First: ring Amira on 07700 900101.")
    world.ignore_rest("the ladder itself is told elsewhere")
    await world.presses("maria", "Reached, safe", outcome="forgot")
    assert not world.visit("CASE123 (way home)").open


async def test_home_after_the_alarm_began_is_confirmed_by_a_person(world: World) -> None:
    await home_bound(world)
    await world.until("15:15")
    world.read_all()
    await world.says("amira", "home")
    world.expect("amira", "your buddy or manager will speak to you")
    assert world.visit("CASE123 (way home)").open
    world.ignore_rest("the ladder itself is told elsewhere")


async def test_back_by_is_the_time_that_counts(world: World) -> None:
    await out(world, "now 45m", "CASE123 back by 16:30")
    await world.says("amira", "left")
    assert world.visit("CASE123 (way home)").end_at == world.clock.now() + timedelta(minutes=150)
    await world.says("amira", "back")
    assert not world.visit("CASE123 (way home)").open
    world.ignore_rest("the words are told elsewhere")


async def test_only_the_last_visit_of_the_day_leads_home(world: World) -> None:
    await out(world, "now 45m", "CASE123 not back")
    await world.says("amira", "start 15:30-16:00 CASE456")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.says("amira", "left")
    world.expect("amira", "Take care.")
    world.expect("ben", "Left at 14:00")
    world.nothing_more()
    await world.until("15:40")
    await world.says("amira", "left CASE456")
    assert world.visit("CASE456 (way home)").open
    world.ignore_rest("the words are told elsewhere")


async def test_a_new_visit_ends_the_way_home(world: World) -> None:
    await home_bound(world)
    await world.says("amira", "start now 30m CASE456")
    assert not world.visit("CASE123 (way home)").open
    world.ignore_rest("the words are told elsewhere")


async def test_nobody_who_did_not_ask_for_it_is_followed_home(world: World) -> None:
    await out(world)
    await world.says("amira", "left")
    world.read_all()
    await world.passes(hours=3)
    world.nothing_more()


async def test_home_with_a_visit_under_way_asks_whether_it_was_left(world: World) -> None:
    await out(world)
    await world.says("amira", "home")
    refused = world.expect("amira", "CASE123 is still under way: have you left it?")
    await world.presses_on(refused, "amira", "Left CASE123, home")
    world.expect("amira", "Good to hear.")
    world.expect("ben", "Left at 14:00")
    assert not world.visit(CASE).open


async def test_help_is_for_whoever_asks(world: World) -> None:
    await world.says("amira", "help")
    assert "not going in" in world.expect("amira", "start now 45m CASE123 – start a visit").text
    await world.says("maria", "help")
    said = world.expect("maria", "board – who is out").text
    assert "start now" not in said
    assert "press I'm on it" in said


# --- somebody along, in words ----------------------------------------------------------------------


async def test_a_companion_says_in_words_that_they_have_left(world: World) -> None:
    await out(world, case=f"{CASE} with @dev")
    await world.says("dev", "I've left")
    noted = world.expect("dev", "Noted: you have left CASE123.")
    assert "The timer goes on until Amira has left too." in noted.text
    world.expect("ben", "Dev Patel left; Amira Khan is still inside")
    assert world.visit(CASE).open
    await world.says("dev", "left CASE123")
    world.expect("dev", "You have no visit under way.")


async def test_a_visit_of_their_own_comes_first_for_a_companion(world: World) -> None:
    await out(world, case=f"{CASE} with @dev")
    await world.says("dev", "start now 45m CASE456")
    await world.says("dev", "left")
    world.expect("dev", "CASE456 is over.")
    assert world.visit(CASE).out == ()
    await world.says("dev", "left CASE123")
    assert world.visit(CASE).out == ("dev",)
    world.ignore_rest("the rest is told elsewhere")
