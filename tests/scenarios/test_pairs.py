"""F14: a case that nobody visits alone refuses a lone start, and nobody stays there alone unnoticed."""

from __future__ import annotations

import pytest

from tests.fakes.chat import Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE

ALONE = f"{CASE} is not for one alone"


async def marked(world: World) -> None:
    """Maria has said that nobody visits the case alone, and has read the answer."""
    await world.says("maria", f"pairs {CASE}")
    world.read_all()


async def two(world: World, words: str = "with @dev") -> None:
    """Amira is there with Dev, Ben is her buddy, and nobody goes there alone."""
    await marked(world)
    await world.says("amira", f"start now 45m {CASE} {words}")
    await world.presses("ben", "I'm on it")
    world.read_all()


# --- saying so -------------------------------------------------------------------------------------


async def test_a_manager_says_so_and_takes_it_back(world: World) -> None:
    await world.says("maria", f"Pairs {CASE}.")
    said = world.expect("maria", f"nobody visits {CASE} alone from now on")
    assert f"To undo it, send: pairs {CASE} off" in said.text
    await world.says("amira", "pairs")
    assert CASE in world.expect("amira", "Nobody visits these alone").text
    await world.says("maria", f"pairs {CASE} off")
    world.expect("maria", f"{CASE} may be visited alone again")
    await world.says("amira", "pairs")
    world.expect("amira", "No case of your team is down")
    await world.says("amira", f"start now 45m {CASE}")
    assert world.visit(CASE).open
    world.ignore_rest("a start is told elsewhere")


async def test_it_stands_in_the_journal_of_the_team_once(world: World) -> None:
    for words in (f"pairs {CASE}", f"pairs {CASE}", f"pairs {CASE} off", f"pairs {CASE} off"):
        await world.says("maria", words)
    entries = world.store.read_now(lambda tx: tx.journal.read("team:adult-care"))
    assert [(entry.kind, entry.by) for entry in entries] == [
        ("PairsMarked", "maria"),
        ("PairsLifted", "maria"),
    ]
    world.ignore_rest("the answers are told elsewhere")


@pytest.mark.parametrize("who", ["amira", "ben", "omar"])
async def test_who_does_not_lead_is_told_who_does(world: World, who: str) -> None:
    await world.says(who, f"pairs {CASE}")
    said = world.expect(who, "is for those who lead the team to say")
    assert "Maria Novak" in said.text
    await world.says("amira", f"start now 45m {CASE}")
    assert world.visit(CASE).open
    world.ignore_rest("a start is told elsewhere")


@pytest.mark.parametrize(
    ("words", "form"),
    [
        ("pairs off", "pairs CASE123 off"),
        ("pairs the red house", "pairs CASE123"),
        ("pairs X9", "pairs CASE123"),
        (f"pairs {CASE} please no", f"pairs {CASE}"),
    ],
)
async def test_what_is_unclear_shows_the_right_form(world: World, words: str, form: str) -> None:
    await world.says("maria", words)
    said = world.expect("maria", form)
    assert "house" not in said.text
    await world.says("maria", "pairs")
    world.expect("maria", "No case of your team is down")


async def test_in_the_channel_the_answer_is_for_the_manager_alone(world: World) -> None:
    await world.says_in_channel("maria", f"visit pairs {CASE}")
    world.expect_aside("maria", f"nobody visits {CASE} alone from now on")
    world.nothing_more()


# --- starting --------------------------------------------------------------------------------------


async def test_a_lone_start_is_refused_and_one_choice_sends_it_with_somebody(world: World) -> None:
    await marked(world)
    await world.says("amira", f"start 15:00-15:45 {CASE} amber back by 16:30")
    said = world.expect("amira", f"Nobody visits {CASE} alone, so nothing was started.")
    form = f"start 15:00 45m {CASE} amber back by 16:30 with @colleague"
    assert form in said.text
    world.nothing_more()
    await world.presses("amira", "Choose who comes along", **{"with": "dev"})
    visit = world.visit(CASE)
    assert (visit.companions, visit.rating) == (("dev",), "amber")
    assert visit.back_at is not None
    world.expect("dev", "has put you down as coming along")
    world.ignore_rest("a start is told elsewhere")


async def test_the_form_is_kept_and_its_address_with_it(world: World) -> None:
    await marked(world)
    form = {"end": "45m", "case": CASE, "place": "3 Elm Road"}
    await world.says("amira", "visit")
    await world.presses("amira", "Start a visit", **form)
    refused = world.newest("amira", "Choose who comes along")
    assert "Elm" not in refused.text
    choice = refused.choice("Choose who comes along")
    assert choice is not None
    assert [blank.id for blank in choice.fields] == ["with"]
    assert "amira" not in [who for who, _ in choice.fields[0].options]
    await world.presses("amira", "Choose who comes along", **{"with": "dev"})
    assert (world.visit(CASE).companions, world.visit(CASE).sealed) == (("dev",), ("address",))
    world.ignore_rest("a start is told elsewhere")


