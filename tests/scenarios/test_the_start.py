"""The start as a gate: what a visit needs before somebody goes in, who says so, and how it is supplied (F1, F2, F13)."""

from __future__ import annotations

from bot.domain.policy import Task
from bot.service.wording.start import TASKS
from tests.fakes.chat import Trouble
from tests.scenarios.checks import DETAILS
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out

ADDRESS = DETAILS["address"]
PLANNED = "start 15:00-15:45 CASE123"


# --- the card says who covers it, or what is missing ---------------------------------------------


async def test_the_card_names_everything_that_is_missing_and_each_tap_takes_one_away(
    world: World,
) -> None:
    await world.says("amira", "start now 45m CASE123")
    mine = world.expect("amira", "Your visit CASE123")
    world.read_all()
    assert (
        "Not covered yet: nobody has accepted to be your buddy; the address is missing, please add it; "
        "please say that your phone is charged." in mine.text
    )
    assert "Please do not go in yet." in mine.text
    await world.presses("ben", "I'm on it")
    assert "nobody has accepted" not in mine.text
    assert "Please do not go in yet." not in mine.text
    await world.presses("amira", "Add the address", address=ADDRESS)
    await world.presses("amira", "All set, phone charged")
    assert "Covered: Ben Carter" in mine.text
    assert "Not covered" not in mine.text
    world.read_all()
    await world.until("14:20")
    world.nothing_more()
    assert world.facts(CASE, "StartChecked") == [{"missing": [], "unmanned": []}]


