"""A simulated world: one team's hours, drawn from a seed, in virtual time; first with faults, then healed.

Each turn goes to the next interesting instant: a person acts, a deadline comes, a message may be tried again, a dead
process starts. In the safety phase everything may go wrong and the checkers must hold; in the liveness phase everybody
is reachable, and everything must come to its end.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.ports import InboundEvent, Unavailable
from bot.sealing import Keyring
from bot.service.relay import LEASE
from storage.inline import InlineStore
from tests.fakes.ids import SeededIds
from tests.sim.checkers import ALL, Known
from tests.sim.clock import SimClock
from tests.sim.dice import Dice
from tests.sim.events import Arrived, Fault, Over
from tests.sim.people import Act, Crowd, Mode
from tests.sim.platform import Post, Sky
from tests.sim.process import Crash, Poison, Process, ended
from tests.sim.team import PLATFORMS
from tests.sim.team import drawn as team_drawn
from tests.sim.watch import Watch
from tests.sim.weather import Weather
from tests.sim.weather import drawn as weather_drawn

ROUNDS = 200
"""More rounds of passing and sending at one instant are no work but a loop without an end."""
SILENCE = timedelta(minutes=60)
"""How long everybody is silent in the liveness phase: every ladder must be at its last step by then."""
PATIENCE = timedelta(hours=6)
"""How long people who answer properly may need to close everything."""
TRIES = 20


class World:
    """Everything there is for one seed.

    Args:
        seed: names the world; the same seed and hours give the same world.
        hours: of the safety phase, in virtual time.
        weather: instead of a drawn one.
    """

    def __init__(self, seed: int | str, hours: float, *, weather: Weather | None = None) -> None:
        self.dice = Dice(seed)
        self.weather = weather or weather_drawn(self.dice.fork("weather"))
        self.clock = SimClock()
        self._begun_at = self.clock.now()
        self._hours = hours
        self._ids = SeededIds(seed)
        entry, policy, content = team_drawn(self.dice.fork("team"))
        self.known = Known(entry, policy)
        self._store = InlineStore(Keyring([bytes(range(32))], self._ids), self._ids)
        self._store.run_now(
            lambda tx: tx.rosters.replace(entry, policy, content=content), name="team import"
        )
        self.watch = Watch(self._store, self.clock, [each(self.known) for each in ALL])
        self.crowd = Crowd(
            entry,
            dice=self.dice.fork("people"),
            clock=self.clock,
            weather=self.weather,
            later=self.later,
            hand_over=self.hand_over,
        )
        self.sky = Sky(
            self.dice.fork("sky"),
            self.clock,
            self.watch,
            self.weather,
            shown=self._shown,
            meanwhile=self._meanwhile,
        )
        self._poison = Poison(self.clock)
        self._tainted = 0
        self._process: Process | None = None
        self._restart_at = self.clock.now()
        self._due_at: datetime | None = None
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbered = 0
        self._nested = False

    async def run(self) -> None:
        """Live through both phases. Raises Broken."""
        until = self._begun_at + timedelta(hours=self._hours)
        self.crowd.live(until)
        self._plan_faults()
        await self._until(until)
        await self._heal()
        self._store.engine.dispose()

    # --- what others call --------------------------------------------------------------------------

    def later(self, at: datetime, act: Act) -> None:
        """Have something done at an instant; things of one instant in the order in which they were planned."""
        self._numbered += 1
        heapq.heappush(self._acts, (at, self._numbered, act))

    async def hand_over(self, event: InboundEvent, who: str, tries: int = 1) -> None:
        """Bring an event to the door; a platform whose event was not taken brings it again."""
        said = event.choice or event.text
        self.watch.said[event.event_id] = said

        def again() -> None:
            if tries < TRIES:
                delay = timedelta(seconds=5 * tries)
                self.later(self.clock.now() + delay, lambda: self.hand_over(event, who, tries + 1))

        if self._process is None or self._process.dead:
            again()
            return
        try:
            came = await self._process.receive(event)
        except Unavailable:
            again()
            return
        except Crash:
            again()
            raise
        self.watch.feed(Arrived(self.clock.now(), event.event_id, who, said, came))

    def _shown(self, post: Post, new: bool) -> None:
        self.crowd.shown(post, new)

    async def _meanwhile(self) -> None:
        """While a message is on its way: what would have happened within the next minute happens now."""
        soon = self.clock.now() + timedelta(minutes=1)
        if self._nested or not self._acts or self._acts[0][0] > soon:
            return
        self._nested = True
        try:
            await heapq.heappop(self._acts)[2]()
        finally:
            self._nested = False

    # --- time --------------------------------------------------------------------------------------

    async def _until(self, until: datetime, over: Callable[[], bool] = lambda: False) -> None:
        while self.clock.now() < until and not over():
            await self._turn(until)

    async def _turn(self, until: datetime) -> None:
        """Go to the next interesting instant and do what is to be done there."""
        self.clock.move_to(self._next(until))
        try:
            if self._process is None and self._restart_at <= self.clock.now():
                await self._start()
            while self._acts and self._acts[0][0] <= self.clock.now():
                await heapq.heappop(self._acts)[2]()
            if self._process is not None:
                await self._work(self._process)
        except Crash:
            await self._crashed()
        except Unavailable:
            self._due_at = self.clock.now() + timedelta(seconds=1)
        except AssertionError:
            raise
        except Exception as broken:  # noqa: BLE001 - in production the process would end here
            self.watch.fail("NothingStopsTheLoop", f"{type(broken).__name__}: {broken}")
        self.watch.demand_whole()
        self._taint()

    def _next(self, until: datetime) -> datetime:
        instants = [until]
        if self._acts:
            instants.append(self._acts[0][0])
        if self._process is None:
            instants.append(self._restart_at)
        elif self._due_at is not None:
            instants.append(self._due_at)
        if self._process is not None and self.watch.kept():
            instants.append(self.clock.now() + timedelta(seconds=15))
        return min(instants)

    async def _work(self, process: Process) -> None:
        """Pass and send until nothing is due any more at this instant."""
        for _ in range(ROUNDS):
            await process.pass_()
            while await process.send():
                pass
            self._due_at = process.next_due()
            if self._due_at is None or self._due_at > self.clock.now():
                return
        self.watch.fail("ComesToRest", f"still busy at {self.clock.now()} after {ROUNDS} rounds")

    # --- faults ------------------------------------------------------------------------------------

    def _plan_faults(self) -> None:
        dice = self.dice.fork("faults")
        plans = (
            (self.weather.downtime, self._stop),
            (self.weather.jump, self._jump),
            (self.weather.back, self._back),
        )
        for hour in range(int(self._hours) + 1):
            for rate, act in plans:
                if dice.chance(rate):
                    at = self._begun_at + timedelta(hours=hour) + dice.seconds(0, 3600)
                    self.later(at, act)

    async def _stop(self) -> None:
        if self._process is not None:
            self.watch.feed(Fault(self.clock.now(), "stopped"))
            self._process.dead = True
            raise Crash

    async def _jump(self) -> None:
        by = self.dice.pick([self.dice.seconds(6, 300), self.dice.seconds(300, 3600)])
        self.clock.move_to(self.clock.now() + by)
        self.watch.feed(Fault(self.clock.now(), f"the clock jumped {by} ahead"))

    async def _back(self) -> None:
        by = self.dice.seconds(1, 20)
        self.clock.put_back(by)
        self.watch.feed(Fault(self.clock.now(), f"the clock went {by} back", harmless=True))

    async def _crashed(self) -> None:
        """Bury the process; another one starts after a while."""
        if self._process is not None:
            await ended(self._process)
            self.watch.relayed()
        self._process, self._due_at = None, None
        away = self.dice.weighted(
            [
                (self.dice.seconds(1, 30), 0.7),
                (self.dice.seconds(60, 1800), 0.2),
                (self.dice.seconds(1800, 7200), 0.1),
            ]
        )
        self._restart_at = self.clock.now() + away

    async def _start(self) -> None:
        self.watch.feed(Fault(self.clock.now(), "started", harmless=True))
        self._process = Process(
            self._store,
            clock=self.clock,
            ids=self._ids,
            sky=self.sky,
            watch=self.watch,
            dice=self.dice.fork(f"process {len(self.watch.events)}"),
            weather=self.weather,
            poison=self._poison,
            platforms=PLATFORMS,
        )
        await self._process.begin()

    def _taint(self) -> None:
        """Have some of the new visits become impossible to process for a while."""
        for visit_id in list(self.known.workers)[self._tainted :]:
            self._tainted += 1
            if self.dice.chance(self.weather.poison):
                at = self.clock.now() + self.dice.seconds(0, 4800)
                until = at + self.dice.seconds(10, 1200)

                async def spoil(visit_id: str = visit_id, until: datetime = until) -> None:
                    if self.crowd.mode is Mode.LIVING:
                        self._poison.spoil(visit_id, until)
                        said = f"{visit_id} cannot be processed"
                        self.watch.feed(Fault(self.clock.now(), said, harmless=True))

                self.later(at, spoil)

    # --- liveness ----------------------------------------------------------------------------------

    async def _heal(self) -> None:
        """Let nothing go wrong any more, and demand that everything comes to its end."""
        self.watch.verify()
        for name in Weather.__slots__:
            setattr(self.weather, name, 0.0)
        self.sky.heal()
        self._poison.heal()
        self.crowd.mode = Mode.SILENT
        self._restart_at = min(self._restart_at, self.clock.now())
        self.watch.feed(Fault(self.clock.now(), "healed", harmless=True))
        healed_at = self.clock.now()
        await self._until(healed_at + SILENCE)
        self._keeps_asking(healed_at)
        self.crowd.mode = Mode.PROPER
        for post in list(self.sky.posts.values()):
            self.crowd.answer(post)
        await self._until(self.clock.now() + PATIENCE, over=self._all_closed)
        if not self._all_closed():
            visits, alarms = self.watch.open_now()
            self.watch.fail("Converges", f"still open: {visits} {alarms}")
        await self._until(self.clock.now() + 2 * LEASE)
        self.watch.verify()
        self.watch.feed(Over(self.clock.now(), self.watch.rows(), self.watch.inbox()))

    def _keeps_asking(self, healed_at: datetime) -> None:
        waiting = [row.dedupe for row in self.watch.rows() if row.waits]
        if waiting:
            self.watch.fail("Converges", f"messages wait though everybody is there: {waiting}")
        _, alarms = self.watch.open_now()
        policy = self.known.policy
        for alarm in alarms:
            ladder = policy.ladder if alarm.kind == "overdue" else policy.uncovered
            due_in = alarm.due_at - self.clock.now() if alarm.due_at else None
            soon = due_in is not None and due_in <= max(policy.repeat_every, policy.charge_for)
            high = alarm.step == len(ladder) - 1 or alarm.opened_at > healed_at
            if not soon or not high or (alarm.charge and alarm.opened_at <= healed_at):
                self.watch.fail("Converges", f"it does not keep asking: {alarm}")

    def _all_closed(self) -> bool:
        visits, alarms = self.watch.open_now()
        return not visits and not alarms
