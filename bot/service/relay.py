"""The relay: claims messages, sends them, records what came of it. At least once, alarms first, one line per destination.

The guarantee: a message leaves the outbox only when a platform accepted it, when no way of its reader takes it (and then the
ladder has been told), or when it no longer matters. A crash at any point repeats a message and never loses one.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Priority, Rendered
from bot.domain.replacing import replace
from bot.domain.waking import KEYS as WAKING_KEYS
from bot.ports import (
    Awaited,
    Boundary,
    Clock,
    Committed,
    IdSource,
    Outgoing,
    Posted,
    Result,
    Sender,
    Sink,
    Store,
    Tx,
    Unavailable,
    no_boundary,
)
from bot.service import aloud, out_of_reach, outages, results, spending, undeliverable, waking
from bot.service.awaiting import AGAIN, AT_ONCE, Awaiting
from bot.service.outlook import Outlook, outlook
from bot.service.pulse import guarded
from bot.service.subject import Reading, Subject, read_ahead
from bot.service.together import Together

log = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(seconds=60)
SEND_WITHIN = timedelta(seconds=10)
"""A platform that has not answered by then may or may not have taken the message."""
LONGEST_SLEEP = timedelta(seconds=15)
PAUSE = timedelta(seconds=1)
IN_OTHER_HANDS = timedelta(milliseconds=250)
"""How long to wait before another look at a row that is due and that another process is just claiming."""

SHARE = timedelta(seconds=1)
"""While the engine is behind, everything is claimed this often, and alarms at any time."""
GIVING_WAY = timedelta(milliseconds=100)

LONGEST_SEND = 3 * SEND_WITHIN
"""A send that is under way for longer than this means that the relay is stuck."""
IN_HAND = 4 * BATCH
"""Rows claimed that wait for us and not for a platform, at most: the rest waits in the database, where it costs nothing."""

Claimed = tuple[Outgoing, datetime]
"""A row and the end of its lease."""
Lane = tuple[str, str]
"""One destination: a team's channel, or a person, by chat or by a way that wakes.

