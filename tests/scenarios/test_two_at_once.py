"""Two people at the same moment, on a database where neither waits for the other: what the first has done stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.duress import Duress
from bot.domain.visit import Visit
from bot.ports import InboundEvent, InboundKind, Received, Tx
from bot.sealing import Keyring
from bot.service import teams
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from storage.due import SqlDuresses, SqlVisits
from storage.postgres_store import PostgresStore
from tests.fakes.clock import VirtualClock
from tests.fakes.ids import SeededIds
from tests.scenarios.checks import PAGE
from tests.scenarios.harness import MONDAY, sample_team
from tests.scenarios.twins import WORDS

WITHIN = 30
"""Seconds after which what happens in between has failed; it never takes so long."""


class Pair:
    """The sample team on a server, and what the second does while the first one's decision is half-way."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        self.clock, self._patch, self._events = VirtualClock(MONDAY), patch, 0
        self.to_come: list[Callable[[], Any]] = []
        ids = SeededIds("pair")
        self.store = PostgresStore(url, Keyring([bytes(range(32))], ids), ids)
        self.intake = DurableIntake(self.store, self.clock, ids, patience=timedelta(minutes=1))
        self.engine = Engine(self.store, self.clock, ids, self.intake)

    async def says(self, who: str, text: str = "", *, choice: str = "") -> None:
        """Have somebody write, or press a button; it has to be done."""
        assert await self.receives(who, text, choice=choice) is Received.DECIDED

    async def receives(self, who: str, text: str = "", *, choice: str = "") -> Received:
        """Have somebody write, or press a button; return what came of it."""
        self._events += 1
        kind = InboundKind.PRESS if choice else InboundKind.TEXT
        name, now = f"ev{self._events}", self.clock.now()
        event = InboundEvent("local", name, kind, who, now, text=text, choice=choice)
        return await self.intake.receive(event)

    async def out(self) -> Visit:
        """Amira is out, and Carla watches."""
        await self.says("amira", "start now 45m CASE123")
        visit = await self.visit("CASE123")
        await self.says("ben", choice=f"decline {visit.id}")
        await self.says("carla", choice=f"accept {visit.id}")
        return await self.visit("CASE123")

    async def visit(self, case: str) -> Visit:
        """Return the visit with this reference."""

        def read(tx: Tx) -> Visit:
            every = (tx.visits.get(chain) for chain in tx.journal.chains("", PAGE))
            return next(one for one in every if one is not None and one.case_ref == case)

        return await self.store.read(read)

    async def calls(self) -> tuple[Duress, ...]:
        """Return the team's open calls for help."""
        return await self.store.read(lambda tx: tx.duresses.open_in("adult-care"))

    def meanwhile(self, kind: type, query: str, then: Callable[[], Any]) -> None:
        """Have `then` happen, once and to its end, right after the next such query of anybody."""
        asked, loop = getattr(kind, query), asyncio.get_running_loop()
        self.to_come.append(then)

        def asking(rows: Any, *values: Any, **named: Any) -> Any:
            found = asked(rows, *values, **named)
            if self.to_come:
                asyncio.run_coroutine_threadsafe(self.to_come.pop()(), loop).result(WITHIN)
            return found

        self._patch.setattr(kind, query, asking)


@pytest.fixture
async def pair(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    made = Pair(postgres_url, monkeypatch)
    await teams.take_over(made.store, [sample_team()])
    yield made
    await made.store.close()
    assert not made.to_come, "nobody asked that"


@pytest.mark.parametrize(
    ("query", "who", "text", "choice"),
    [
        ("watched_by", "carla", "start now 30m CASE456", ""),
        ("open_in", "maria", "away @carla until 18:00", ""),
        ("open_in", "maria", "buddy @dev CASE123", ""),
        ("open_in", "dev", "", "duty carla"),
    ],
)
async def test_a_visit_that_ends_while_its_buddy_changes_is_over(
    pair: Pair, query: str, who: str, text: str, choice: str
) -> None:
    await pair.out()
    if choice:
        await pair.says("carla", "handover @dev")
    pair.meanwhile(SqlVisits, query, lambda: pair.says("amira", "done"))
    await pair.receives(who, text, choice=choice)
    assert not (await pair.visit("CASE123")).open


async def test_who_takes_a_call_for_help_has_it_though_more_is_heard_just_then(pair: Pair) -> None:
    await pair.receives("amira", WORDS)
    pair.clock.advance(timedelta(seconds=1))
    await pair.engine.step()
    (call,) = await pair.calls()
    await pair.receives("amira", WORDS)
    pair.clock.advance(timedelta(seconds=1))
    who = call.asked[0]
    pair.meanwhile(SqlDuresses, "about", lambda: pair.says(who, choice=f"lead {call.id}"))
    await pair.engine.step()
    (call,) = await pair.calls()
    assert (call.charge, len(call.lines)) == (who, 1)
