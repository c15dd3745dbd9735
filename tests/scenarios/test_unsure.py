"""F7: whoever is not sure does not go without the agreement of a manager; asking never falls silent."""

from __future__ import annotations

import pytest

from tests.fakes.chat import Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out

PLANNED = f"start 15:00-15:45 {CASE}"
WHY = "there was shouting last time"


async def planned(world: World) -> None:
    """It is 14:00; Amira has a visit at 15:00 with Ben as her buddy, and what led there has been read."""
    await world.says("amira", PLANNED)
    await world.presses("ben", "I'm on it")
    await world.presses("ben", "I can open the address")
    world.read_all()


async def unsure(world: World) -> None:
    """Amira has said so, and everybody has read what they got."""
    await planned(world)
    await world.says("amira", f"unsure {CASE}, {WHY}")
    world.read_all()


async def test_the_manager_is_asked_and_the_worker_hears_whom_they_wait_for(world: World) -> None:
    await planned(world)
    await world.says("amira", f"Unsure {CASE}, {WHY}")
    noted = world.expect("amira", "I have asked Maria Novak whether CASE123 goes ahead.")
    assert "Please do not go before you hear from me." in noted.text
    assert "In danger, dial 999." in noted.text
    assert noted.labels == ("Cancel the visit",)
    asked = world.expect("maria", "Amira Khan is unsure")
    assert asked.labels == ("I agree, it goes ahead", "Do not go")
    assert "Amira says: There was shouting last time" in asked.text
    assert "First: ring Amira on 07700 900101" in asked.text
    assert "Anyone may dial 999" in asked.text
    buddy = world.expect(
        "ben", "Whether it goes ahead is for a manager to say: I have asked Maria Novak."
    )
    assert buddy.labels == ()
    world.nothing_more()


async def test_why_is_read_by_those_who_are_asked_alone(world: World) -> None:
    await unsure(world)
    everywhere = [shown for shown in world.chat.messages if "shouting" in shown.text.lower()]
    assert [shown.to.person for shown in everywhere] == ["maria"]
    assert "Waits for a manager's agreement" in world.card(CASE)
    assert not [body for body in world.facts(CASE, "UnsureSaid") if "shouting" in str(body)]
    world.ignore_rest("only who reads it counts")


async def test_a_visit_is_not_covered_before_somebody_has_agreed(world: World) -> None:
    await planned(world)
    await world.says("amira", f"ready {CASE}")
    assert "Covered: Ben Carter" in world.newest("amira", "I'm here").text
    await world.says("amira", f"unsure {CASE}")
    mine = world.newest("amira", "I'm here").text
    assert "Not covered yet: no manager has agreed yet." in mine
    assert "Please do not go in yet." in mine
    await world.presses("maria", "I agree, it goes ahead")
    mine = world.newest("amira", "I'm here").text
    assert "Covered: Ben Carter" in mine
    assert world.journal(CASE)[-3:] == ["UnsureSaid", "AgreementAsked", "AgreementGiven"]
    world.ignore_rest("only the cover counts")


async def test_the_manager_agrees_and_the_visit_goes_ahead(world: World) -> None:
    await unsure(world)
    card = await world.presses("maria", "I agree, it goes ahead")
    world.expect("amira", "Maria Novak agrees that CASE123 goes ahead.")
    world.expect("maria", "Thank you, noted.")
    world.nothing_more()
    assert card.labels == ()
    assert "Maria Novak agreed that it goes ahead." in card.text
    assert "agreement" not in world.card(CASE)
    await world.until("14:40")
    world.nothing_more()


async def test_do_not_go_cancels_kindly(world: World) -> None:
    await unsure(world)
    await world.presses("maria", "Do not go")
    refused = world.expect("amira", "Maria Novak says: please do not go. CASE123 is cancelled.")
    assert "It was right to ask." in refused.text
    world.expect("ben", "The visit has been cancelled.")
    world.expect("maria", "Thank you, noted.")
    world.nothing_more()
    assert "Cancelled" in world.card(CASE)
    await world.until("17:00")
    world.nothing_more()