async def test_ready_may_be_said_in_a_word(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    world.read_all()
    await world.says("amira", "phone charged")
    told = world.expect("amira", "Thank you, noted. In doubt, do not go in.")
    assert "Not covered yet: nobody has accepted" in told.text
    assert world.visit(CASE).ready


async def test_five_minutes_after_the_start_what_is_missing_is_said_to_worker_and_buddy(
    world: World,
) -> None:
    await world.says("amira", "start now 45m CASE123")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.until("14:04:59")
    world.nothing_more()
    await world.until("14:05")
    told = world.expect("amira", "CASE123 is not covered yet")
    asked = world.expect("ben", "No address for Amira Khan's visit")
    world.nothing_more()
    assert told.labels == ("All set, phone charged", "Add the address")
    await world.presses("ben", "I can open the address")
    world.read_all()
    assert asked.text.endswith("Address: Ben Carter can open it.")
    await world.presses("amira", "All set, phone charged")
    world.read_all()
    assert told.text == "CASE123 is covered now."
    assert world.facts(CASE, "StartChecked") == [{"missing": ["address", "phone"], "unmanned": []}]


async def test_whoever_has_arrived_is_not_asked_for_their_phone_any_more(world: World) -> None:
    await out(world)
    world.read_all()
    await world.says("amira", "done")
    await world.says("amira", "start now 45m CASE456")
    await world.presses("ben", "I'm on it")
    await world.presses("ben", "I can open the address")
    await world.says("amira", "arrived")
    world.read_all()
    await world.until("14:10")
    world.nothing_more()


async def test_what_is_missing_stops_no_timer(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    await world.presses("ben", "I'm on it")
    await world.until("14:59")
    world.read_all()
    await world.until("15:00")
    world.expect("ben", "No word from Amira Khan")
    world.ignore_rest("the ladder is told elsewhere")


async def test_without_a_buddy_the_worker_reads_what_else_is_missing_in_the_same_message(
    world: World,
) -> None:
    await world.says("amira", "start now 45m CASE123")
    await world.until("14:04")
    world.read_all()
    await world.until("14:05")
    told = world.expect("amira", "CASE123 has no buddy yet")
    assert "Besides: the address is missing, please add it;" in told.text
    assert "Add the address" in told.labels
    world.expect("maria", "No buddy for Amira Khan")
    world.nothing_more()
    assert world.facts(CASE, "StartChecked") == [
        {"missing": ["buddy", "address", "phone"], "unmanned": []}
    ]


async def test_a_step_that_would_find_nobody_is_told_to_those_who_answer_for_cover(
    world: World,
) -> None:
    await world.says("amira", "start now 45m CASE123 with @carla @dev @omar @maria")
    mine = world.newest("amira", "I'm here")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.until("14:05")
    told = world.expect("helen", "An alarm would find nobody")
    assert "nobody whom I could ask to ring the person visited" in told.text
    assert "one step of an alarm would find nobody" in mine.text
    assert world.visit(CASE).unmanned == ("resident",)
    world.ignore_rest("what else is missing is told above")


def test_each_task_that_a_procedure_can_give_has_words_where_nobody_is_there_for_it() -> None:
    assert set(TASKS) == set(Task)


async def test_the_form_says_that_the_address_is_needed_and_nothing_else_is(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    world.read_all()
    choice = world.newest("amira", "Add the address").choice("Add the address")
    assert choice is not None
    assert [field.id for field in choice.fields if field.required] == ["address"]
    await world.presses("amira", "Add the address", address=ADDRESS)
    await world.says("amira", "details")
    form = world.newest("amira", "Fill in the details").choice("Fill in the details")
    assert form is not None
    assert not any(field.required for field in form.fields)
    world.ignore_rest("the answers are told elsewhere")


# --- before the start ------------------------------------------------------------------------------


async def test_a_quarter_of_an_hour_before_the_worker_reads_the_list(world: World) -> None:
    await world.says("amira", PLANNED)
    await world.presses("ben", "I'm on it")
    await world.presses("ben", "I can open the address")
    mine = world.newest("amira", "I'm here")
    assert "Covered: Ben Carter" in mine.text
    world.read_all()
    await world.until("14:44:59")
    world.nothing_more()
    await world.until("14:45")
    told = world.expect("amira", "CASE123 begins at 15:00")
    world.expect("ben", "Still Amira Khan's buddy?")
    world.nothing_more()
    for line in ("Before you go in:", "– Phone charged", "– In doubt, cancel"):
        assert line in told.text
    await world.presses("amira", "All set, phone charged")
    assert "Before you go in:" not in told.text
    world.read_all()


async def test_a_visit_that_begins_at_once_has_it_all_on_its_card(world: World) -> None:
    await world.says("amira", "start 14:15-15:00 CASE123")
    world.expect("amira", "please say that your phone is charged")
    world.ignore_rest("how cover is asked for is told elsewhere")
    assert world.visit(CASE).soon_at is None


# --- an early acceptance is confirmed again --------------------------------------------------------


async def test_who_accepted_early_says_once_more_that_they_are_there(world: World) -> None:
    await world.says("amira", PLANNED)
    await world.presses("ben", "I'm on it")
    await world.until("14:45")
    asked = world.newest("ben", "Still on it")
    world.read_all()
    await world.presses("ben", "Still on it")
    world.expect("ben", "Thank you, you are Amira Khan's buddy for CASE123.")
    assert "Thank you for confirming." in asked.text
    await world.until("15:00")
    world.nothing_more()
    assert world.visit(CASE).confirmed
    assert world.journal(CASE)[-2:] == ["SoonTold", "CoverConfirmed"]


async def test_who_accepts_within_the_last_quarter_of_an_hour_need_not(world: World) -> None:
    await world.says("amira", PLANNED)
    await world.until("14:45")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.until("15:04")
    world.nothing_more()
    assert world.visit(CASE).confirmed


async def test_who_does_not_confirm_by_the_start_is_passed_over_and_others_are_asked(
    world: World,
) -> None:
    await world.says("amira", PLANNED)
    await world.presses("ben", "I'm on it")
    await world.until("14:59:59")
    world.read_all()
    await world.until("15:00")
    lost = world.expect("amira", "Ben Carter has not confirmed, so I am asking somebody else.")
    assert "Please do not go in yet." in lost.text
    world.expect("ben", "I did not hear from you")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    world.nothing_more()
    assert "Waiting for a buddy" in world.card(CASE)
    await world.until("15:05")
    world.expect("maria", "No buddy for Amira Khan")
    world.ignore_rest("the alarm for the missing buddy is told elsewhere")


async def test_and_may_still_come_back(world: World) -> None:
    await world.says("amira", PLANNED)
    await world.presses("ben", "I'm on it")
    await world.until("15:00")
    world.read_all()
    await world.presses("ben", "I'm on it")
    world.expect("ben", "Thank you, you are Amira Khan's buddy")
    world.expect("ben", "You are Amira Khan's buddy")
    world.expect("amira", "Ben Carter is your buddy")
    assert world.visit(CASE).confirmed


async def test_a_question_that_does_not_get_through_is_put_to_the_next_at_once(
    world: World,
) -> None:
    await world.says("amira", PLANNED)
    await world.presses("ben", "I'm on it")
    world.read_all()
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("14:45")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    assert world.facts(CASE, "CoverLapsed")[0]["why"] == "unreachable"
    world.ignore_rest("the worker's messages are told above")


async def test_after_an_outage_a_buddy_has_time_to_confirm(world: World) -> None:
    await world.says("amira", PLANNED)
    await world.presses("ben", "I'm on it")
    world.read_all()
    world.stands_still(minutes=65)
    await world.restarts()
    world.expect("ben", "Still Amira Khan's buddy?")
    await world.until("15:06:59")
    assert world.visit(CASE).buddy_id == "ben"
    await world.until("15:07")
    assert world.visit(CASE).buddy_id is None
    world.ignore_rest("what follows is told above")


# --- "I can't" -------------------------------------------------------------------------------------


async def test_who_cannot_says_so_and_the_next_is_asked_at_once(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    world.read_all()
    asked = world.newest("ben", "I can't")
    await world.presses("ben", "I can't")
    world.expect("ben", "Thank you for saying so. I am asking somebody else.")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    world.nothing_more()
    await world.presses_on(asked, "ben", "I can't")
    world.expect("ben", "Thank you for saying so.")
    assert world.visit(CASE).asked == ("ben", "carla")


async def test_an_early_buddy_who_cannot_after_all_hands_over_at_once(world: World) -> None:
    await world.says("amira", PLANNED)
    await world.presses("ben", "I'm on it")
    await world.until("14:45")
    world.read_all()
    await world.presses("ben", "I can't")
    world.expect("ben", "I am asking somebody else.")
    world.expect("amira", "Ben Carter cannot be there, so I am asking somebody else.")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    world.nothing_more()
    await world.presses("carla", "I'm on it")
    assert world.visit(CASE).buddy_id == "carla"
    world.ignore_rest("what an accepted visit says is told elsewhere")


async def test_somebody_who_was_not_asked_declines_nothing(world: World) -> None:
    await out(world)
    await world.presses_choice("dev", f"decline {world.visit(CASE).id}")
    world.expect("dev", "That was asked of somebody else.")
    assert world.visit(CASE).buddy_id == "ben"


# --- out themselves --------------------------------------------------------------------------------


async def test_who_is_out_at_that_time_is_not_even_asked(world: World) -> None:
    await world.says("ben", "start now 45m CASE456")
    world.read_all()
    await world.says("amira", "start 14:30-15:00 CASE123")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    assert world.visit(CASE).asked == ("carla",)
    world.ignore_rest("the cards are told elsewhere")


async def test_two_people_who_are_out_never_watch_over_each_other(world: World) -> None:
    await world.says("amira", "start now 45m CASE123")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.says("ben", "start 14:30-15:00 CASE456")
    world.expect("ben", "You are out yourself then")
    world.expect("amira", "Ben Carter cannot be there")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    world.expect("carla", "Can you be Ben Carter's buddy?")
    assert world.visit(CASE).buddy_id is None
    await world.presses_on(world.card_of("CASE456"), "amira", "I'm on it")
    world.expect_aside("amira", "You have CASE123 yourself until 14:45, so you could not act.")
    assert world.visit("CASE456").buddy_id is None
    world.ignore_rest("the cards are told elsewhere")


async def test_visits_one_after_the_other_do_not_get_into_each_others_way(world: World) -> None:
    await out(world)
    await world.says("ben", "start 14:45-15:15 CASE456")
    world.expect("amira", "Can you be Ben Carter's buddy?")
    assert world.visit(CASE).buddy_id == "ben"
    world.ignore_rest("the cards are told elsewhere")


async def test_a_visit_that_goes_on_into_its_buddys_own_gets_another(world: World) -> None:
    await out(world)
    await world.says("ben", "start 14:50-15:15 CASE456")
    world.read_all()
    await world.says("amira", "extend 15m")
    world.expect("amira", "CASE123 goes on until 15:00.")
    world.expect("ben", "You are out yourself then")
    assert world.visit(CASE).buddy_id is None
    world.ignore_rest("what follows is told above")


async def test_who_was_asked_and_went_out_names_a_stand_in(world: World) -> None:
    await world.says("amira", "start 15:00-15:45 CASE123")
    asked = world.newest("ben", "I'm on it")
    await world.says("ben", "start 15:15-16:00 CASE456")
    world.read_all()
    await world.presses_on(asked, "ben", "I'm on it")
    told = world.expect("ben", "You have CASE456 yourself at that time")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    choice = told.choice("Name a stand-in")
    assert choice is not None
    assert {who for who, _ in choice.fields[0].options} == {"dev", "helen", "maria", "omar"}
    await world.presses("ben", "Name a stand-in", to="dev")
    world.expect("ben", "I have asked Dev Patel.")
    world.expect("dev", "Can you be Amira Khan's buddy?")
    await world.presses("dev", "I'm on it")
    assert world.visit(CASE).buddy_id == "dev"
    world.ignore_rest("the cards are told elsewhere")


async def test_a_stand_in_who_is_out_too_is_refused(world: World) -> None:
    await world.says("amira", "start 15:00-15:45 CASE123")
    await world.says("ben", "start 15:15-16:00 CASE456")
    await world.says("dev", "start 15:15-16:00 CASE789")
    world.read_all()
    visit_id = world.visit(CASE).id
    await world.presses_choice("ben", f"standin {visit_id}", fields={"to": "dev"})
    world.expect("ben", "Dev Patel is out, or away, at that time.")
    await world.presses_choice("ben", f"standin {visit_id}", fields={"to": "carla"})
    world.expect("ben", "I have asked Carla Mendes.")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    await world.presses_choice("ben", f"standin {visit_id}", fields={"to": "carla"})
    world.expect("ben", "Carla Mendes")
    await world.presses_choice("ben", f"standin {visit_id}")
    world.expect("ben", "Who can be the buddy in your place?")
    assert "dev" not in world.visit(CASE).asked
