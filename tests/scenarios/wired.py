"""A world whose ways that wake people are on the other side of real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from tests.scenarios.harness import Loaded, World
from tests.scenarios.stories import out


class WiredWorld(World):
    """It has servers that are begun before its story, and ended after it."""

    async def connects(self) -> None:
        """Begin what listens."""
        raise NotImplementedError

    async def disconnects(self) -> None:
        """End what listens."""
        raise NotImplementedError


W = TypeVar("W", bound=WiredWorld)


@asynccontextmanager
async def wired(world: W, team: Loaded, *, until: str = "") -> AsyncIterator[W]:
    """Open a world in which Amira is out until 14:45 and Ben watches over her; what the chat says is looked at elsewhere.

    Args:
        until: when its test begins; right after Amira has gone in without it.
    """
    await world.connects()
    await world.opens(team)
    await out(world)
    if until:
        await world.until(until)
    world.ignore_rest("what the chat says is told elsewhere")
    yield world
    await world.closes()
    await world.disconnects()
