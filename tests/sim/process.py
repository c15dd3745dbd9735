"""One process of the bot in a simulated world: engine, relay and door over a store of its own, until it crashes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.escalation import Escalation
from bot.domain.visit import Visit
from bot.ports import IdSource, InboundEvent, Received, Sender, Tx, Unavailable
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from bot.service.pulse import RETRY_LONGEST
from bot.service.relay import Relay
from storage.inline import InlineStore
from storage.types import EPOCH
from tests.sim.clock import SimClock
from tests.sim.dice import Dice
from tests.sim.events import Fault, Passed
from tests.sim.platform import SimSender, Sky
from tests.sim.watch import Watch
from tests.sim.weather import Weather

EXCUSED = RETRY_LONGEST + timedelta(seconds=15)
"""How long after it was cured a row may still be on its longest pause."""


class Crash(BaseException):
    """The process is gone; nothing of it may catch this."""


class Poisoned(Exception):
    """A row that cannot be processed."""


class Poison:
    """Which visits cannot be processed now, and which are excused until their last pause is over."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}

    def spoil(self, visit_id: str, until: datetime) -> None:
        """Have a visit break whatever processes it until an instant."""
        self._until[visit_id] = until

    def spoils(self, visit_id: str) -> bool:
        """Return whether a visit cannot be processed now."""
        return self._until.get(visit_id, EPOCH) > self._clock.now()

    def excused(self) -> frozenset[str]:
        """Return the visits that may be late: the longest pause has not passed since they could be processed."""
        now = self._clock.now()
        return frozenset(v for v, until in self._until.items() if until + EXCUSED > now)

    def heal(self) -> None:
        """Have everything processed again."""
        now = self._clock.now()
        self._until = {v: min(until, now) for v, until in self._until.items()}


class SimEngine(Engine):
    """The engine, and rows that it cannot process."""

    poison: Poison

    def _visit(self, tx: Tx, visit: Visit, now: datetime) -> None:
        if self.poison.spoils(visit.id):
            raise Poisoned(visit.id)
        super()._visit(tx, visit, now)

    def _alarm(self, tx: Tx, alarm: Escalation, now: datetime) -> None:
        if self.poison.spoils(alarm.visit_id):
            raise Poisoned(alarm.id)
        super()._alarm(tx, alarm, now)


class Process:
    """A replica. Its memory is lost with it; the database and what the platforms took stay.

    Args:
        store: the database, of which it opens a store of its own.
        poison: tells which rows cannot be processed.
    """

    def __init__(
        self,
        store: InlineStore,
        *,
        clock: SimClock,
        ids: IdSource,
        sky: Sky,
        watch: Watch,
        dice: Dice,
        weather: Weather,
        poison: Poison,
        platforms: tuple[str, ...],
    ) -> None:
        self._clock, self._watch, self._dice, self._weather = clock, watch, dice, weather
        self.dead = False
        self.store = store.sibling(boundary=self._boundary)
        self.intake = DurableIntake(self.store, clock, ids)
        self.engine = SimEngine(self.store, clock, ids, self.intake)
        self.engine.poison = self._poison = poison
        senders: dict[str, Sender] = {p: SimSender(p, sky, self._alive) for p in platforms}
        self.relay = Relay(self.store, clock, ids, senders, boundary=self._boundary)

    async def begin(self) -> None:
        """Start."""
        await self.engine.begin()

    async def receive(self, event: InboundEvent) -> Received:
        """Have an event come in at the door."""
        self._alive()
        return await self.intake.receive(event)

    async def pass_(self) -> None:
        """Have the engine make one complete pass."""
        self._alive()
        await self.engine.step()
        assert self.engine.passed_at is not None
        visits, alarms = self._watch.open_now()
        excused = self._poison.excused()
        self._watch.feed(Passed(self.engine.passed_at, visits, alarms, excused))

    async def send(self) -> int:
        """Have the relay send what is due; return how many rows it claimed."""
        self._alive()
        try:
            return await self.relay.step()
        finally:
            self._watch.relayed()

    def next_due(self) -> datetime | None:
        """Return when there is something to do next; None for never."""
        now = self._clock.now()
        engine = self.store.read_now(lambda tx: tx.next_due())
        relay = self.store.read_now(lambda tx: tx.outbox.next_due(now))
        return min((at for at in (engine, relay) if at is not None), default=None)

    async def kill(self) -> None:
        """Let nothing of it do anything any more."""
        self.dead = True
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _alive(self) -> None:
        if self.dead:
            raise Crash

    def _boundary(self, name: str) -> None:
        self._alive()
        kind, _, commit = name.partition(" ")
        if kind == "commit.after":
            self._watch.committed(commit)
        self._strike(kind, commit)

    def _strike(self, kind: str, commit: str) -> None:
        """Let something happen at a boundary, if chance has it."""
        rate = self._weather.crash_send if kind.startswith("send") else self._weather.crash_commit
        if self._dice.chance(rate):
            self.dead = True
            self._watch.feed(Fault(self._clock.now(), f"crash at {kind} {commit}"))
            raise Crash
        if kind != "commit.before":
            return
        if self._dice.chance(self._weather.trouble):
            self._watch.feed(Fault(self._clock.now(), f"no commit for {commit}"))
            raise Unavailable
        if commit == "inbound" and self._dice.chance(self._weather.broken):
            self._watch.feed(Fault(self._clock.now(), "an event breaks", harmless=True))
            raise Poisoned


async def ended(process: Process) -> None:
    """Kill a process that crashed, and forget why."""
    with suppress(Crash):
        await process.kill()
