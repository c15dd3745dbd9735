"""A store of one simulated process: the real one, but between any two transactions everybody else may have a turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.ports import Committed, Tx
from storage.inline import InlineStore

T = TypeVar("T")


class SteppedStore:
    """`bot.ports.Store` over an inline one.

    Args:
        before: awaited before each transaction, with the name of its commit ("" for a read); what it raises is raised.
    """

    def __init__(self, inline: InlineStore, before: Callable[[str], Awaitable[None]]) -> None:
        self._inline, self._before = inline, before

    async def run(self, work: Callable[[Tx], T], *, name: str) -> T:
        """Run `work` in a transaction of its own, after a turn of the others."""
        await self._before(name)
        return self._inline.run_now(work, name=name)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a consistent view, after a turn of the others; the caller goes on at once."""
        await self._before("")
        return self._inline.read_now(work)

    def on_commit(self, told: Callable[[Committed], None]) -> None:
        """Have `told` called after every commit of this process."""
        self._inline.on_commit(told)

    async def close(self) -> None:
        """Do nothing: the database belongs to the world."""