async def test_in_the_channel_the_choice_starts_it_as_well(world: World) -> None:
    await marked(world)
    await world.says_in_channel("amira", f"visit start now 45m {CASE}")
    said = world.expect_aside("amira", f"send: visit start now 45m {CASE} with @colleague")
    choice = said.choice("Choose who comes along")
    assert choice is not None
    await world.presses("amira", "Choose who comes along", **{"with": "dev"})
    assert world.visit(CASE).companions == ("dev",)
    world.ignore_rest("a start is told elsewhere")


async def test_nobody_chosen_is_asked_for_again(world: World) -> None:
    await marked(world)
    await world.says("amira", f"start now 45m {CASE}")
    world.read_all()
    await world.presses("amira", "Choose who comes along")
    world.expect("amira", "Who comes along? Please choose somebody.")


@pytest.mark.parametrize("along", ["with @dev", "with Jo Doe 07700 900123"])
async def test_with_a_companion_or_an_outsider_it_starts(world: World, along: str) -> None:
    await marked(world)
    await world.says("amira", f"start now 45m {CASE} {along}")
    assert world.visit(CASE).accompanied
    assert world.facts(CASE, "AloneTold") == []
    world.ignore_rest("a start is told elsewhere")


async def test_other_cases_and_other_teams_are_not_touched(world: World) -> None:
    await marked(world)
    await world.says("amira", "start now 45m CASE124")
    assert world.visit("CASE124").open
    assert not world.store.read_now(lambda tx: tx.cases.pairs_only("south", CASE))
    world.ignore_rest("a start is told elsewhere")


async def test_a_plan_with_a_lone_line_plans_nothing_and_names_it(world: World) -> None:
    await marked(world)
    await world.says("amira", f"plan; 15:00-15:30 CASE124; 16:00-16:20 {CASE} amber")
    said = world.expect("amira", f"Nothing is planned yet: nobody visits {CASE} alone.")
    assert f"16:00 20m {CASE} amber with @colleague" in said.text
    world.nothing_more()
    await world.says("amira", "today")
    world.expect("amira", "You have no visits today.")
    await world.says("amira", f"plan; 15:00-15:30 CASE124; 16:00 20m {CASE} amber with @dev")
    assert world.visit(CASE).companions == ("dev",)
    world.ignore_rest("a plan is told elsewhere")


async def test_it_is_remembered_after_a_restart(world: World) -> None:
    await marked(world)
    await world.restarts()
    await world.says("amira", f"start now 45m {CASE}")
    world.expect("amira", f"Nobody visits {CASE} alone")
    world.nothing_more()


# --- being left alone there ------------------------------------------------------------------------


async def test_when_the_companion_leaves_worker_and_buddy_are_told(world: World) -> None:
    await two(world)
    end_at = world.visit(CASE).end_at
    await world.presses("dev", "I've left")
    said = world.expect("amira", ALONE)
    assert f"Nobody is to visit {CASE} alone, and you are alone there now." in said.text
    assert "The timer goes on until 14:45." in said.text
    assert "Ben Carter knows." in said.text
    assert said.labels
    told = world.expect("ben", f"Amira Khan is alone at {CASE}")
    assert "Dev" in told.text
    assert "First: ring Amira on 07700 900101" in told.text
    assert "Anyone may dial 999" in told.text
    assert f"Nobody is to be at {CASE} alone" in world.expect("dev", "you have left").text
    world.nothing_more()
    assert world.visit(CASE).end_at == end_at
    await world.until("15:00")
    assert "BecameOverdue" in world.journal(CASE)
    world.ignore_rest("the alarm is told elsewhere")


async def test_when_the_worker_leaves_first_the_companion_is_told(world: World) -> None:
    await two(world)
    await world.says("amira", "left, @dev still inside")
    said = world.expect("dev", ALONE)
    assert "press “I've left” on the visit's card" in said.text
    world.expect("ben", f"Dev Patel is alone at {CASE}")
    assert "please stay near until Dev is out" in world.expect("amira", "still inside").text
    world.nothing_more()
    await world.presses("dev", "I've left")
    assert not world.visit(CASE).open
    world.ignore_rest("the end is told elsewhere")


async def test_said_twice_it_is_told_once(world: World) -> None:
    await two(world)
    for _ in range(2):
        await world.says("amira", "@dev has left")
    assert len(world.facts(CASE, "AloneTold")) == 1
    world.ignore_rest("what is told is told elsewhere")


