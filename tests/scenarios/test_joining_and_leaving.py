"""Managers add and end people in chat; an end acts by itself, and whoever is out stays watched (across all five)."""

from __future__ import annotations

from bot.domain.people import Role
from bot.ports import InboundKind, Received, Tx
from tests.scenarios.harness import World, sample_team
from tests.scenarios.stories import CASE, on_it, out

JO = {"name": "Jo Smith", "role": "worker", "mobile": "07700 900155", "last_day": "3 jun"}


async def jo_joins(world: World, **changes: str) -> None:
    """Maria adds Jo Smith, until the end of Wednesday unless told otherwise."""
    await world.says("maria", "add")
    await world.presses("maria", "Add somebody", **(JO | changes))
    world.read_all()


async def roles(world: World, who: str) -> tuple[Role, ...]:
    return await world.store.read(lambda tx: tx.rosters.roles_of(who))


async def test_a_manager_adds_somebody_who_can_start_at_once(world: World) -> None:
    await world.says("maria", "add jo smith")
    form = world.expect("maria", "Somebody joins the team")
    choice = form.choice("Add somebody")
    assert choice is not None
    assert choice.fields[0].value == "Jo Smith"
    await world.presses("maria", "Add somebody", **JO)
    said = world.expect("maria", "Jo Smith is in the team as worker, until the end of Wed 3 Jun.")
    assert "07700" not in said.text
    welcome = world.expect("jo-smith", "Maria Novak has added you.")
    assert "In danger, dial 999." in welcome.text
    await world.says("jo-smith", f"start now 45m {CASE}")
    world.expect("carla", "Can you be Jo Smith's buddy?")
    world.ignore_rest("cards as ever")


async def test_in_the_group_the_form_comes_in_private(world: World) -> None:
    await world.says_in_channel("maria", "visit add")
    world.expect("maria", "Somebody joins the team")
    world.expect_aside("maria", "private chat")
    world.nothing_more()


async def test_whoever_was_added_in_chat_is_there_after_the_team_file_is_read_again(
    world: World,
) -> None:
    await jo_joins(world, role="duty_officer")
    assert await roles(world, "jo-smith") == (Role.DUTY_OFFICER,)
    await world.opens(sample_team())
    assert await roles(world, "jo-smith") == (Role.DUTY_OFFICER,)
    await world.says("jo-smith", "people")
    said = world.expect("jo-smith", "Jo Smith · duty officer · last day: Wed 3 Jun")
    assert "Amira Khan · worker" in said.text


async def test_whoever_has_no_standing_buddy_is_seen_in_the_list_of_the_team(world: World) -> None:
    """The manager makes sure that there is one (K1); also of somebody whose buddy has left, or who joined in chat."""
    await jo_joins(world)
    await world.says("maria", "people")
    lines = world.expect("maria", "Your team").text.split("\n")
    alone = {line.split(" · ")[0] for line in lines if line.endswith("no standing buddy")}
    assert alone == {"Carla Mendes", "Dev Patel", "Jo Smith"}
    await world.says("maria", "end @ben today")
    world.read_all()
    await world.until("00:00")
    world.read_all()
    await world.says("maria", "people")
    lines = world.expect("maria", "Your team").text.split("\n")
    assert any(line.startswith("Amira Khan") and "no standing buddy" in line for line in lines)


async def test_the_last_day_is_over_at_midnight_in_the_teams_zone(world: World) -> None:
    await jo_joins(world)
    await world.passes(hours=48)
    await world.until("23:59:59")
    assert await roles(world, "jo-smith") == (Role.WORKER,)
    await world.says("jo-smith", "status")
    world.read_all()
    await world.until("00:00")
    world.expect("maria", "Jo Smith has left the team, and is not asked for anything any more.")
    world.expect("helen", "Jo Smith has left the team")
    assert await world.receives(world.event("jo-smith", InboundKind.TEXT, text="status")) is (
        Received.STRANGER
    )
    world.nothing_more()


async def test_an_end_that_came_while_nothing_ran_is_acted_on_afterwards(world: World) -> None:
    await jo_joins(world)
    world.stands_still(minutes=60 * 24 * 4)
    await world.restarts()
    world.expect("maria", "Jo Smith has left the team")
    world.ignore_rest("the standstill")


async def test_whoever_is_out_when_their_end_comes_is_watched_to_the_end(world: World) -> None:
    await jo_joins(world, last_day="today")
    await world.until("23:30")
    await world.says("jo-smith", f"start now 45m {CASE}")
    await on_it(world, "carla")
    world.read_all()
    await world.until("00:00")
    world.expect("maria", "Still out, and watched to the end: CASE123.")
    world.read_all()
    await world.says("jo-smith", "start now 45m CASE999")
    world.expect(
        "jo-smith", "You have left the team, so I only hear what you say of your own visit."
    )
    await world.says("jo-smith", "extend 15m")
    world.expect("jo-smith", "Noted: CASE123 goes on until 00:30.")
    world.expect("carla", "Goes on until 00:30.")
    await world.until("00:45")
    assert "carla" in world.alarm(CASE).asked
    world.read_all()
    await world.says("jo-smith", "left")
    world.expect("jo-smith", "Thank you for writing, I have noted it.")
    world.ignore_rest("the alarm is as ever")


