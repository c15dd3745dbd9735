"""What goes wrong with the machines of a simulated world: starts, crashes, jumps of the clock, changes of the roster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tests.sim import team
from tests.sim.events import Fault
from tests.sim.people import Mode
from tests.sim.process import Process

if TYPE_CHECKING:
    from tests.sim.world import World


class Faults:
    """Plans and does what goes wrong in one world, and starts again what has gone down."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tainted = 0
        self._started = 0

    def plan(self) -> None:
        """Draw when processes are stopped, clocks jump and rosters change."""
        world, dice = self._world, self._world.dice.fork("faults")
        weather = world.weather
        plans = (
            (weather.downtime, self._stop),
            (weather.jump, self._jump),
            (weather.back, self._back),
            (weather.roster, self._roster),
        )
        for hour in range(int(world.hours) + 1):
            for rate, act in plans:
                if dice.chance(rate):
                    at = world.begun_at + timedelta(hours=hour) + dice.seconds(0, 3600)
                    world.later(at, partial(self._unless_healed, act))

    async def _unless_healed(self, act: Callable[[], None]) -> None:
        if self._world.crowd.mode is Mode.LIVING:
            act()

    def _stop(self) -> None:
        """Stop one process or all of them."""
        world = self._world
        if world.up:
            for process in (
                list(world.up) if world.dice.chance(0.5) else [world.dice.pick(world.up)]
            ):
                process.stop("stopped")

    def _jump(self) -> None:
        dice = self._world.dice
        by = dice.pick([dice.seconds(6, 300), dice.seconds(300, 3600)])
        self._world.clock.jump(by)
        self._world.watch.feed(Fault(self._world.clock.now(), f"the clock jumped {by} ahead"))

    def _back(self) -> None:
        by = self._world.dice.seconds(1, 20)
        self._world.clock.jump(-by)
        said = f"the clock went {by} back"
        self._world.watch.feed(Fault(self._world.clock.now(), said, harmless=True))

    def _roster(self) -> None:
        """Have somebody go off duty or come on duty, or leave the team."""
        world = self._world
        entry = team.changed(world.known.entry, world.dice)
        policy, content = team.rules(entry)
        world.store.run_now(
            lambda tx: tx.rosters.replace(entry, policy, content=content), name="team import"
        )
        world.known.entry = entry
        world.crowd.entry = entry
        said = f"on duty now: {team.duties(entry)}"
        world.watch.feed(Fault(world.clock.now(), said, harmless=True))

    def bury(self) -> None:
        """Forget the processes that are dead; each of them starts again after a while."""
        world = self._world
        for process in [each for each in world.up if each.dead]:
            world.up.remove(process)
            world.watch.relayed()
            dice = world.dice
            away = dice.weighted(
                [
                    (dice.seconds(1, 30), 0.7),
                    (dice.seconds(60, 1800), 0.2),
                    (dice.seconds(1800, 7200), 0.1),
                ]
            )
            healing = world.crowd.mode is not Mode.LIVING
            world.down[process.name] = world.clock.now() + (timedelta() if healing else away)

    def start_those_due(self) -> None:
        """Start every process whose time has come."""
        world, now = self._world, self._world.clock.now()
        for name in [name for name, at in world.down.items() if at <= now]:
            del world.down[name]
            self._started += 1
            world.watch.feed(Fault(now, f"{name} starts", harmless=True))
            world.up.append(
                Process(
                    name,
                    world.store,
                    clock=world.clock,
                    ids=world.ids,
                    sky=world.sky,
                    watch=world.watch,
                    dice=world.dice.fork(f"process {self._started}"),
                    weather=world.weather,
                    poison=world.poison,
                    stirred=world.stirred,
                )
            )

    def taint(self) -> None:
        """Have some of the new visits become impossible to process for a while."""
        world = self._world
        for visit_id in list(world.known.workers)[self._tainted :]:
            self._tainted += 1
            if world.dice.chance(world.weather.poison):
                at = world.clock.now() + world.dice.seconds(0, 4800)
                until = at + world.dice.seconds(10, 1200)

                async def spoil(visit_id: str = visit_id, until: datetime = until) -> None:
                    if world.crowd.mode is Mode.LIVING:
                        world.poison.spoil(visit_id, until)
                        said = f"{visit_id} cannot be processed"
                        world.watch.feed(Fault(world.clock.now(), said, harmless=True))

                world.later(at, spoil)
