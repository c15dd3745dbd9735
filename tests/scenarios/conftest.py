"""The team at 14:00 on a Monday, and how a story usually begins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import pytest

from tests.scenarios.harness import World

Opening = Callable[[datetime], Awaitable[World]]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The sample team on Monday, 1 June 2026, 14:00 in London."""
    opened = await World().opens()
    yield opened
    await opened.closes()


@pytest.fixture
async def world_at() -> AsyncIterator[Opening]:
    """The sample team at another instant."""
    opened: list[World] = []

    async def opens(start: datetime) -> World:
        opened.append(await World(start).opens())
        return opened[-1]

    yield opens
    for one in opened:
        await one.closes()