async def test_a_team_file_without_them_does_not_cut_off_whoever_is_out(world: World) -> None:
    await out(world)
    entry, policy, content = sample_team()
    people = tuple(person for person in entry.people if person.id != "amira")
    holders = {r: tuple(w for w in who if w != "amira") for r, who in entry.holders.items()}
    standing = {w: b for w, b in entry.standing.items() if "amira" not in (w, b)}
    gone = type(entry)(entry.team, people, holders, standing, entry.cover, entry.adjustments)
    await world.opens((gone, policy, content))
    await world.says("amira", "left")
    world.expect("amira", "Thank you. CASE123 is over.")
    assert (
        await world.receives(world.event("amira", InboundKind.TEXT, text="help"))
        is Received.STRANGER
    )
    world.ignore_rest("as ever")


async def test_an_end_is_said_and_taken_back(world: World) -> None:
    await world.says("maria", "End @dev 5 June")
    said = world.expect("maria", "Dev Patel leaves the team when Fri 5 Jun is over.")
    assert "keep @dev" in said.text
    world.expect("dev", "your last day in Adult Care East is Fri 5 Jun.")
    await world.opens(sample_team())
    await world.says("maria", "keep @dev")
    world.expect("maria", "Dev Patel stays in the team.")
    await world.passes(hours=24 * 5)
    assert await roles(world, "dev") == (Role.WORKER,)
    world.nothing_more()


async def test_an_end_in_chat_stands_though_the_team_file_still_names_them(world: World) -> None:
    await world.says("maria", "end @dev")
    await world.until("00:00")
    world.read_all()
    await world.opens(sample_team())
    await world.says("amira", f"start now 45m {CASE}")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    await world.until("00:02")
    world.expect("carla", "Can you be")
    await world.until("00:04")
    world.expect("omar", "Can you be")
    world.nothing_for("dev")
    world.ignore_rest("as ever")


async def test_whoever_is_in_charge_of_an_alarm_and_leaves_is_replaced_at_once(
    world: World,
) -> None:
    await world.says("maria", "end @ben")
    await world.until("22:50")
    await out(world)
    await world.until("23:55")
    await world.presses("ben", "I'm on it")
    assert world.alarm(CASE).charge == "ben"
    await world.until("00:00")
    assert world.alarm(CASE).charge is None
    world.read_all()
    await world.until("00:20")
    world.nothing_for("ben")
    world.expect("maria", "Amira Khan")
    world.ignore_rest("the alarm is as ever")


async def test_only_who_leads_the_team_adds_and_ends(world: World) -> None:
    for who in ("amira", "omar"):
        for said in ("add", "end @dev", "keep @dev"):
            await world.says(who, said)
            world.expect(who, "Please ask Maria Novak or Helen Osei.")
        await world.presses_choice(who, "people add", fields=JO)
        world.expect(who, "Please ask Maria Novak or Helen Osei.")
    world.nothing_more()


async def test_the_only_holder_of_a_duty_hands_it_over_first(world: World) -> None:
    await world.says("maria", "end @omar")
    world.expect("maria", "Omar Haddad is the only duty officer.")
    await world.says("omar", "handover @dev")
    await world.presses("dev", "I'll take over")
    world.read_all()
    await world.says("maria", "end @omar")
    world.expect("maria", "Omar Haddad leaves the team when Mon 1 Jun is over.")
    world.ignore_rest("Omar is told")


async def test_what_the_form_does_not_take(world: World) -> None:
    await world.says("maria", "add")
    world.read_all()
    for changes, answer in (
        ({"name": ""}, "Please give a name of up to 80 characters"),
        ({"role": "team_manager"}, "That role is given in the team file."),
        ({"mobile": "ask Ben"}, "I could not read the mobile number"),
        ({"address": "two words"}, "That address has a space in it"),
        ({"address": "amira"}, "Somebody else is reached at that address"),
        ({"last_day": "soon"}, "I could not read the last day"),
        ({"last_day": "2020-01-01"}, "That day is over already"),
    ):
        await world.presses("maria", "Add somebody", **(JO | changes))
        world.expect("maria", answer)
    world.nothing_more()


async def test_two_people_of_one_name_are_two_people(world: World) -> None:
    await jo_joins(world)
    await world.says("maria", "add")
    await world.presses("maria", "Add somebody", **(JO | {"address": ""}))
    world.expect("jo-smith-2", "Maria Novak has added you.")
    world.ignore_rest("as before")


async def test_end_of_a_visit_is_not_the_end_of_a_colleague(world: World) -> None:
    await out(world)
    await world.says("amira", f"end {CASE}")
    said = world.expect("amira", "Sorry, I did not understand that")
    assert said.choice("Left case123") is not None
    assert world.visit(CASE).open


def journal_of(tx: Tx) -> list[str]:
    return [entry.kind for entry in tx.journal.read("team:adult-care")]


async def test_joining_and_leaving_is_in_the_journal(world: World) -> None:
    await jo_joins(world)
    await world.says("maria", "end @jo")
    await world.says("maria", "keep @jo")
    await world.says("maria", "end @jo today")
    await world.until("00:00")
    world.read_all()
    kinds = await world.store.read(journal_of)
    assert kinds == ["PersonAdded", "PersonEnds", "PersonKept", "PersonEnds", "PersonLeft"]
