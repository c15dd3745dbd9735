"""The second phase of a simulated world: nothing goes wrong any more, and everything must come to its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from bot.domain.policy import Since
from bot.service.outlook import outlook
from bot.service.subject import Reading
from storage.rows import table
from storage.tables import OutboxRow
from tests.sim.events import Fault, Over
from tests.sim.people import Mode
from tests.sim.team import ladder_of
from tests.sim.weather import Weather

if TYPE_CHECKING:
    from bot.domain.duress import Duress
    from bot.domain.message import Rendered
    from bot.ports import Tx
    from storage.outbox import SqlOutbox
    from tests.sim.platform import Post
    from tests.sim.world import World

SILENCE = timedelta(minutes=60)
"""How long everybody is silent: every ladder must be at its last step by then."""
PATIENCE = timedelta(hours=6)
"""How long people who answer properly may need to close everything."""
_OUTBOX = table(OutboxRow)


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
        calls = calls_to_close(world)
        world.watch.fail("Converges", f"still open: {visits} {alarms} {calls}")


def look_back(world: World) -> None:
    """Once everything is quiet: every journal holds, nothing waits, and every message says what is so now."""
    world.watch.verify()
    for post, words in world.store.read_now(lambda tx: _as_it_should_be(tx, world)):
        if post.what != words:
            said = f"{post.row.dedupe} shows what was so once: {post.what}, not {words}"
            world.watch.fail("NewestWins", said)
    world.watch.feed(Over(world.clock.now(), world.watch.rows(), world.watch.inbox()))


def _as_it_should_be(tx: Tx, world: World) -> list[tuple[Post, Rendered]]:
    """Return every posted message that still changes, and the words it should have by all that is known now.

    As of the instant at which it was last changed: from midnight on the same words name a day, and nothing had to change.
    """
    outbox = cast("SqlOutbox", tx.outbox)
    found = outbox._session.connection.execute(select(_OUTBOX).where(_OUTBOX.c.live))
    pairs = []
    for row in map(outbox._outgoing, found):
        post = world.sky.posts.get(row.ref or "")
        words = outlook(tx, Reading(tx).subject(row), now=post.at).rendered if post else None
        if post is not None and words is not None:
            pairs.append((post, words))
    return pairs


def _keeps_asking(world: World, healed_at: datetime) -> None:
    waiting = [row.dedupe for row in world.watch.rows() if row.waits]
    if waiting:
        world.watch.fail("Converges", f"messages wait though everybody is there: {waiting}")
    _, alarms = world.watch.open_now()
    policy = world.known.policy
    for alarm in alarms:
        ladder = ladder_of(alarm.kind, policy)
        due_in = alarm.due_at - world.clock.now() if alarm.due_at else None
        soon = due_in is not None and due_in <= max(policy.repeat_every, policy.charge_for)
        step, seen = ladder[alarm.step], alarm.seen_at or alarm.opened_at
        # A clock since the last sighting (S9) may be longer than this phase.
        runs = step.since is Since.SIGHTING and world.clock.now() < seen + step.wait
        high = alarm.step == len(ladder) - 1 or alarm.opened_at > healed_at or runs
        if not soon or not high or (alarm.charge and alarm.opened_at <= healed_at):
            world.watch.fail("Converges", f"it does not keep asking: {alarm}")
    for call in world.watch.calls_now():
        due_in = call.due_at - world.clock.now() if call.due_at else None
        if due_in is None or due_in > policy.repeat_every or call.charge:
            world.watch.fail("Converges", f"it does not keep asking: {call}")


def _all_closed(world: World) -> bool:
    """Return whether all that can be is closed. While a call about somebody is open, nobody is asked to ring them."""
    visits, alarms = world.watch.open_now()
    calls, to_close = world.watch.calls_now(), calls_to_close(world)
    hushed = {call.about for call in calls}
    others = any(visit.worker_id not in hushed for visit in visits) or any(
        alarm.about not in hushed for alarm in alarms
    )
    return not others and not to_close


def calls_to_close(world: World) -> tuple[Duress, ...]:
    """Return the open calls for help that can be closed: it takes two people, and some teams have one to ask."""
    return tuple(call for call in world.watch.calls_now() if len(call.asked) > 1)
