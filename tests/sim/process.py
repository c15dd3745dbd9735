"""One process of the bot in a simulated world: engine, relay and door over a store of its own, until it crashes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from adapters.voice.talk import Talk
from bot.domain.escalation import Escalation
from bot.domain.visit import Visit
from bot.ports import IdSource, InboundEvent, Received, Sender, Tx, Unavailable
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from bot.service.pulse import RETRY_LONGEST
from bot.service.receipts import StoredReceipts
from bot.service.relay import Relay
from storage.inline import InlineStore
from storage.types import EPOCH
from tests.sim.clock import SimClock, Turn
from tests.sim.dice import Dice
from tests.sim.events import Fault, Passed
from tests.sim.platform import BY_TEXT, ONLY_WORDS, SimSender, Sky
from tests.sim.stepped import SteppedStore
from tests.sim.team import CALLS, PLATFORMS, TEXTS
from tests.sim.watch import Watch
from tests.sim.weather import Weather

EXCUSED = RETRY_LONGEST + timedelta(seconds=15)
"""How long after it was cured a row may still be on its longest pause."""
TURNS = 4
"""Between two transactions of a process others get fewer turns than this."""


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
        name: "a", "b", "c".
        store: the database, of which it opens a store of its own.
        poison: tells which rows cannot be processed.
        stirred: called when it stops for a while, so that nobody waits for it.
    """

    def __init__(
        self,
        name: str,
        store: InlineStore,
        *,
        clock: SimClock,
        ids: IdSource,
        sky: Sky,
        watch: Watch,
        dice: Dice,
        weather: Weather,
        poison: Poison,
        stirred: asyncio.Event,
    ) -> None:
        self.name = name
        self._clock, self._watch, self._dice, self._weather = clock, watch, dice, weather
        self._stirred = stirred
        self._stalled_until = 0.0
        self.dead = False
        self.broken: Exception | None = None
        self.busy: asyncio.Task[None] | None = None
        self.busy_until: datetime | None = None
        self._inline = store.sibling(boundary=self._boundary)
        stepped = SteppedStore(self._inline, self._before)
        self.intake = DurableIntake(stepped, clock, ids)
        self.engine = SimEngine(stepped, clock, ids, self.intake)
        self.engine.poison = self._poison = poison
        senders: dict[str, Sender] = {p: SimSender(p, sky, self._alive) for p in PLATFORMS}
        senders[TEXTS] = SimSender(TEXTS, sky, self._alive, BY_TEXT)
        senders[CALLS] = SimSender(CALLS, sky, self._alive, ONLY_WORDS)
        self.receipts = StoredReceipts(stepped, clock, ids)
        self.talk = Talk(
            public_url="", store=stepped, intake=self.intake, receipts=self.receipts, clock=clock
        )
        self.relay = Relay(stepped, clock, ids, senders, boundary=self._boundary)
        self._begun = False

    @property
    def stalled(self) -> bool:
        """Whether the machine has stopped it for a while: nobody waits for it meanwhile."""
        return self._stalled_until - self._clock.seconds() > 1e-6

    def left(self) -> timedelta:
        """Return for how long it still stands still."""
        return timedelta(seconds=max(0.0, self._stalled_until - self._clock.seconds()))

    async def receive(self, event: InboundEvent) -> Received:
        """Have an event come in at the door. Raises Crash."""
        self._alive()
        return await self.intake.receive(event)

    async def round(self) -> None:
        """Make one pass and send what is due, both at the same time; what comes of it is in `dead` and `broken`."""
        steps = [asyncio.ensure_future(step) for step in (self._pass(), self._send())]
        for done in await asyncio.gather(*steps, return_exceptions=True):
            if isinstance(done, Unavailable):
                self.busy_until = self._clock.now() + timedelta(seconds=1)
            elif isinstance(done, Exception) and self.broken is None:
                self.broken = done

    async def _pass(self) -> None:
        self._alive()
        if not self._begun:
            await self.engine.begin()
            self._begun = True
        await self.engine.step()
        assert self.engine.passed_at is not None
        visits, alarms = self._watch.open_now()
        self._watch.feed(
            Passed(
                self.engine.passed_at,
                visits,
                alarms,
                self._poison.excused(),
                self.name,
                self._watch.calls_now(),
            )
        )

    async def _send(self) -> None:
        self._alive()
        try:
            while await self.relay.step():
                self._alive()
        finally:
            await self.relay.drain()
            self._watch.relayed()

    def next_due(self) -> datetime | None:
        """Return when there is something to do next; None for never."""
        now = self._clock.now()
        engine = self._inline.read_now(lambda tx: tx.next_due())
        relay = self._inline.read_now(lambda tx: tx.outbox.next_due(now))
        due = min((at for at in (engine, relay) if at is not None), default=None)
        if due is None or self.busy_until is None:
            return due
        return max(due, self.busy_until)

    async def _before(self, commit: str) -> None:
        """Give others their turns before a transaction; now and then the machine stops, or the database is slow."""
        for _ in range(self._dice.below(TURNS)):
            await Turn()
        if self._dice.chance(self._weather.stall):
            self._stall(self._dice.seconds(5, 200))
        if commit and self._dice.chance(self._weather.slow_commit):
            self._watch.feed(
                Fault(self._clock.now(), f"{self.name}: {commit} waits for the database")
            )
            await self._clock.sleep(self._dice.seconds(1, 4))
        while self.stalled:
            await self._clock.sleep(self.left())
        self._alive()

    def _stall(self, span: timedelta) -> None:
        self._watch.feed(Fault(self._clock.now(), f"{self.name} stands still for {span}"))
        self._stalled_until = self._clock.seconds() + span.total_seconds()
        self._stirred.set()

    def stop(self, why: str) -> None:
        """Have it do nothing any more."""
        self.dead = True
        self._watch.feed(Fault(self._clock.now(), f"{self.name}: {why}"))

    def _alive(self) -> None:
        if self.dead:
            raise Crash

    def _boundary(self, name: str) -> None:
        self._alive()
        kind, _, commit = name.partition(" ")
        if kind == "commit.after":
            self._watch.committed(commit)
        rate = self._weather.crash_send if kind.startswith("send") else self._weather.crash_commit
        if self._dice.chance(rate):
            self.stop(f"crash at {kind} {commit}")
            raise Crash
        if kind == "commit.before":
            self._strike(commit)

    def _strike(self, commit: str) -> None:
        """Let a commit fail, if chance has it."""
        if self._dice.chance(self._weather.trouble):
            self._watch.feed(Fault(self._clock.now(), f"{self.name}: no commit for {commit}"))
            raise Unavailable
        if commit == "inbound" and self._dice.chance(self._weather.broken):
            self._watch.feed(Fault(self._clock.now(), "an event breaks", harmless=True))
            raise Poisoned
