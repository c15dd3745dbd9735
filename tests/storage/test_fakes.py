"""The clock and the chance that other tests lean on."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from bot.ports import Clock, IdSource
from tests.fakes.clock import START, VirtualClock
from tests.fakes.ids import SeededIds

MINUTE = timedelta(minutes=1)


def test_the_clock_goes_forward_only() -> None:
    clock = VirtualClock()
    clock.advance(MINUTE)
    clock.jump_to(clock.now())
    assert clock.now() == START + MINUTE
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-MINUTE)


async def test_a_wait_ends_at_its_instant_or_when_woken() -> None:
    moved = VirtualClock()
    clock: Clock = moved
    wake = asyncio.Event()
    await clock.wait(START, wake)
    first = asyncio.create_task(clock.wait(START + MINUTE, wake))
    second = asyncio.create_task(clock.wait(START + 2 * MINUTE, wake))
    await asyncio.wait([first], timeout=0)
    assert moved.next_wait() == START + MINUTE
    moved.advance(MINUTE)
    await first
    assert moved.next_wait() == START + 2 * MINUTE
    wake.set()
    await second
    assert moved.next_wait() is None


def test_the_same_seed_gives_the_same_chance() -> None:
    def drawn(seed: int) -> list[object]:
        ids: IdSource = SeededIds(seed)
        return [ids.new("vis"), ids.new("vis"), ids.token(40)]

    one = drawn(1)
    assert one == drawn(1)
    assert one != drawn(2)
    assert one[0] != one[1]
    assert re.fullmatch(r"vis_[a-z2-7]{16}", str(one[0]))