Its messages go one after another, different lanes side by side.
"""


class Relay:
    """Sends what is in the outbox. One per process; several processes may share a database."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdSource,
        senders: Mapping[str, Sender],
        *,
        behind: Callable[[], bool] = lambda: False,
        boundary: Boundary = no_boundary,
        a_day: Mapping[str, int] = MappingProxyType({}),
        sink: Sink | None = None,
    ) -> None:
        """See the class.

        Args:
            behind: whether the engine has more alarms to decide than it can at once. While it has, what is no alarm
                gets a small share of the time: a claim each second.
            a_day: how many messages go out in a day by each platform that costs money; alarms go on all the same.
            sink: is told, too, of each step of which the team's channel is told.
        """
        self._store, self._clock, self._ids = store, clock, ids
        self._senders, self._boundary, self._behind = senders, boundary, behind
        self._a_day, self._sink = a_day, sink
        self._awaiting = Awaiting(store, clock, ids, senders)
        able = {name: each.capabilities for name, each in senders.items()}
        self._answered = frozenset(name for name, each in able.items() if each.answers)
        self._everything_at: datetime | None = None
        self._wake = asyncio.Event()
        self._lanes: dict[Lane, deque[Claimed]] = {}
        self._busy: set[asyncio.Task[None]] = set()
        self._sending: dict[Lane, datetime] = {}
        self._in_hand = 0
        self._room = asyncio.Event()
        # Lanes go side by side, and what they ask of the database at the same time is asked together.
        self._look = Together(self._looks, most=BATCH)
        self._note = Together(self._notes, most=BATCH)
        self.passed_at: datetime | None = None
        store.on_commit(self._after_commit)

    async def step(self) -> int:
        """Claim what is due, send it and record it; return how many rows were claimed."""
        claimed = await self._dispatch()
        while self._busy:
            await asyncio.gather(*self._busy)
        return claimed

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until `stopping` is set: when something is put in, when a retry is due, at least every 15 s."""
        overdue = False
        while not stopping.is_set():
            try:
                alarms_only = self._gives_way()
                claimed = await self._dispatch(alarms_only=alarms_only)
                if claimed:
                    overdue = False
                    continue
                if alarms_only:
                    await self._clock.wait(self._clock.now() + GIVING_WAY, self._wake)
                    self._wake.clear()
                    continue
                next_due = await self._store.read(lambda tx: tx.outbox.next_due(self._clock.now()))
            except Unavailable:
                log.error("finding relay.store: the database takes no commit")
                next_due = self._clock.now() + PAUSE
            except Exception as broken:  # noqa: BLE001 - the loop outlives everything; health tells
                log.error("finding relay.pass: %s", type(broken).__name__)
                next_due = self._clock.now() + PAUSE
            now = self._clock.now()
            until = now + LONGEST_SLEEP if next_due is None else min(next_due, now + LONGEST_SLEEP)
            if until <= now and overdue:
                until = now + IN_OTHER_HANDS
            overdue = until <= now
            await self._clock.wait(until, self._wake)
            self._wake.clear()

    async def drain(self) -> None:
        """Let what is being sent come to its end; what waits stays in the outbox."""
        while self._busy:
            await asyncio.gather(*self._busy, return_exceptions=True)

    def stuck(self, now: datetime) -> bool:
        """Return whether a send has been under way for longer than any may take."""
        return any(now - begun > LONGEST_SEND for begun in self._sending.values())

    def wake(self) -> None:
        """Have the next pass begin now."""
        self._wake.set()

    def _after_commit(self, done: Committed) -> None:
        if done.messages:
            self._wake.set()

    def _gives_way(self) -> bool:
        """Return whether only alarms are sent now, so that those not yet decided are decided sooner."""
        now, last = self._clock.now(), self._everything_at
        if self._behind() and last is not None and last <= now < last + SHARE:
            return True
        self._everything_at = now
        return False

    async def _dispatch(self, *, alarms_only: bool = False) -> int:
        """Claim one batch and hand each row to its lane."""
        token = self._ids.new("lease")
        down_to = Priority.ESCALATION if alarms_only else Priority.INFORMATION

        def work(tx: Tx) -> tuple[tuple[Outgoing, ...], tuple[Awaited, ...]]:
            now = guarded(tx, self._clock.now())
            claimed = tx.outbox.claim(
                now, limit=BATCH, lease_until=now + LEASE, token=token, down_to=down_to
            )
            return claimed, tx.outbox.unheard(now, AT_ONCE, again=AGAIN)

        while self._in_hand >= IN_HAND:
            self._room.clear()
            await self._room.wait()
        # How long the lease holds is told by this host's own clock: another may have gone ahead, and then what
        # is written is the later instant of the two.
        lease_until = self._clock.now() + LEASE
        rows, awaited = await self._store.run(work, name="claim")
        self.passed_at = self._clock.now()
        if awaited:
            self._start(self._awaiting.hear(awaited))
        for row in rows:
            self._enqueue(row, lease_until)
        return len(rows) + len(awaited)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    def _enqueue(self, row: Outgoing, lease_until: datetime) -> None:
        lane = _lane(row)
        waiting = self._lanes.get(lane)
        if waiting is None:
            waiting = self._lanes[lane] = deque()
            self._start(self._work_off(lane, waiting))
        waiting.append((row, lease_until))
        self._in_hand += 1

    def _let_go(self, rows: int) -> None:
        self._in_hand -= rows
        if self._in_hand < IN_HAND:
            self._room.set()

    async def _work_off(self, lane: Lane, waiting: deque[Claimed]) -> None:
        try:
            while waiting:
                row, lease_until = waiting.popleft()
                try:
                    # Waiting behind a slow message can outlast a lease; the row comes back by itself then.
                    if self._clock.now() + SEND_WITHIN < lease_until:
                        self._sending[lane] = self._clock.now()
                        await self._one(row)
                finally:
                    self._let_go(1)
        except Unavailable:
            log.error(
                "finding relay.store: a result could not be written; the lease returns the row"
            )
        finally:
            # Rows left here keep their lease and come back by themselves when it ends.
            self._let_go(len(waiting))
            self._sending.pop(lane, None)
            del self._lanes[lane]

    async def _one(self, row: Outgoing) -> None:
        """Send one row and record what came of it. One that cannot be shown stops nobody else's (house rule 5)."""
        broken = False
        try:
            seen = await self._look(row)
            if isinstance(seen, Exception):
                raise seen
            result, unreachable = await self._deliver(seen)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, people are told and it is tried again
            log.error(
                "finding relay.row: a message %s cannot be shown: %s",
                row.key,
                type(error).__name__,
            )
            result, unreachable = results.unshown(row, self._clock.now())
            broken = True
        if unreachable or broken:
            await self._record(result, unreachable=unreachable, broken=broken)
        else:
            await self._note(result)
        if result.retry_at is not None:
            # The loop may sleep until this row's lease would have ended; the next try comes sooner.
            self._wake.set()

    async def _looks(self, rows: Sequence[Outgoing]) -> Sequence[Outlook | Exception]:
        """Return the outlook of each row; for one that cannot be shown, why."""

        def work(tx: Tx) -> Sequence[Outlook]:
            now = guarded(tx, self._clock.now())
            return [self._seen(tx, each, now) for each in read_ahead(tx, rows)]

        try:
            return await self._store.read(work)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - find the row, spare the others
            return [await self._look_alone(row) for row in rows]

    async def _look_alone(self, row: Outgoing) -> Outlook | Exception:
        try:
            return await self._store.read(
                lambda tx: self._seen(tx, Reading(tx).subject(row), guarded(tx, self._clock.now()))
            )
        except Unavailable:
            raise
        except Exception as broken:  # noqa: BLE001 - its lane tells people
            return broken

    def _seen(self, tx: Tx, subject: Subject, now: datetime) -> Outlook:
        return outlook(tx, subject, now=now, answered=self._answered, a_day=self._a_day)

    async def _notes(self, each: Sequence[Result]) -> Sequence[None]:
        """Write results from which nothing follows for their readers."""
        try:
            await self._store.run(lambda tx: self._write(tx, each), name="record")
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - find the row, spare the others
            log.error("finding relay.record: %s", type(error).__name__)
            for result in each:
                await self._record(result, unreachable=False, broken=False)
        return [None] * len(each)

    def _write(self, tx: Tx, each: Sequence[Result]) -> None:
        written = set(tx.outbox.record(each))
        self._heed(tx, [result for result in each if result.row.id in written])

    def _heed(self, tx: Tx, written: Sequence[Result]) -> None:
        """Note what results say of platforms and of what was spent. Last of all: nobody waits for a row of ours then."""
        outages.note(tx, written, now=lambda: guarded(tx, self._clock.now()))
        spending.note(tx, written, self._a_day, self._clock.now())

    async def _record(self, result: Result, *, unreachable: bool, broken: bool) -> None:
        """Write a result and what follows from it; when just that cannot be decided, people are told."""
        row = result.row

        def record(tx: Tx) -> None:
            if unreachable or broken:
                _hold(tx, row)
            if tx.outbox.record([result]):
                self._follow(tx, row, unreachable=unreachable, broken=broken)
                if result.state is Posted.FAILED:
                    out_of_reach.tell(tx, row, now=guarded(tx, self._clock.now()))
                self._heed(tx, [result])

        def record_plainly(tx: Tx) -> None:
            _hold(tx, row)
            if tx.outbox.record([result]):
                now = guarded(tx, self._clock.now())
                undeliverable.look_for_yourselves(tx, row, now=now)

        try:
            await self._store.run(record, name="record")
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the result must not be lost with it
            log.error("finding relay.tell: %s", type(error).__name__)
            await self._store.run(record_plainly, name="record")
        if result.retry_at is not None:
            # The loop may sleep until this row's lease would have ended; the next try comes sooner.
            self._wake.set()

    def _follow(self, tx: Tx, row: Outgoing, *, unreachable: bool, broken: bool) -> None:
        now = guarded(tx, self._clock.now())
        if unreachable and not waking.instead(tx, row, now=now):
            undeliverable.tell(tx, row, now=now, ids=self._ids)
        if broken:
            undeliverable.look_for_yourselves(tx, row, now=now)

    async def _deliver(self, seen: Outlook) -> tuple[Result, bool]:
        """Return what came of sending, and whether the ladder must hear that it does not get through."""
        row, rendered = seen.row, seen.rendered
        if rendered is None:
            state = Posted.DROPPED if row.ref is None else Posted.SENT
            return results.settled(row, state, live=row.ref is not None), False
        aloud.tell(self._sink, seen)
        digest = _digest(rendered)
        if row.ref is not None and digest == row.digest:
            return results.settled(row, Posted.SENT, live=not seen.last), False
        sender = self._senders.get(seen.way.platform) if seen.way else None
        if seen.way is None or sender is None:
            nowhere = DeliveryFailed("no way to this reader", permanent=True)
            return results.failed(seen, nowhere, self._clock.now())
        if row.ref is not None and not sender.capabilities.edits:
            return results.settled(row, Posted.SENT, live=False), False
        if seen.spent:
            return results.spent(seen, self._clock.now())
        try:
            self._boundary(f"send.before {row.key}")
            ref = await self._send(sender, seen, rendered)
            self._boundary(f"send.after {row.key}")
        except DeliveryFailed as failed:
            return results.failed(seen, failed, self._clock.now())
        return results.sent(seen, sender, ref, digest, self._clock.now()), False

    async def _send(self, sender: Sender, seen: Outlook, rendered: Rendered) -> str:
        """Post or edit, and return the reference. Raises DeliveryFailed, whatever went wrong."""
        row = seen.row
        rendered = replace(rendered, urgent=row.priority <= Priority.ESCALATION)
        self._let_go(1)  # from here on it waits for the platform
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                if row.ref is None:
                    return await sender.post(seen.to, rendered, key=row.dedupe)
                await sender.edit(seen.to, row.ref, rendered, key=row.dedupe)
                return row.ref
        except DeliveryFailed:
            raise
        except TimeoutError as slow:
            raise DeliveryFailed("no answer in time", uncertain=True) from slow
        except Exception as broken:
            log.error("finding relay.sender: %s raised %s", sender.platform, type(broken).__name__)
            raise DeliveryFailed("the sender broke", uncertain=True) from broken
        finally:
            self._in_hand += 1


def _lane(row: Outgoing) -> Lane:
    if row.person_id is None:
        return "channel", row.team_id
    if row.key in WAKING_KEYS:
        return f"wake {row.fields.get('way', '')}", row.person_id
    return "person", row.person_id


def _hold(tx: Tx, row: Outgoing) -> None:
    """Lock the visit before its message: commands lock in this order too."""
    if row.visit_id is not None:
        tx.visits.hold(row.visit_id)


def _digest(rendered: Rendered) -> str:
    return hashlib.sha256(repr(rendered).encode()).hexdigest()
