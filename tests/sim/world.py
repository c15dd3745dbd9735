"""A simulated world: one team's hours, drawn from a seed, in virtual time; first with faults, then healed.

One to three processes share a database. Each turn goes to the next interesting instant: a person acts, a deadline comes, a
message may be tried again, a dead process starts. There one process or several make a round, all at the same time and
interleaved between their transactions. In the safety phase everything may go wrong and the checkers must hold; in the
liveness phase everybody is reachable, and everything must come to its end.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.domain.phrases.forms import Phrase
from bot.ports import InboundEvent, Received, Unavailable
from bot.sealing import Keyring
from bot.service.listening import set_phrases
from bot.service.relay import LEASE
from storage.inline import InlineStore
from tests.fakes.ids import SeededIds
from tests.sim import liveness
from tests.sim.checkers import ALL, Broken, Known
from tests.sim.clock import SimClock
from tests.sim.dice import Dice
from tests.sim.events import Arrived
from tests.sim.faults import Faults
from tests.sim.people import WORDS, Act, Crowd, Mode
from tests.sim.platform import Post, Sky
from tests.sim.process import Crash, Poison, Process
from tests.sim.team import CALLS, TEXTS
from tests.sim.team import drawn as team_drawn
from tests.sim.telephones import Telephones
from tests.sim.texting import Texting
from tests.sim.watch import Watch
from tests.sim.weather import Weather
from tests.sim.weather import drawn as weather_drawn

T = TypeVar("T")
ROUNDS = 200
"""More rounds of passing and sending at one instant are no work but a loop without an end."""
TRIES = 20
PLATFORM_WAITS = timedelta(seconds=10)
"""So long a platform waits at our door before it takes its event away, and brings it again later."""
NAMES = ("a", "b", "c")
STARTS = (
    datetime(2026, 12, 3, 8, 0, tzinfo=UTC),
    datetime(2027, 6, 1, 12, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
    datetime(2027, 10, 31, 1, 0, tzinfo=UTC),
)
"""An ordinary day of winter, one of summer, and the instants at which the clocks of London change."""


class World:
    """Everything there is for one seed.

    Args:
        seed: names the world; the same seed, hours and replicas give the same world.
        hours: of the safety phase, in virtual time.
        replicas: how many processes share the database; drawn from the seed unless given.
        weather: instead of a drawn one.
    """

    def __init__(
        self,
        seed: int | str,
        hours: float,
        *,
        replicas: int | None = None,
        weather: Weather | None = None,
    ) -> None:
        self.dice = Dice(seed)
        self.weather = weather or weather_drawn(self.dice.fork("weather"))
        self.clock = SimClock(_begins(self.dice.fork("start"), hours))
        self.begun_at = self.clock.now()
        self.hours = hours
        self.ids = SeededIds(seed)
        entry, policy, content = team_drawn(self.dice.fork("team"))
        self.known = Known(entry, policy)
        self.store = InlineStore(Keyring([bytes(range(32))], self.ids), self.ids)
        self.store.run_now(
            lambda tx: tx.rosters.replace(entry, policy, content=content), name="team import"
        )
        self.store.run_now(
            lambda tx: set_phrases(tx, entry.team, (Phrase("own", WORDS),), now=self.clock.now()),
            name="team import",
        )
        self.watch = Watch(self.store, self.clock, [each(self.known) for each in ALL])
        self.crowd = Crowd(
            entry,
            dice=self.dice.fork("people"),
            clock=self.clock,
            weather=self.weather,
            later=self.later,
            hand_over=self.hand_over,
            meant=self.watch.feed,
        )
        self.crowd.workers = self.known.workers
        self.telephones = Telephones(
            dice=self.dice.fork("telephones"),
            clock=self.clock,
            weather=self.weather,
            watch=self.watch,
            later=self.later,
            reach=self.reach,
            mode=lambda: self.crowd.mode,
        )
        self.texting = Texting(
            self.crowd,
            dice=self.dice.fork("texting"),
            clock=self.clock,
            weather=self.weather,
            watch=self.watch,
            later=self.later,
        )
        self.sky = Sky(
            self.dice.fork("sky"),
            self.clock,
            self.watch,
            self.weather,
            shown=self._shown,
            meanwhile=self._meanwhile,
        )
        self.poison = Poison(self.clock)
        drawn = self.dice.fork("replicas").weighted([(1, 0.5), (2, 0.3), (3, 0.2)])
        self.down = dict.fromkeys(NAMES[: replicas or drawn], self.clock.now())
        """Processes that do not run, and when each of them starts."""
        self.up: list[Process] = []
        self.faults = Faults(self)
        self.stirred = asyncio.Event()
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbered = self._rounds = 0
        self._acting: dict[asyncio.Task[None], Process | None] = {}

    async def run(self) -> None:
        """Live through both phases. Raises Broken."""
        until = self.begun_at + timedelta(hours=self.hours)
        self.crowd.live(until)
        self.texting.live(until)
        self.faults.plan()
        try:
            await self.until(until)
            await liveness.heal(self)
            await self.until(self.clock.now() + 2 * LEASE)
            liveness.look_back(self)
        finally:
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            self.store.engine.dispose()

    # --- what others call --------------------------------------------------------------------------

    def later(self, at: datetime, act: Act) -> None:
        """Have something done at an instant; things of one instant begin in the order in which they were planned."""
        self._numbered += 1
        heapq.heappush(self._acts, (at, self._numbered, act))

    async def hand_over(self, event: InboundEvent, who: str, tries: int = 1) -> None:
        """Bring an event to the door of any process; a platform whose event was not taken brings it again."""
        said = event.choice or event.text
        self.watch.said[event.event_id] = said
        came = await self._at_the_door(event)
        if came is not None:
            self.watch.feed(Arrived(self.clock.now(), event.event_id, who, said, came))
        elif tries < TRIES:
            again_at = self.clock.now() + timedelta(seconds=5 * tries)
            self.later(again_at, lambda: self.hand_over(event, who, tries + 1))

    async def _at_the_door(self, event: InboundEvent) -> Received | None:
        return await self.reach(lambda process: process.receive(event))

    async def reach(self, ask: Callable[[Process], Awaitable[T]]) -> T | None:
        """Ask any process something from outside; None when none is there, or it does not answer in time."""
        if not self.up:
            return None
        process = self.dice.pick(self.up)
        task = asyncio.current_task()
        assert task is not None
        self._acting[task] = process
        try:
            async with asyncio.timeout(PLATFORM_WAITS.total_seconds()):
                return await ask(process)
        except (Unavailable, TimeoutError, Crash):
            return None

    def _shown(self, post: Post, new: bool) -> None:
        """Have a message seen: in a chat by whoever looks, otherwise by whoever has that telephone, once it gets there."""
        if post.way.platform == CALLS:
            self.telephones.rings(post)
        elif post.way.platform != TEXTS:
            self.crowd.shown(post, new)
        elif self.telephones.texted(post) and self.crowd.mode is Mode.LIVING:
            self.texting.read(post)

    def _meanwhile(self) -> None:
        """While a message is on its way: what would have happened within the next minute begins now."""
        if self._acts and self._acts[0][0] <= self.clock.now() + timedelta(minutes=1):
            self._begin(heapq.heappop(self._acts)[2])

    def _begin(self, act: Act) -> None:
        self._acting[asyncio.ensure_future(act())] = None
        self.stirred.set()

    # --- time --------------------------------------------------------------------------------------

    async def until(self, until: datetime, over: Callable[[], bool] = lambda: False) -> None:
        """Live on until an instant, or until something is `over`."""
        while self.clock.now() < until and not over():
            await self._turn(until)

    async def _turn(self, until: datetime) -> None:
        """Do what is to be done at this instant, or go to the next interesting one."""
        now = self.clock.now()
        self.faults.start_those_due()
        while self._acts and self._acts[0][0] <= now:
            self._begin(heapq.heappop(self._acts)[2])
        idle = self.dice.shuffled([process for process in self.up if process.busy is None])
        for number, process in enumerate(idle):
            if number == 0 or self.dice.chance(0.4):
                process.busy = asyncio.ensure_future(process.round())
        await self._quiet()
        self.faults.bury()
        self.watch.demand_whole()
        self.faults.taint()
        following = self._next(until)
        if following > self.clock.now():
            self._rounds = 0
            await self.clock.until(following)
            return
        self._rounds = self._rounds + 1 if self.clock.now() == now else 0
        if self._rounds > ROUNDS:
            self.watch.fail("ComesToRest", f"still busy at {now} after {ROUNDS} rounds")

    async def _quiet(self) -> None:
        """Wait until everybody who does something is done, or stands still."""
        while waited := self._busy():
            self.stirred.clear()
            stirred = asyncio.ensure_future(self.stirred.wait())
            await asyncio.wait([*waited, stirred], return_when=asyncio.FIRST_COMPLETED)
            stirred.cancel()
        for process in self.up:
            if process.busy is not None and process.busy.done():
                process.busy = None
                if process.broken is not None:
                    # In production this process would end here, or go round without having done anything.
                    if isinstance(process.broken, Broken):
                        raise process.broken
                    said = f"{type(process.broken).__name__}: {process.broken}"
                    self.watch.fail("NothingStopsTheLoop", said)

    def _busy(self) -> list[asyncio.Task[None]]:
        for task in [task for task in self._acting if task.done()]:
            del self._acting[task]
            if not task.cancelled() and (broken := task.exception()) is not None:
                raise broken
        acts = [t for t, at in self._acting.items() if at is None or not at.stalled]
        rounds = [p.busy for p in self.up if p.busy and not p.busy.done() and not p.stalled]
        return [*acts, *rounds]

    def _next(self, until: datetime) -> datetime:
        now = self.clock.now()
        instants = [until, *self.down.values()]
        if self._acts:
            instants.append(self._acts[0][0])
        for process in self.up:
            if process.stalled:
                instants.append(now + process.left())
            elif process.busy is None:
                due_at = process.next_due()
                instants += [due_at] if due_at else []
        if self.up and self.watch.kept():
            instants.append(now + timedelta(seconds=15))
        return min(instants)


def _begins(dice: Dice, hours: float) -> datetime:
    """Return when a world begins: on an ordinary day, or so that the clocks change while it is there."""
    start = dice.pick(STARTS)
    back = dice.seconds(0, int(hours * 3600)) if start in STARTS[2:] else timedelta()
    return start - timedelta(seconds=int(back.total_seconds()))


__all__ = ["Mode", "Post", "World"]
