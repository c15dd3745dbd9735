"""A whole platform is down: everybody is reached by other ways, and whoever is on duty hears so, once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Role
from tests.fakes.chat import Trouble
from tests.scenarios.harness import World, sample_team
from tests.scenarios.stories import CASE, out
from tests.scenarios.test_waking import alarms
from tests.scenarios.twins import WORDS
from tests.scenarios.woken import WokenWorld, team_that_wakes

DOWN, BACK = "The chat takes no messages", "The chat takes messages again"


@pytest.fixture
async def world() -> AsyncIterator[WokenWorld]:
    """The team at 14:00, with Amira out until 14:45; everybody has a number."""
    opened = WokenWorld()
    await opened.opens(team_that_wakes())
    await out(opened)
    opened.ignore_rest("what the chat says besides is told elsewhere")
    yield opened
    await opened.closes()


def told(world: WokenWorld) -> dict[str, list[str]]:
    """Return who was told by text that the chat is down."""
    found: dict[str, list[str]] = {}
    for one in world.texts.messages:
        if DOWN in one.text:
            found.setdefault(str(one.to.person), []).append(one.text)
    return found


async def down(world: WokenWorld, trouble: Trouble = Trouble.TEMPORARY) -> None:
    """Have the chat take nothing, and people write: what they are answered does not get through."""
    world.chat.fails(None, trouble)
    for who in ("amira", "ben", "carla"):
        await world.says(who, "status")


async def test_after_three_people_whoever_is_on_duty_hears_it_once_and_by_text(
    world: WokenWorld,
) -> None:
    world.chat.fails(None, Trouble.TEMPORARY)
    await world.says("amira", "status")
    await world.passes(minutes=1)
    await world.says("ben", "status")
    await world.says("ben", "today")
    assert not told(world)
    await world.says("carla", "status")
    ((number, (text,)),) = told(world).items()
    assert number == world.numbers["omar"]
    assert text.startswith("Buddyline: The chat takes no messages since 14:00. 14:01, ref ")
    for who in ("dev", "helen", "maria"):
        await world.says(who, "status")
    await world.passes(minutes=30)
    assert sum(len(each) for each in told(world).values()) == 1


async def test_when_it_is_back_they_hear_that_too_and_nobody_reads_what_is_over(
    world: WokenWorld,
) -> None:
    await down(world)
    await world.passes(minutes=10)
    world.chat.heals()
    await world.passes(minutes=2)
    back = world.expect("omar", BACK)
    assert back.text.splitlines()[1] == "It took none from 14:00 to 14:11."
    assert not [one for one in world.chat.messages if DOWN in one.text]
    await world.passes(minutes=10)
    assert len([one for one in world.chat.messages if BACK in one.text]) == 1


async def test_it_may_go_down_again(world: WokenWorld) -> None:
    await down(world)
    await world.passes(minutes=5)
    world.chat.heals()
    await world.passes(minutes=5)
    await down(world)
    ((_, texts),) = told(world).items()
    assert len(texts) == 2


async def test_an_alarm_does_not_wait_for_a_chat_that_is_down(world: WokenWorld) -> None:
    await down(world, Trouble.SILENT)
    await world.until("15:00")
    assert len(alarms(world, "ben")) == 1
    assert "Unreachable" not in world.journal(CASE)


async def test_one_that_is_under_way_goes_on_at_its_next_try(world: WokenWorld) -> None:
    await world.until("14:59:50")
    world.chat.fails(None, Trouble.TEMPORARY)
    await world.until("15:00")
    for who in ("carla", "dev", "helen"):
        await world.says(who, "status")
    await world.passes(seconds=16)
    assert len(alarms(world, "ben")) == 1


async def test_failures_with_something_taken_in_between_are_none_of_the_platform(
    world: WokenWorld,
) -> None:
    for who in ("amira", "ben"):
        world.chat.fails(who, Trouble.TEMPORARY)
        await world.says(who, "status")
    await world.says("carla", "status")
    world.chat.fails("dev", Trouble.TEMPORARY)
    await world.says("dev", "status")
    assert not told(world)


async def test_failures_long_apart_are_none_of_the_platform(world: WokenWorld) -> None:
    """Whoever was not reached is tried again all the time: what failed once says nothing a quarter of an hour later."""
    world.chat.fails(None, Trouble.PERMANENT)
    for who in ("carla", "dev", "helen"):
        world.chat.fails(who, Trouble.TEMPORARY, times=1)
        await world.says(who, "status")
        await world.passes(minutes=15, seconds=1)
    assert not told(world)


async def test_what_is_refused_for_good_is_none_of_the_platform(world: WokenWorld) -> None:
    await down(world, Trouble.PERMANENT)
    await world.passes(minutes=2)
    assert not told(world)


async def test_a_platform_that_asks_for_a_short_pause_is_not_down(world: WokenWorld) -> None:
    for who, pause in (("amira", 5), ("ben", 59), ("carla", 30), ("dev", 59)):
        world.chat.fails(who, Trouble.LATER, retry_after=timedelta(seconds=pause))
        await world.says(who, "status")
    assert not told(world)


async def test_a_way_that_wakes_and_is_down_is_told_by_chat(world: WokenWorld) -> None:
    world.texts.fails(None, Trouble.TEMPORARY)
    await world.until("15:10")
    said = world.expect("omar", "The way by text message takes no messages")
    assert "by chat and by their other ways" in said.text
    world.texts.heals()
    await world.until("15:16")
    world.expect("omar", "The way by text message takes messages again")
    assert len([one for one in world.chat.messages if "The way by" in one.text]) == 2


async def test_a_new_process_knows_it_and_tells_nobody_again(world: WokenWorld) -> None:
    await down(world)
    await world.restarts()
    for who in ("dev", "helen", "maria"):
        await world.says(who, "status")
    ((_, texts),) = told(world).items()
    assert len(texts) == 1


async def test_where_nobody_has_another_way_it_is_said_when_the_chat_is_back() -> None:
    world = await World().opens()
    world.ignore_rest("the chat alone")
    world.chat.fails(None, Trouble.TEMPORARY)
    for who in ("amira", "ben", "carla"):
        await world.says(who, "status")
    await world.passes(minutes=5)
    world.chat.heals()
    await world.passes(minutes=2)
    world.expect("omar", BACK)
    await world.closes()


@pytest.mark.parametrize("trouble", [Trouble.TEMPORARY, Trouble.PERMANENT])
async def test_a_worker_who_cannot_be_reminded_reads_by_text_what_to_text(
    world: WokenWorld, trouble: Trouble
) -> None:
    await world.until("14:34")
    world.chat.fails("amira", trouble)
    await world.until("14:36")
    (text,) = world.texted("amira")
    assert re.fullmatch(
        r"Buddyline: your chat takes no messages just now\. "
        r"Text back ok, arrived, left, \+15, home, help now\. In danger, dial 999\. "
        r"14:3\d, ref [2-9A-HJKMNP-Z]{5}",
        text.text,
    )
    world.expect("ben", "Amira Khan could not be reached")
    await world.texts_back("amira", "left")
    assert not world.visit(CASE).open


# --- and what it never shows -----------------------------------------------------------------------


async def on_duty(who: str) -> WokenWorld:
    """Return the team where the worker herself, or somebody else, is on duty; her visit is over by words, or not."""
    entry, policy, content = team_that_wakes()
    holders = {**entry.holders, Role.DUTY_OFFICER: (who,)}
    world = WokenWorld()
    await world.opens((replace(entry, holders=holders), policy, content))
    world.ignore_rest("only the outage counts")
    return world


@pytest.mark.parametrize("words", [WORDS, f"left, next {WORDS}"])
async def test_whoever_called_for_help_hears_of_no_outage_that_only_the_call_has_found(
    words: str,
) -> None:
    """When it was found would show that something was sent (covert rules 7 and 12, attack 3)."""
    world = await on_duty("amira")
    await out(world)
    world.texts.fails(None, Trouble.TEMPORARY)
    await world.says("amira", words)
    await world.passes(minutes=10)
    seen = [one.text for one in world.chat.messages if "The way by text" in one.text]
    assert seen, "those who answer for cover hear it"
    assert not [
        one for one in world.chat.messages if one.to.person == "amira" and "The way by" in one.text
    ]
    assert not world.texted("amira")
    await world.closes()


async def test_she_hears_of_one_that_everybody_finds() -> None:
    world = await on_duty("amira")
    await out(world)
    await down(world)
    assert len(told(world)[world.numbers["amira"]]) == 1
    await world.closes()


def test_the_sample_team_has_somebody_on_duty() -> None:
    """So that the others are told for a reason."""
    entry, _, _ = sample_team()
    assert entry.holders[Role.DUTY_OFFICER] == ("omar",)