async def test_nobody_answers_and_the_next_manager_up_is_asked(world: World) -> None:
    await unsure(world)
    await world.passes(minutes=4, seconds=59)
    world.nothing_more()
    await world.passes(seconds=1)
    world.expect("helen", "Amira Khan is unsure")
    still = world.expect("amira", "Nobody has answered yet, so I have asked Helen Osei.")
    assert "Please do not go before you hear from me." in still.text
    world.nothing_more()
    await world.presses("maria", "I agree, it goes ahead")
    world.expect("amira", "Maria Novak agrees")
    world.expect("maria", "Thank you, noted.")
    world.nothing_more()


async def test_after_the_last_manager_everybody_is_asked_again_and_again(world: World) -> None:
    await unsure(world)
    await world.passes(minutes=5)
    world.read_all()
    for _ in range(3):
        await world.passes(minutes=5)
        for who in ("maria", "helen"):
            world.expect(who, "Amira Khan is unsure")
        world.expect("amira", "so I have asked Maria Novak and Helen Osei")
        world.nothing_more()
    await world.restarts()
    await world.passes(minutes=5)
    world.expect("maria", "Amira Khan is unsure")
    world.ignore_rest("that it goes on is what counts")


async def test_being_the_buddy_gives_nobody_that_word(world: World) -> None:
    await unsure(world)
    visit = world.visit(CASE).id
    for who in ("ben", "carla", "omar"):
        for button in ("agree", "do_not_go"):
            await world.presses_choice(who, f"{button} {visit}")
            world.expect(who, "is not for you to say. Please ask Maria Novak or Helen Osei.")
    await world.presses_choice("amira", f"agree {visit}")
    world.expect("amira", "")
    assert world.visit(CASE).unsure_at is not None
    world.nothing_more()


async def test_a_manager_who_is_the_buddy_as_well_may_agree(world: World) -> None:
    await world.says("amira", PLANNED)
    await world.presses_choice("maria", f"accept {world.visit(CASE).id}")
    world.read_all()
    await world.says("amira", "unsure")
    world.expect("maria", "Amira Khan is unsure")
    world.expect("amira", "I have asked Maria Novak")
    world.nothing_more()
    await world.presses("maria", "I agree, it goes ahead")
    assert world.visit(CASE).unsure_at is None
    world.ignore_rest("the answers are told elsewhere")


async def test_a_manager_who_goes_is_not_asked_about_their_own_visit(world: World) -> None:
    await world.says("maria", PLANNED)
    world.read_all()
    await world.says("maria", "unsure")
    world.expect("maria", "I have asked Helen Osei")
    world.expect("helen", "Maria Novak is unsure")
    world.nothing_more()


async def test_a_question_that_does_not_get_through_goes_to_the_next_manager(world: World) -> None:
    await planned(world)
    world.chat.fails("maria", Trouble.PERMANENT)
    await world.says("amira", "unsure")
    world.expect("helen", "Amira Khan is unsure")
    world.expect("amira", "I have asked Maria Novak")
    world.expect("amira", "so I have asked Helen Osei")
    world.ignore_rest("what the buddy reads is told elsewhere")


@pytest.mark.parametrize(
    ("before", "stay", "buttons"),
    [
        ((), "Please do not go before you hear from me.", ("Cancel the visit",)),
        (("arrived",), "Please do not go in. If you can, wait somewhere safe.", ("Not going in",)),
        (("arrived", "going in"), "come out now; you can say why later.", ("I've left",)),
    ],
)
async def test_it_asks_at_once_wherever_the_worker_is(
    world: World, before: tuple[str, ...], stay: str, buttons: tuple[str, ...]
) -> None:
    await out(world)
    for words in before:
        await world.says("amira", words)
    world.read_all()
    await world.says("amira", "I don't feel safe")
    noted = world.expect("amira", stay)
    assert noted.labels == buttons
    world.expect("maria", "Amira Khan is unsure")
    world.expect("ben", "Amira Khan is unsure")
    world.nothing_more()


async def test_at_the_door_the_clocks_run_on(world: World) -> None:
    await out(world)
    await world.says("amira", "arrived")
    door = world.newest("amira", "I'm not sure")
    world.read_all()
    await world.presses_on(door, "amira", "I'm not sure")
    world.ignore_rest("only the alarm counts")
    await world.until("15:00")
    assert world.journal(CASE).count("BecameOverdue") == 1
    asked = len(world.facts(CASE, "AgreementAsked"))
    await world.until("15:20")
    assert len(world.facts(CASE, "AgreementAsked")) == asked, "now the alarm asks"
    await world.presses_choice("maria", f"agree {world.visit(CASE).id}")
    assert world.visit(CASE).overdue


