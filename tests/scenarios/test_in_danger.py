"""The steps for when a visit turns unpleasant, for a worker who asks for them (F10)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.packs.encoding import digest_of, encode
from tests.scenarios.harness import World, sample_team


async def test_a_worker_reads_the_three_steps_in_private(world: World) -> None:
    """De-escalate; leave and call others; 999. Nothing of it is in the channel, or on a locked screen (F10)."""
    await world.says("amira", "steps")
    shown = world.expect("amira", "Step by step")
    assert shown.now.preview == "Buddyline: an answer for you"
    calm, leave, ring, silent = shown.text.splitlines()[-4:]
    assert calm.startswith("1. Calm it")
    assert leave.startswith("2. Leave")
    assert ring == "3. In danger ring 999."
    assert "press 55" in silent


async def test_asked_in_the_channel_only_the_worker_reads_them(world: World) -> None:
    """Whoever asks in front of all is answered aside (F10)."""
    await world.says_in_channel("amira", "visit steps")
    world.expect_aside("amira", "Step by step")


@pytest.mark.parametrize("words", ["steps", "the three steps", "What do I do?"])
async def test_asking_changes_nothing(world: World, words: str) -> None:
    """The visit runs on as it did, and nobody hears that they were asked for (F10)."""
    await world.says("amira", "start now 45m CASE123")
    world.read_all()
    await world.says("amira", words)
    world.expect("amira", "Step by step")
    world.nothing_more()


async def test_a_procedure_without_steps_gives_those_that_hold_anywhere() -> None:
    """Nobody who asks is left without an answer (F10)."""
    entry, policy, _ = sample_team()
    policy = replace(policy, in_danger=())
    policy = replace(policy, digest=digest_of(policy))
    entry = replace(entry, team=replace(entry.team, policy_digest=policy.digest))
    world = await World().opens((entry, policy, encode(policy)))
    await world.says("amira", "steps")
    assert "In danger ring 999" in world.expect("amira", "Step by step").text
    await world.closes()
