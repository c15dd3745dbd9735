"""Somebody, or the team's channel, takes no message any more: whoever answers for the team hears of it, once a day."""

from __future__ import annotations

import pytest

from tests.fakes.chat import Trouble
from tests.scenarios.harness import CHANNEL, World
from tests.scenarios.stories import out
from tests.scenarios.test_joining_and_leaving import jo_joins
from tests.scenarios.twins import WORDS

REFUSED = "What I send to {} is refused for good."


@pytest.fixture(autouse=True)
async def _rest_is_told_elsewhere(world: World) -> None:
    world.ignore_rest("only who hears that nothing gets through counts")


def heard(world: World, of: str = "Carla Mendes") -> list[str]:
    """Return who read that nothing gets through to somebody, in order of their ids: as often as they were told."""
    return sorted(
        str(shown.to.person or shown.to.channel)
        for shown in world.chat.messages
        if shown.key.startswith("unreached:") and REFUSED.format(of) in shown.text
    )


async def test_those_who_answer_for_the_team_hear_of_it_once_a_day(world: World) -> None:
    world.chat.fails("carla", Trouble.PERMANENT)
    for _ in range(2):
        await world.says("carla", "status")
    assert heard(world) == ["helen", "maria"]
    await world.until("23:59")
    await world.says("carla", "status")
    assert heard(world) == ["helen", "maria"]
    await world.until("00:01")
    await world.says("carla", "status")
    assert heard(world) == ["helen", "helen", "maria", "maria"]


async def test_each_of_two_is_told(world: World) -> None:
    for who in ("carla", "dev"):
        world.chat.fails(who, Trouble.PERMANENT)
        await world.says(who, "status")
    assert heard(world) == heard(world, "Dev Patel") == ["helen", "maria"]


async def test_it_is_nothing_for_whoever_it_is_about(world: World) -> None:
    world.chat.fails("maria", Trouble.PERMANENT, times=1)
    await world.says("maria", "status")
    assert heard(world, "Maria Novak") == ["helen"]


async def test_that_this_itself_does_not_arrive_is_told_to_nobody(world: World) -> None:
    for who in ("carla", "maria"):
        world.chat.fails(who, Trouble.PERMANENT)
    await world.says("carla", "status")
    await world.passes(minutes=2)
    assert heard(world) == ["helen"]
    assert not heard(world, "Maria Novak")


@pytest.mark.parametrize("alone", [False, True], ids=["for all", "for one alone"])
async def test_a_channel_that_takes_nothing_is_what_has_to_be_looked_at(
    world: World, alone: bool
) -> None:
    if alone:
        world.chat.fails("carla", Trouble.PERMANENT)
        await world.says_in_channel("carla", "visit status")
    else:
        world.chat.fails(CHANNEL, Trouble.PERMANENT)
        await world.says("amira", "start now 45m CASE123")
    assert not heard(world)
    for who in ("helen", "maria"):
        world.expect(who, "The team's channel takes no messages")


async def test_of_what_only_responders_read_nothing_follows(world: World) -> None:
    """When it was sent would show that there is an alarm (covert rule 12)."""
    await out(world)
    for who in ("omar", "ben"):
        world.chat.fails(who, Trouble.PERMANENT)
    await world.says("amira", WORDS)
    await world.passes(minutes=5)
    assert not [s for s in world.chat.messages if s.key.startswith("unreached:")]


async def test_nor_does_anything_of_what_a_responder_alone_reads_in_an_alarm(world: World) -> None:
    await out(world)
    await world.until("14:59")
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:01")
    assert "Unreachable" in world.journal("CASE123")
    assert not [s for s in world.chat.messages if s.key.startswith("unreached:")]


async def test_whoever_sent_it_hears_so_themselves_and_nobody_else(world: World) -> None:
    world.chat.fails("jo-smith", Trouble.PERMANENT)
    await jo_joins(world)
    await world.passes(seconds=1)
    told = [s.to.person for s in world.chat.messages if "Jo Smith could not be reached" in s.text]
    assert told == ["maria"]
    assert not heard(world, "Jo Smith")
