"""A team in the middle of something, on which tests try what one service does next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from bot.domain.visit import Visit
from bot.ports import Outgoing, Tx
from tests.scenarios.harness import Loaded
from tests.scenarios.stories import CASE
from tests.scenarios.woken import WokenWorld, team_that_wakes

Change = Callable[[Tx], object]
Told = dict[str, Outgoing]
Subject = tuple[str, str]
"""A visit, or a call for help, and somebody who is woken about it."""
WAKED = ("amira", "ben", "maria")
"""Who has a way that wakes them."""


class Story:
    """A team in the middle of something. What a test has follow is thrown away, so that it stays as it is."""

    def __init__(
        self, begins: Callable[[Any], Awaitable[object]], loaded: Loaded | None = None
    ) -> None:
        self.world = WokenWorld()
        self._visits: dict[str, Visit] = {}

        async def told() -> None:
            await self.world.opens(loaded or team_that_wakes(*WAKED))
            await begins(self.world)

        asyncio.run(told())
        self.now, self.ids = self.world.clock.now(), self.world.ids

    def look(self, *works: Callable[[Tx], Any]) -> Any:
        """Return what the last of these works returns, done one after another."""
        return self.world.store.read_now(lambda tx: [work(tx) for work in works][-1])

    def visit(self, case: str = CASE) -> Visit:
        """Return its visit."""
        if case not in self._visits:
            self._visits[case] = self.world.visit(case)
        return self._visits[case]

    def sent(self, tx: Tx) -> Told:
        """Return by name what is new in the outbox."""
        until = self.now + timedelta(minutes=1)
        rows = tx.outbox.claim(self.now, limit=99, lease_until=until, token="t")
        assert all(row.created_at == self.now for row in rows if row.ref is None)
        return {row.dedupe: row for row in rows if row.ref is None}

    def placed(self, tx: Tx, *, after: timedelta = timedelta()) -> dict[Subject, datetime | None]:
        """Return whom a platform is to wake by itself about what, so long after now: it is looked at once; None: nobody."""
        at = self.now + after
        rows = tx.placed.claim(at, limit=99, lease_until=at + timedelta(hours=1), token="t")
        return {(row.subject_id, row.person_id): row.due_at for row in rows}

    def shown_anew(self, tx: Tx) -> set[str]:
        """Return the names of the posted messages that are shown anew."""
        until = self.now + timedelta(minutes=1)
        rows = tx.outbox.claim(self.now, limit=99, lease_until=until, token="t")
        return {row.dedupe for row in rows if row.ref is not None}

    def changed(self, **changes: Any) -> Change:
        """Return the work of changing its visit."""
        after = replace(self.visit(), **changes)
        return lambda tx: tx.visits.save(after, None)


S = TypeVar("S", bound=Story)


def story(
    name: str,
    begins: Callable[[Any], Awaitable[object]],
    loaded: Loaded | None = None,
    *,
    kind: type[S],
) -> Callable[..., Iterator[S]]:
    """Return the fixture of a story, which is told once for all tests."""

    @pytest.fixture(scope="module", name=name)
    def opened() -> Iterator[S]:
        made = kind(begins, loaded)
        yield made
        asyncio.run(made.world.store.close())

    return opened
