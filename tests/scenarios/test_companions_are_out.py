"""A companion is out as well: they watch over nobody at that time, and are not asked to."""

from __future__ import annotations

from dataclasses import replace

from bot.service import apart
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out
from tests.scenarios.test_attacks import calls, told
from tests.scenarios.twins import WORDS

WITH_BEN = "start 14:30-15:30 CASE777 with @ben"


async def test_a_companion_is_passed_over_and_the_next_in_line_is_asked(world: World) -> None:
    await world.says("dev", WITH_BEN)
    world.read_all()
    await world.says("amira", "start 14:40-15:20 CASE123")
    assert world.visit("CASE123").asked == ("carla",)
    world.read_all()


async def test_a_companion_cannot_accept_for_the_same_time(world: World) -> None:
    await world.says("amira", "start 14:40-15:20 CASE123")
    await world.says("dev", WITH_BEN)
    await world.presses("ben", "I'm on it")
    assert world.visit("CASE123").buddy_id is None
    world.read_all()


async def test_whoever_comes_along_hands_on_what_they_watch_then(world: World) -> None:
    await world.says("amira", "start 14:40-15:20 CASE123")
    await world.presses("ben", "I'm on it")
    assert world.visit("CASE123").buddy_id == "ben"
    await world.says("dev", WITH_BEN)
    assert world.visit("CASE123").buddy_id is None
    world.read_all()


async def test_a_companion_who_has_left_is_not_out_any_more(world: World) -> None:
    await world.says("dev", "start now 60m CASE777 with @ben")
    await world.says("dev", "left, @dev still inside")
    await world.says("amira", "start now 45m CASE123")
    assert world.visit("CASE123").asked == ("ben",)
    world.read_all()


async def test_whoever_is_at_the_same_case_hears_of_no_call_of_a_companions(world: World) -> None:
    """They could show it, as those of her own visit could (covert rule 7)."""
    await world.says("omar", f"start now 45m {CASE}")
    await world.presses("carla", "I'm on it")
    await out(world, case=f"{CASE} with @dev")
    await world.says("dev", WORDS)
    await world.passes(seconds=1)
    assert {"ben", "maria"} <= told(world)
    assert not told(world) & {"amira", "dev", "omar", "channel"}
    world.ignore_rest("only who hears of it counts")


async def test_the_gate_keeps_a_call_from_whoever_is_beside_her_and_from_nobody_elses_company(
    world: World,
) -> None:
    await out(world, case=f"{CASE} with @dev")
    await world.says("carla", "start now 45m CASE124 with @omar")
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    (call,) = calls(world)
    bare = replace(call, apart=())
    assert apart.from_alarm(bare, world.visit(CASE)) == {"amira", "dev"}
    assert apart.from_alarm(bare, world.visit("CASE124")) == {"amira"}
    assert apart.from_alarm(replace(call, apart=("ben",)), None) == {"amira", "ben"}
    world.ignore_rest("only the gate counts")
