"""Being away, being back, and handing duty over: a duty is never left to nobody (H6; DESIGN: handover)."""

from __future__ import annotations

from bot.domain.people import Role
from tests.scenarios.harness import World, sample_team
from tests.scenarios.stories import CASE, in_charge, out, overdue


async def team_facts(world: World) -> list[str]:
    return [
        entry.kind
        for entry in await world.store.read(lambda tx: tx.journal.read("team:adult-care"))
    ]


# --- away and back ---------------------------------------------------------------------------------


async def test_whoever_is_away_is_passed_over_when_a_buddy_is_sought(world: World) -> None:
    await world.says("ben", "away until 16:30")
    said = world.expect("ben", "Noted: you are away until 16:30.")
    assert "When you are here again, send: back" in said.text
    await world.says("amira", f"start now 45m {CASE}")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    world.nothing_for("ben")
    await world.says("amira", "cancel")
    await world.says("ben", "Back.")
    world.expect("ben", "Welcome back. I ask you again from now on.")
    world.read_all()
    await world.says("amira", "start now 45m CASE124")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    assert await team_facts(world) == ["WentAway", "CameBack"]
    world.ignore_rest("cards as ever")


async def test_an_absence_is_over_by_itself_at_its_end(world: World) -> None:
    await world.says("ben", "away until 14:30")
    world.read_all()
    await world.until("14:30")
    await world.says("amira", f"start now 45m {CASE}")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    world.ignore_rest("as ever")


async def test_leave_begins_on_its_first_day(world: World) -> None:
    await world.says("ben", "away 3 jun - 5 jun")
    world.expect("ben", "Noted: you are away from Wed 3 Jun until Sat 6 Jun.")
    await world.says("amira", f"start now 45m {CASE}")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    world.read_all()
    await world.says("amira", "cancel")
    await world.passes(hours=48)
    await world.says("amira", "start now 45m CASE124")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    world.ignore_rest("as ever")


async def test_a_step_passes_over_whoever_is_away(world: World) -> None:
    await out(world)
    await world.says("ben", "away until 18:00")
    world.read_all()
    await world.until("15:00")
    assert "ben" not in world.alarm(CASE).asked
    assert world.alarm(CASE).asked, "somebody is asked"
    world.ignore_rest("the alarm is as ever")


async def test_when_everybody_is_away_the_last_step_asks_all_the_same(world: World) -> None:
    await out(world)
    for who in ("ben", "carla", "dev", "omar", "maria", "helen"):
        await world.says(who, "away until 20:00")
    world.read_all()
    await world.until("15:00")
    alarm = world.alarm(CASE)
    assert alarm.asked
    assert "amira" not in alarm.asked
    world.ignore_rest("the alarm is as ever")


async def test_somebody_away_while_watching_is_told_what_that_means(world: World) -> None:
    await out(world)
    await world.says("ben", "away until 18:00")
    said = world.expect("ben", "Please hand over before you go")
    assert "You watch Amira Khan (CASE123, until 14:45)." in said.text
    assert "You stay the buddy until somebody takes over." in said.text
    await world.presses("ben", "Hand over", to="dev")
    world.expect("ben", "I have asked Dev Patel to take over: buddy of Amira Khan (CASE123")
    offer = world.expect("dev", "Can you take over from Ben Carter?")
    assert world.visit(CASE).buddy_id == "ben"
    await world.presses_on(offer, "dev", "I'll take over")
    world.expect("ben", "Dev Patel has taken over from you: buddy of Amira Khan")
    world.expect("dev", "Thank you. You have taken over from Ben Carter")
    assert world.visit(CASE).buddy_id == "dev"
    world.ignore_rest("the cards of a change of buddy")


async def test_nobody_goes_away_from_an_alarm_they_are_in_charge_of(world: World) -> None:
    await in_charge(world)
    await world.says("ben", "away until 18:00")
    world.expect("ben", "You are in charge of the alarm about Amira Khan.")
    await world.presses("ben", "Reached, safe", outcome="forgot")
    world.read_all()
    await world.says("ben", "away until 18:00")
    world.expect("ben", "Noted: you are away until 18:00.")


async def test_nobody_leaves_an_alarm_to_nobody(world: World) -> None:
    await overdue(world)
    await world.says("ben", "away until 18:00")
    world.expect(
        "ben", "There is an alarm about Amira Khan, and nobody else is there to answer it."
    )
    await world.until("15:05")
    world.read_all()
    await world.says("ben", "away until 18:00")
    world.expect("ben", "Noted: you are away until 18:00.")


async def test_times_of_an_absence_that_cannot_be(world: World) -> None:
    for said, answer in (
        ("away", "Until when are you away?"),
        ("away until whenever", "I could not read until when."),
        ("away 5 jun - 3 jun", "That time is over already"),
        ("away until 2029-01-01", "That is more than a year."),
    ):
        await world.says("ben", said)
        world.expect("ben", answer)
    world.nothing_more()


