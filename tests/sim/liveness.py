"""The second phase of a simulated world: nothing goes wrong any more, and everything must come to its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.service.outlook import outlook
from tests.sim.events import Fault, Over
from tests.sim.people import Mode
from tests.sim.weather import Weather

if TYPE_CHECKING:
    from bot.domain.message import Rendered
    from bot.ports import Tx
    from tests.sim.world import World

SILENCE = timedelta(minutes=60)
"""How long everybody is silent: every ladder must be at its last step by then."""
PATIENCE = timedelta(hours=6)
"""How long people who answer properly may need to close everything."""
ALL_ROWS = 100_000


async def heal(world: World) -> None:
    """Let nothing go wrong any more; then let people answer properly, and demand that everything is closed."""
    world.watch.verify()
    for name in Weather.__slots__:
        setattr(world.weather, name, 0.0)
    world.sky.heal()
    world.poison.heal()
    world.crowd.mode = Mode.SILENT
    now = world.clock.now()
    world.down = {name: min(at, now) for name, at in world.down.items()}
    world.watch.feed(Fault(now, "healed", harmless=True))
    await world.until(now + SILENCE)
    _keeps_asking(world, now)
    world.crowd.mode = Mode.PROPER
    for post in list(world.sky.posts.values()):
        world.crowd.answer(post)
    await world.until(world.clock.now() + PATIENCE, over=lambda: _all_closed(world))
    if not _all_closed(world):
        visits, alarms = world.watch.open_now()
        world.watch.fail("Converges", f"still open: {visits} {alarms}")


def look_back(world: World) -> None:
    """Once everything is quiet: every journal holds, nothing waits, and every message says what is so now."""
    world.watch.verify()
    shown = world.store.read_now(lambda tx: _as_of_now(tx, world.clock.now()))
    for ref, words in shown.items():
        if ref in world.sky.posts and world.sky.posts[ref].what != words:
            world.watch.fail(
                "NewestWins", f"{world.sky.posts[ref].row.dedupe} shows what was so once"
            )
    world.watch.feed(Over(world.clock.now(), world.watch.rows(), world.watch.inbox()))


def _as_of_now(tx: Tx, now: datetime) -> dict[str, Rendered]:
    """Return what every posted message that still changes should say; reading only, so whatever this writes is undone."""
    for chain in tx.journal.chains("", ALL_ROWS):
        tx.outbox.touch(chain)
    rows = tx.outbox.claim(now, limit=ALL_ROWS, lease_until=now, token="look")
    seen = {row.ref: outlook(tx, row, now=now).rendered for row in rows if row.ref is not None}
    return {ref: words for ref, words in seen.items() if words is not None}


def _keeps_asking(world: World, healed_at: datetime) -> None:
    waiting = [row.dedupe for row in world.watch.rows() if row.waits]
    if waiting:
        world.watch.fail("Converges", f"messages wait though everybody is there: {waiting}")
    _, alarms = world.watch.open_now()
    policy = world.known.policy
    for alarm in alarms:
        ladder = policy.ladder if alarm.kind == "overdue" else policy.uncovered
        due_in = alarm.due_at - world.clock.now() if alarm.due_at else None
        soon = due_in is not None and due_in <= max(policy.repeat_every, policy.charge_for)
        high = alarm.step == len(ladder) - 1 or alarm.opened_at > healed_at
        if not soon or not high or (alarm.charge and alarm.opened_at <= healed_at):
            world.watch.fail("Converges", f"it does not keep asking: {alarm}")


def _all_closed(world: World) -> bool:
    visits, alarms = world.watch.open_now()
    return not visits and not alarms
