"""Once a call for help is over: whom Kent's procedure has contacted, and that each of them answers (K9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.message import Priority
from bot.domain.people import Role
from bot.domain.policy import Audience, Step, Task
from bot.packs.loader import load_pack
from tests.scenarios.harness import World
from tests.scenarios.stories import helped
from tests.scenarios.test_covert_packs import called, working_by

WORDS = "I will need the purple file when I get back to the office"
DAY = timedelta(days=1)
AFTER = "Afterwards: Amira Khan"
TOLD = Step("told", Task.DIAL_999, (Audience.BUDDY, Role.DUTY_OFFICER), timedelta(minutes=2), "K8")
LATER = Step(
    "later",
    Task.FOLLOW_UP,
    (Role.BUILDING_MANAGER, Role.SERVICE_MANAGER, Role.SAFEGUARDING_LEAD),
    DAY,
    "K9",
)
HOLDERS = {"service_manager": ("maria",), "safeguarding_lead": ("helen",)}


async def over(**holders: tuple[str, ...]) -> World:
    """Amira called for help, Ben saw her, Omar confirmed it, and her visit has ended."""
    world = await called(working_by("kent", TOLD, LATER, **(holders or HOLDERS)), WORDS)
    world.read_all()
    await helped(world)
    await world.says("amira", "done CASE123")
    await world.passes(seconds=1)
    return world


def asked(world: World) -> set[str | None]:
    """Return who has been asked, or asked again, since everything was read."""
    return {shown.to.person for shown in world.unread() if AFTER in shown.at_first}


def test_kent_has_those_contacted_whom_its_procedure_names() -> None:
    [step] = [step for step in load_pack("kent", None, {}).duress if step.task is Task.FOLLOW_UP]
    assert step.audience == LATER.audience
    assert step.clause == "K9"


async def test_each_role_is_asked_and_what_nobody_holds_is_for_whoever_confirmed_the_end() -> None:
    world = await over()
    assert asked(world) == {"maria", "helen", "omar"}
    text = world.newest("helen", "Seen to").text
    assert "First: ask Omar Haddad what happened." in text
    assert "is over: something small happened" in text
    assert (
        "afterwards: the building manager, the service manager and the safeguarding lead." in text
    )
    assert "In your team nobody is the building manager." in world.newest("omar", "Seen to").text
    await world.closes()


async def test_it_comes_behind_what_is_urgent() -> None:
    world = await over()
    world.stands_still(minutes=24 * 60)
    await world.engine.step()
    now = world.clock.now()
    waiting = world.store.run_now(
        lambda tx: tx.outbox.claim(now, limit=500, lease_until=now + DAY, token="t"), name="look"
    )
    again = [row for row in waiting if row.key == "duress.follow"]
    assert {row.person_id for row in again} == {"maria", "helen", "omar"}
    assert {row.priority for row in again} == {Priority.REMINDER}


async def test_whoever_says_so_is_left_in_peace_and_the_others_are_asked_again() -> None:
    world = await over()
    await world.presses("helen", "Seen to")
    world.read_all()
    await world.passes(minutes=24 * 60 - 1)
    assert asked(world) == set()
    await world.passes(minutes=1)
    assert asked(world) == {"maria", "omar"}
    assert "Afterwards, not yet seen to by: Maria Novak, Omar Haddad." in closed_card(world, "ben")
    await world.presses("maria", "Seen to")
    await world.presses("omar", "Seen to")
    world.read_all()
    await world.passes(minutes=3 * 24 * 60)
    assert asked(world) == set()
    assert "not yet seen to" not in closed_card(world, "ben")
    await world.closes()


async def test_nothing_of_it_is_for_the_worker_nor_for_the_channel() -> None:
    world = await over(service_manager=("maria",), safeguarding_lead=("amira",))
    seen = [shown for shown in world.chat.messages if AFTER in shown.text]
    assert {shown.to.person for shown in seen} == {"maria", "omar"}
    assert not [shown for shown in seen if shown.to.channel]
    await world.closes()


async def test_before_it_is_safe_to_tell_the_card_says_to_be_silent() -> None:
    world = await over()
    assert "Please say nothing of it" in world.newest("helen", "Seen to").text
    await world.presses("omar", "Safe to tell")
    assert "Please say nothing of it" not in world.newest("helen", "Seen to").text
    await world.closes()


@pytest.mark.parametrize("who", ["dev", "ben", "amira"])
async def test_nobody_else_can_press_it(who: str) -> None:
    world = await over()
    [key] = {shown.key.split(":")[0] for shown in world.chat.messages if AFTER in shown.text}
    await world.presses_choice(who, f"after {key}")
    world.read_all()
    await world.passes(minutes=24 * 60)
    assert asked(world) == {"maria", "helen", "omar"}
    await world.closes()


async def test_in_place_of_somebody_who_left_whoever_confirmed_the_end_is_asked() -> None:
    world = await over(
        building_manager=("dev", "carla"), service_manager=("maria",), safeguarding_lead=("helen",)
    )
    assert asked(world) == {"dev", "carla", "maria", "helen"}
    await world.says("maria", "end @dev")
    world.read_all()
    await world.passes(minutes=24 * 60)
    assert asked(world) == {"omar", "carla", "maria", "helen"}
    await world.closes()


async def test_a_rehearsal_has_nothing_afterwards() -> None:
    loaded = working_by("kent", TOLD, LATER, **HOLDERS)
    world = await World().opens(loaded)
    await world.says("maria", "drill @amira")
    await world.presses("amira", "Begin the rehearsal")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.passes(minutes=2 * 24 * 60)
    assert asked(world) == set()
    world.ignore_rest("only what comes afterwards counts")
    await world.closes()


def closed_card(world: World, who: str) -> str:
    """Return what the card of the closed call says to somebody now."""
    return next(
        shown.text
        for shown in reversed(world.chat.messages)
        if shown.to.person == who and "Closed: Amira Khan" in shown.text
    )
