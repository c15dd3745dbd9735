"""Whoever comes along is on the worker's side: no sealed detail, no charge; and an alarm on the way home (covert rule 7)."""

from __future__ import annotations

from dataclasses import replace

from bot.packs.encoding import digest_of, encode
from tests.scenarios.checks import DETAILS
from tests.scenarios.harness import World, sample_team
from tests.scenarios.stories import CASE, out, sealed

THERE = "You are down as being there yourself"
HOME = f"{CASE} (way home)"


async def late_in_company(world: World, companion: str = "dev") -> None:
    """Amira went with somebody and gave her details; at 15:00 nothing was heard, and Ben was asked to ring."""
    await out(world, case=f"{CASE} with @{companion}")
    await sealed(world)
    await world.until("15:00")
    world.read_all()


def unsealed(text: str) -> bool:
    return any(value in text for value in DETAILS.values())


async def test_a_companion_opens_no_sheet_and_no_number(world: World) -> None:
    await late_in_company(world)
    view = await world.opens_view("dev", "999 sheet")
    assert THERE in view.text
    alarm = world.alarm(CASE)
    for what in ("sheet", "number", "details"):
        view = await world.opens_choice("dev", f"open {alarm.id} {what}")
        assert not unsealed(view.text)
        assert view.calls == ()
    assert "DetailsOpened" not in world.journal(CASE)


async def test_a_manager_who_comes_along_has_no_way_to_the_details(world: World) -> None:
    await late_in_company(world, "maria")
    await world.says("maria", f"details {CASE}")
    world.expect("maria", "You have no visit under way.")
    choice = f"reason {world.visit(CASE).id}"
    view = await world.opens_choice("maria", choice, fields={"reason": "I am the manager"})
    assert not unsealed(view.text)
    view = await world.opens_choice("maria", f"open {world.alarm(CASE).id} sheet")
    assert THERE in view.text
    assert not {"DetailsOpened", "DetailsOpenedForReason"} & set(world.journal(CASE))


async def test_the_charge_is_neither_taken_by_a_companion_nor_handed_to_one(world: World) -> None:
    await late_in_company(world)
    alarm = world.alarm(CASE)
    await world.presses_choice("dev", f"charge {alarm.id}")
    world.expect("dev", THERE)
    await world.presses("ben", "I'm on it")
    world.read_all()
    choice = world.newest("ben", "Hand over").choice("Hand over")
    assert choice is not None
    assert "dev" not in {who for who, _ in choice.fields[0].options}
    await world.presses_choice("ben", choice.id, fields={"to": "dev"})
    world.expect("ben", "To whom would you like to hand over?")
    assert (world.alarm(CASE).charge, world.alarm(CASE).offered) == ("ben", None)


async def test_a_companions_word_is_no_cover_for_the_address(world: World) -> None:
    await out(world, case=f"{CASE} with @dev", address=False)
    await world.presses_choice("dev", f"vouch {world.visit(CASE).id}")
    world.expect("dev", THERE)
    assert world.visit(CASE).address_with is None


async def test_a_companion_neither_fills_in_nor_takes_over_details(world: World) -> None:
    await out(world, case=f"{CASE} with @dev")
    visit = world.visit(CASE)
    await world.says("dev", "details")
    world.expect("dev", "You have no visit under way.")
    await world.presses_choice("dev", f"details {visit.id}", fields={"address": "elsewhere"})
    world.expect("dev", "That was asked of somebody else.")
    assert world.visit(CASE).sealed == ()


async def test_the_place_said_at_the_start_stands_beside_the_details(world: World) -> None:
    await out(world, case=f"{CASE} at the day centre")
    await sealed(world)
    await world.until("15:00")
    world.read_all()
    card = world.newest("ben", "No answer")
    assert "At: the day centre" in card.text
    assert not unsealed(card.text)
    assert DETAILS["address"] in (await world.opens_view("ben", "999 sheet")).text


# --- on the way home -------------------------------------------------------------------------------


async def never_home(world: World) -> None:
    """Amira left her last visit at 14:00, and was not heard of again: at 15:35 all are asked to dial 999."""
    await out(world, case=f"{CASE} not back")
    await sealed(world)
    await world.says("amira", "left")
    await world.until("15:35")
    world.read_all()


async def test_on_the_way_home_no_card_sends_people_to_a_case_that_is_none(world: World) -> None:
    await never_home(world)
    card = world.newest("ben", "I have called 999")
    assert f"Amira was on the way home from {CASE}." in card.text
    assert f"under {HOME}" not in card.text
    view = await world.opens_view("ben", "999 sheet")
    assert f"Address: {DETAILS['address']}\nThat is where Amira was last ({CASE})" in view.text
    assert "The 999 sheet has where that was." in card.text
    assert "What happened: Amira Khan is a lone worker, was to be home" in view.text
    assert f"under {HOME}" not in view.text
    assert not unsealed(card.text)


async def test_with_nothing_sealed_the_sheet_says_where_else_it_may_be_known(world: World) -> None:
    await out(world, case=f"{CASE} not back")
    await world.says("amira", "left")
    await world.until("15:35")
    view = await world.opens_view("ben", "999 sheet")
    assert f"Address: Amira is at no visit. The last one was {CASE}" in view.text
    assert "Your case system has where that was." in world.newest("ben", "I have called 999").text
    world.ignore_rest("the alarm is told elsewhere")


async def test_a_pack_without_a_ladder_for_the_way_home_rings_nobody_visited() -> None:
    entry, policy, _ = sample_team()
    bare = replace(policy, home=())
    bare = replace(bare, digest=digest_of(bare))
    team = replace(entry, team=replace(entry.team, policy_digest=bare.digest))
    world = await World().opens((team, bare, encode(bare)))
    await never_home(world)
    said = "".join(version.text for shown in world.chat.messages for version in shown.versions)
    assert "person Amira is visiting" not in said
    assert [step["step_id"] for step in world.facts(HOME, "StepEntered")] == ["mobile", "police"]
    world.ignore_rest("the alarm is told elsewhere")
    await world.closes()


async def test_details_are_not_asked_for_on_the_way_home(world: World) -> None:
    await out(world, case=f"{CASE} not back")
    await world.says("amira", "left")
    world.read_all()
    await world.says("amira", "details")
    world.expect("amira", "You have no visit under way.")
    choice = f"details {world.visit(HOME).id}"
    await world.presses_choice("amira", choice, fields={"address": DETAILS["address"]})
    world.expect("amira", "That button is from an older message")
    await world.presses_choice("ben", f"vouch {world.visit(HOME).id}")
    world.expect("ben", "That button is from an older message")
