"""The relay's loop, over a store that misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.service.relay import LONGEST_SLEEP, PAUSE, Relay
from tests.fakes.clock import START, VirtualClock
from tests.fakes.ids import SeededIds


class BreakingStore:
    """A store whose first claim raises something that is nobody's; at the second there is nothing to send."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        self.claims = 0

    def on_commit(self, told: Callable[..., None]) -> None: ...

    async def run(self, _work: object, *, name: str) -> Any:
        assert name == "claim"
        self.claims += 1
        if self.claims == 1:
            raise RuntimeError("broken")
        self._stopping.set()
        return (), START

    async def read(self, _work: object) -> None: ...


async def test_the_loop_outlives_a_claim_that_breaks(caplog: pytest.LogCaptureFixture) -> None:
    stopping, clock = asyncio.Event(), VirtualClock()
    store: Any = BreakingStore(stopping)
    relay = Relay(store, clock, SeededIds(), {})
    loop = asyncio.create_task(relay.run(stopping))
    await turns(loop)
    assert not loop.done()
    assert relay.passed_at is None, "a pass that broke counts for health"

    clock.advance(PAUSE)
    await turns(loop)
    assert relay.passed_at == START + PAUSE
    clock.advance(LONGEST_SLEEP)
    await loop
    assert store.claims == 2
    assert "finding relay.pass: RuntimeError" in caplog.text


async def turns(loop: asyncio.Task[None]) -> None:
    """Let a loop come as far as it can without time going on."""
    for _ in range(20):
        await asyncio.wait([loop], timeout=0)
