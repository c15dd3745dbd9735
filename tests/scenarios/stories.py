"""How stories begin, so that a scenario tells only what it is about."""

from __future__ import annotations

from tests.scenarios.checks import DETAILS
from tests.scenarios.harness import World

CASE = "CASE123"
EVERYBODY = ("ben", "carla", "dev", "omar", "maria", "helen")
"""Everybody whom the ladder for Amira's visit has asked by its last step."""


async def out(
    world: World, start: str = "now 45m", case: str = CASE, *, address: bool = True
) -> None:
    """Amira is out with Ben as her buddy, and nothing is missing; what led there has been read.

    `address`: Ben has said that he can open it.
    """
    await world.says("amira", f"start {start} {case}")
    await on_it(world)
    await world.says("amira", f"ready {case.split(maxsplit=1)[0]}")
    if address:
        await world.presses("ben", "I can open the address")
    world.read_all()


async def on_it(world: World, who: str = "ben") -> None:
    """Somebody accepts; outside routine hours they are reached by mobile."""
    label = "I'm on it, by mobile"
    await world.presses(who, label if label in world.buttons(who) else "I'm on it")


async def sealed(world: World, *, safe: str = "yes", without: tuple[str, ...] = ()) -> None:
    """Amira fills in the private form for her visit; answers in `without` stay empty."""
    fields = {name: value for name, value in DETAILS.items() if name not in without}
    if "number" in fields:
        fields["safe_to_ring"] = safe
    await world.presses("amira", "Add the address", **fields)
    world.read_all()


async def overdue(world: World) -> None:
    """Amira's visit ended at 14:45 without a word; at 15:00 Ben was asked to ring."""
    await out(world)
    await world.until("15:00")
    world.read_all()


async def at_the_resident_step(world: World) -> None:
    """It is 15:05, and nobody has taken charge."""
    await overdue(world)
    await world.until("15:05")
    world.read_all()


async def at_the_last_step(world: World) -> None:
    """It is 15:10, and nobody has taken charge."""
    await at_the_resident_step(world)
    await world.until("15:10")
    world.read_all()


async def in_charge(world: World) -> None:
    """At 15:00 Ben has pressed "I'm on it"."""
    await overdue(world)
    await world.presses("ben", "I'm on it")
    world.read_all()


async def uncovered(world: World) -> None:
    """It is 14:05: nobody has accepted a visit that began at 14:00, and the manager is alarmed."""
    await world.says("amira", f"start now 45m {CASE}")
    await world.until("14:05")
    world.read_all()


async def home_bound(world: World) -> None:
    """Amira was not to come back; at 14:00 she left her last visit, and Ben was her buddy."""
    await out(world, "now 45m", "CASE123 not back")
    await world.says("amira", "left")


async def helped(world: World) -> None:
    """Amira called for help; Ben has seen her away from the danger, and Omar confirms that it is over."""
    call = world.store.read_now(lambda tx: tx.duresses.about("amira"))
    assert call is not None
    seen = {"ground": "seen", "outcome": "minor"}
    await world.presses_choice("ben", f"down {call.id}", fields=seen)
    await world.presses_choice("omar", f"certain {call.id} yes")