async def test_back_from_a_visit_is_still_home(world: World) -> None:
    await world.says("amira", "back")
    world.nothing_for("ben")
    assert await team_facts(world) == []
    world.ignore_rest("the answer is that of home")


# --- handing over ----------------------------------------------------------------------------------


async def test_duty_passes_on_acceptance_and_back_the_same_way(world: World) -> None:
    await world.says("omar", "handover @dev")
    world.expect("omar", "I have asked Dev Patel to take over: duty as duty officer.")
    offer = world.expect("dev", "Can you take over from Omar Haddad?")
    assert await duty_officers(world) == ("omar",)
    await world.presses_on(offer, "dev", "I'll take over")
    world.expect("omar", "Dev Patel has taken over from you: duty as duty officer.")
    world.expect("dev", "Thank you. You have taken over from Omar Haddad: duty as duty officer.")
    assert await duty_officers(world) == ("dev",)
    assert await team_facts(world) == ["DutyOffered", "DutyPassed"]
    await world.says("omar", "away until friday")
    world.expect("omar", "Noted: you are away until Fri 5 Jun.")
    await world.says("omar", "back")
    world.expect("omar", "Dev Patel is on duty as duty officer for you")
    await world.says("dev", "hand over to @omar")
    world.expect("dev", "I have asked Omar Haddad")
    await world.presses("omar", "I'll take over")
    assert await duty_officers(world) == ("omar",)
    world.ignore_rest("both are told, as before")


async def test_whoever_cannot_take_over_says_so_and_it_stays_where_it_is(world: World) -> None:
    await world.says("omar", "handover @dev")
    world.read_all()
    await world.presses("dev", "I can't")
    world.expect("dev", "Noted. Omar Haddad hears of it, to ask somebody else.")
    told = world.expect("omar", "Dev Patel cannot take over")
    assert "It stays with you: duty as duty officer." in told.text
    assert await duty_officers(world) == ("omar",)
    await world.presses_choice("dev", "duty omar")
    world.expect("dev", "That offer is over, and nothing was changed.")
    form = told.choice("Hand over")
    assert form is not None
    asked = [who for who, _ in form.fields[0].options]
    assert "carla" in asked
    assert not {"dev", "omar"} & set(asked)
    await world.presses_on(told, "omar", "Hand over", to="carla")
    await world.presses("carla", "I'll take over")
    assert await duty_officers(world) == ("carla",)
    assert await team_facts(world) == ["DutyOffered", "DutyDeclined", "DutyOffered", "DutyPassed"]
    world.ignore_rest("the second offer is like the first")


async def test_a_duty_that_was_handed_over_stands_when_the_team_file_is_read_again(
    world: World,
) -> None:
    await world.says("omar", "handover @dev")
    await world.presses("dev", "I'll take over")
    world.read_all()
    await world.opens(sample_team())
    assert await duty_officers(world) == ("dev",)


async def test_an_offer_is_for_one_person_and_once(world: World) -> None:
    await world.says("omar", "handover @dev")
    world.read_all()
    await world.presses_choice("carla", "duty omar")
    world.expect("carla", "That offer is over, and nothing was changed.")
    await world.presses("dev", "I'll take over")
    world.read_all()
    await world.presses_choice("dev", "duty omar")
    world.expect("dev", "That offer is over, and nothing was changed.")
    world.nothing_more()


async def test_what_cannot_be_handed_over(world: World) -> None:
    await world.says("amira", "handover @dev")
    world.expect("amira", "You are on duty for nothing and watch nobody just now")
    await world.says("omar", "handover @omar")
    world.expect("omar", "To whom would you like to hand over?")
    await world.says("dev", "away until 18:00")
    world.read_all()
    await world.says("omar", "handover @dev")
    world.expect("omar", "Dev Patel is away until 18:00.")
    await world.says("omar", "handover")
    world.expect("omar", "Who? Please write @ and the first name")
    world.nothing_more()


async def test_the_charge_of_an_alarm_is_offered_as_well(world: World) -> None:
    await in_charge(world)
    await world.says("ben", "handover @carla")
    world.expect("carla", "Ben Carter, in charge since 15:00, asks you to take over.")
    assert world.alarm(CASE).charge == "ben"
    world.ignore_rest("the visit is offered too")


async def test_nobody_takes_over_the_watch_of_their_own_visit(world: World) -> None:
    await out(world)
    await world.says("ben", "handover @amira")
    await world.presses("amira", "I'll take over")
    world.expect("ben", "CASE123 stays with you: Amira Khan cannot watch that one.")
    assert world.visit(CASE).buddy_id == "ben"
    world.ignore_rest("answers")


async def duty_officers(world: World) -> tuple[str, ...]:
    roster = await world.store.read(
        lambda tx: tx.rosters.roster(
            "adult-care", worker_id="amira", roles=(Role.DUTY_OFFICER,), people=()
        )
    )
    return roster.holders[Role.DUTY_OFFICER]