async def test_while_two_are_left_nobody_is_told(world: World) -> None:
    await two(world, "with @dev and @carla")
    await world.presses("dev", "I've left")
    assert world.facts(CASE, "AloneTold") == []
    world.expect("ben", "left; Amira Khan and Carla")
    world.expect("dev", "you have left")
    world.nothing_more()


async def test_somebody_from_outside_counts_as_company(world: World) -> None:
    await two(world, "with @dev with Jo Doe 07700 900123")
    await world.presses("dev", "I've left")
    assert world.facts(CASE, "AloneTold") == []
    world.ignore_rest("who left is told elsewhere")


async def test_where_one_may_be_alone_nothing_new_is_said(world: World) -> None:
    await world.says("amira", f"start now 45m {CASE} with @dev")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.presses("dev", "I've left")
    assert world.facts(CASE, "AloneTold") == []
    world.expect("ben", "left; Amira Khan is still inside")
    world.expect("dev", "you have left")
    world.nothing_more()


async def test_without_a_buddy_the_managers_are_told(world: World) -> None:
    await marked(world)
    await world.says("amira", f"start now 45m {CASE} with @dev")
    world.read_all()
    await world.presses("dev", "I've left")
    for who in ("maria", "helen"):
        world.expect(who, f"Amira Khan is alone at {CASE}")
    world.ignore_rest("what the others read is told elsewhere")


async def test_a_buddy_who_cannot_be_told_is_made_up_for_by_the_managers(world: World) -> None:
    await two(world)
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.presses("dev", "I've left")
    for who in ("maria", "helen"):
        world.expect(who, f"Amira Khan is alone at {CASE}")
    world.ignore_rest("what the others read is told elsewhere")


# --- said while somebody is there ------------------------------------------------------------------


async def test_who_is_there_alone_is_told_and_so_are_buddy_and_manager(world: World) -> None:
    await world.says("amira", f"start now 45m {CASE}")
    await world.presses("ben", "I'm on it")
    await world.says("amira", "arrived")
    await world.says("amira", "going in")
    world.read_all()
    await world.says("maria", f"pairs {CASE}")
    said = world.expect("amira", ALONE)
    assert "Please come out, go somewhere safe" in said.text
    assert said.labels == ("I've left",)
    for who in ("ben", "maria"):
        told = world.expect(who, f"Amira Khan is alone at {CASE}")
        assert "First: ring Amira on 07700 900101" in told.text
    assert "Amira Khan is alone there, 14:00–14:45." in world.expect("maria", "Noted").text
    world.nothing_more()
    await world.says("maria", f"pairs {CASE}")
    assert "Amira Khan is alone there" in world.expect("maria", "Noted").text
    world.nothing_more()
    await world.presses("amira", "I've left")
    assert not world.visit(CASE).open
    world.ignore_rest("the end is told elsewhere")


async def test_who_plans_to_go_alone_is_asked_to_start_again(world: World) -> None:
    await world.says("amira", f"start 15:00-15:45 {CASE}")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.says("maria", f"pairs {CASE}")
    said = world.expect("amira", ALONE)
    assert "Please do not go before somebody comes with you." in said.text
    assert said.labels == ("Cancel the visit",)
    for who in ("ben", "maria"):
        world.expect(who, "Amira Khan plans to go alone")
    assert "Amira Khan plans to go alone, 15:00–15:45." in world.expect("maria", "Noted").text
    world.nothing_more()


async def test_two_who_are_there_are_left_in_peace(world: World) -> None:
    await world.says("amira", f"start now 45m {CASE} with @dev")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.says("maria", f"pairs {CASE}")
    world.expect("maria", "Noted")
    world.nothing_more()


async def test_a_manager_who_is_there_herself_has_the_others_told(world: World) -> None:
    await world.says("maria", f"start now 45m {CASE}")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.says("maria", f"pairs {CASE}")
    world.expect("maria", ALONE)
    for who in ("ben", "helen"):
        world.expect(who, f"Maria Novak is alone at {CASE}")
    world.expect("maria", "Noted")
    world.nothing_more()


async def test_after_the_alarm_began_nothing_tells_the_worker_of_it(world: World) -> None:
    await world.says("amira", f"start now 45m {CASE}")
    await world.presses("ben", "I'm on it")
    await world.until("15:01")
    before = world.alarm(CASE).due_at
    world.read_all()
    await world.says("maria", f"pairs {CASE}")
    said = world.expect("amira", ALONE)
    assert said.labels == ()
    assert world.alarm(CASE).due_at == before
    world.ignore_rest("who watches is told elsewhere")