async def test_do_not_go_at_the_door_keeps_watching_until_the_worker_is_away(world: World) -> None:
    await out(world)
    await world.says("amira", "arrived")
    await world.says("amira", "unsure")
    world.read_all()
    await world.presses("maria", "Do not go")
    refused = world.expect("amira", "Maria Novak says: please do not go. Please do not go in.")
    assert "the timer goes on until 14:45" in refused.text
    world.expect("maria", "Thank you, noted.")
    world.nothing_more()
    assert world.visit(CASE).open
    await world.presses("amira", "Not going in")
    assert not world.visit(CASE).open
    world.ignore_rest("what not going in says is told elsewhere")


async def test_do_not_go_to_somebody_who_says_nothing_more_ends_in_an_alarm(world: World) -> None:
    await out(world)
    await world.says("amira", "unsure")
    await world.presses("maria", "Do not go")
    world.read_all()
    await world.until("15:00")
    assert "BecameOverdue" in world.journal(CASE)
    world.ignore_rest("the ladder is told elsewhere")


async def test_going_in_all_the_same_is_noted_and_warned_of(world: World) -> None:
    await out(world)
    await world.says("amira", "arrived")
    await world.says("amira", "unsure")
    world.read_all()
    await world.says("amira", "going in")
    said = world.expect("amira", "No manager has agreed yet. If you can, come out again, and wait.")
    assert said.labels == ("I've left",)
    assert "Amira went in at 14:00." in world.newest("maria", "I agree, it goes ahead").text
    world.nothing_more()


async def test_said_again_after_an_answer_it_asks_anew(world: World) -> None:
    await unsure(world)
    await world.presses("maria", "I agree, it goes ahead")
    world.read_all()
    await world.says("amira", "unsure, a car I do not know is outside")
    asked = world.expect("maria", "Amira Khan is unsure")
    assert "A car I do not know is outside" in asked.text
    world.expect("amira", "I have asked Maria Novak")
    world.expect("ben", "Amira Khan is unsure")
    world.nothing_more()


async def test_a_settled_question_is_not_answered_twice(world: World) -> None:
    await unsure(world)
    visit = world.visit(CASE).id
    await world.presses("maria", "I agree, it goes ahead")
    world.read_all()
    await world.presses_choice("helen", f"do_not_go {visit}")
    world.expect("helen", "That question is settled")
    world.nothing_more()
    assert world.visit(CASE).open


async def test_the_worker_needs_no_agreement_to_cancel(world: World) -> None:
    await unsure(world)
    card = world.newest("maria", "Do not go")
    await world.says("amira", "cancel")
    assert card.labels == ()
    assert "Cancelled." in card.text
    await world.until("16:30")
    world.ignore_rest("only that nobody is asked any more")
    assert len(world.facts(CASE, "AgreementAsked")) == 1


async def test_after_the_alarm_began_it_holds_no_ladder(world: World) -> None:
    await out(world)
    await world.until("15:00")
    before = world.alarm(CASE).due_at
    await world.says("amira", "unsure")
    told = [s for s in world.unread() if "wrote that they are not sure" in s.at_first]
    assert {shown.to.person for shown in told} == {"ben"}
    assert world.alarm(CASE).due_at == before
    world.ignore_rest("the ladder is told elsewhere")


async def test_without_a_visit_nobody_is_asked_and_that_is_said(world: World) -> None:
    await world.says("amira", "unsure")
    said = world.expect("amira", "I know of no such visit of yours, so I have asked nobody.")
    assert "In danger, dial 999." in said.text


async def test_in_the_channel_it_is_followed_and_the_reason_not_repeated(world: World) -> None:
    await planned(world)
    await world.says_in_channel("amira", f"visit unsure {CASE}, {WHY}")
    said = world.expect_aside("amira", "I have asked Maria Novak")
    assert "Others can read what you wrote here." in said.text
    world.expect("maria", "There was shouting last time")
    world.expect("ben", "Amira Khan is unsure")
    world.nothing_more()


async def test_before_the_start_a_button_says_it(world: World) -> None:
    await planned(world)
    await world.until("14:45")
    await world.presses("ben", "Still on it")
    world.read_all()
    soon = await world.presses("amira", "I'm not sure")
    assert "I'm not sure" not in soon.labels
    world.expect("maria", "Amira Khan is unsure")
    world.ignore_rest("the rest is told elsewhere")
