"""The engine: whatever is due is decided, late if it must be, never twice, never not at all.

The guarantee: a visit or an alarm whose deadline has passed is found by its indexed deadline at the next pass, whoever
wrote it and whatever crashed in between; a pass is at most 15 s away; its decision, its journal and its messages commit
together. A row that cannot be processed raises the plain alarm, leaves its batch, and is tried again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.domain import ladder, visiting
from bot.domain.errors import InvariantBroken
from bot.domain.escalation import Escalation
from bot.domain.message import Message, Priority, To
from bot.domain.times import to_iso
from bot.domain.visit import Visit, next_deadline
from bot.ports import Clock, Committed, Due, IdSource, Store, Tx, Unavailable
from bot.service import (
    ahead,
    covert,
    covert_alarm,
    people,
    plain_alarm,
    proving,
    recovery,
    watching,
)
from bot.service.carrying import carry_out, carry_out_alarm, scene
from bot.service.intake import DurableIntake
from bot.service.pulse import ENGINE, JUMP, back_off, guarded
from bot.service.ringing import ring

log = logging.getLogger(__name__)

BATCH = 100
"""Rows looked at one by one, after a batch that broke."""
BATCH_FIRST, BATCH_LEAST, BATCH_MOST = 25, 50, 500
"""Visits, and alarms, of one transaction. The first one of a pass is small: people hear of it at once."""
BATCH_WITHIN = timedelta(milliseconds=50)
"""How long a batch should take: what people write waits for no longer than that."""
LONGEST_SLEEP = timedelta(seconds=15)
OUTAGE = timedelta(seconds=60)
"""A gap between passes from which on the teams are told that we were away."""
PAUSE = timedelta(seconds=1)
"""How long to wait before another try when the database takes no commit."""
IN_OTHER_HANDS = timedelta(milliseconds=250)
"""How long to wait before another look at a deadline that has passed and that another process is deciding on."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction of the engine did, and how long deciding took."""

    now: datetime
    visits: tuple[str, ...]
    escalations: tuple[str, ...]
    next_due: datetime | None
    took: timedelta = timedelta()

    @property
    def full(self) -> bool:
        """Whether there may be more of the same."""
        return bool(self.visits or self.escalations)


def next_size(size: int, took: timedelta) -> int:
    """Return how many rows the next batch takes, after one of `size` took so long: at most twice, at least half as many."""
    took = max(took, BATCH_WITHIN / 2)  # the clock may have been set back
    fitting = int(size * (BATCH_WITHIN / took))
    return min(max(fitting, size // 2, BATCH_LEAST), BATCH_MOST)


class Engine:
    """Finds what is due and decides on it. One per process; several processes may share a database."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, intake: DurableIntake) -> None:
        self._store, self._clock, self._ids, self._intake = store, clock, ids, intake
        self._wake = asyncio.Event()
        self._sleeping_until: datetime | None = None
        self._put_forward_to: datetime | None = None
        self.passed_at: datetime | None = None
        self.behind = False
        """More is due than fits into one batch: alarms are being decided as fast as they can be."""
        store.on_commit(self._after_commit)

    async def begin(self) -> None:
        """Before the first pass: after an outage tell every team that has somebody out from when to when we were away."""

        def work(tx: Tx) -> None:
            passed, now = tx.pulses.get(ENGINE), self._clock.now()
            if passed is None or now - passed <= OUTAGE:
                return
            log.error("finding engine.outage: nothing ran for %s", now - passed)
            fields = {"from": to_iso(passed), "to": to_iso(now)}
            notes = [
                Message(
                    key="team.downtime",
                    to=To(team, channel=True),
                    priority=Priority.REMINDER,
                    dedupe=f"downtime:{team}:{fields['from']}",
                    fields=fields,
                )
                for team in tx.visits.teams_out()
            ]
            tx.outbox.add(notes, now=now)

        await self._store.run(work, name="engine begin")

    async def step(self) -> datetime | None:
        """Make one complete pass: decide on everything that is due now.

        Returns:
            The earliest deadline left, from the index; None when there is none. When that has passed, it is in the
            hands of another process: then when to look whether it still is.
        """
        await self._covert()
        await self._intake.step()
        try:
            return await self._decide_all()
        finally:
            self.behind = False

    async def _covert(self) -> None:
        """See to covert alarms, first of all and each in a transaction of its own: none holds another one up."""

        def look(tx: Tx) -> tuple[datetime, tuple[str, ...], tuple[str, ...]]:
            now = guarded(tx, self._clock.now())
            return now, tx.overheard.due_ids(now, BATCH), tx.duresses.due_ids(now, BATCH)

        now, heard, alarms = await self._store.read(look)
        for subject_id in (*heard, *alarms):
            step = covert.overheard if subject_id in heard else covert.due
            work = partial(_covert_step, step=step, subject_id=subject_id, now=now, ids=self._ids)
            try:
                await self._store.run(work, name="covert")
            except Unavailable:
                raise
            except Exception as broken:  # noqa: BLE001 - whatever it is, people are told
                log.error("finding engine.row: cannot be processed: %s", type(broken).__name__)
                await self._store.run(
                    partial(
                        covert_alarm.broken,
                        subject_id=subject_id,
                        heard=subject_id in heard,
                        now=now,
                    ),
                    name="put back",
                )

    async def _decide_all(self) -> datetime | None:
        size = BATCH_FIRST
        while True:
            try:
                batch = await self._store.run(partial(self._batch, size=size), name="engine")
            except Unavailable:
                raise
            except Exception as broken:  # noqa: BLE001 - find the row, spare the others
                log.error("finding engine.batch: %s", type(broken).__name__)
                batch = await self._one_by_one()
            if not batch.full:
                self.passed_at = batch.now
                return self._next_look(batch)
            self.behind = max(len(batch.visits), len(batch.escalations)) >= size
            size = next_size(size, batch.took)

    async def run(self, stopping: asyncio.Event) -> None:
        """Make passes until `stopping` is set: at each deadline, when woken by an earlier one, at least every 15 s."""
        await self.begin()
        while not stopping.is_set():
            try:
                next_due = await self.step()
            except Unavailable:
                log.error("finding engine.store: the database takes no commit")
                next_due = self._clock.now() + PAUSE
            except Exception as broken:  # noqa: BLE001 - the loop outlives everything; health tells
                log.error("finding engine.pass: %s", type(broken).__name__)
                next_due = self._clock.now() + PAUSE
            await self._sleep(next_due)

    def wake(self) -> None:
        """Have the next pass begin now."""
        self._wake.set()

    def put_forward(self, to: datetime) -> None:
        """Hear that the clock is put forward to `to` on purpose: waking up there is no finding."""
        self._put_forward_to = to

    def _next_look(self, batch: Batch) -> datetime | None:
        if batch.next_due is None or batch.next_due > batch.now:
            return batch.next_due
        return self._clock.now() + IN_OTHER_HANDS

    async def _sleep(self, next_due: datetime | None) -> None:
        longest = self._clock.now() + LONGEST_SLEEP
        until = longest if next_due is None else min(next_due, longest)
        self._sleeping_until = until
        await self._clock.wait(until, self._wake)
        self._wake.clear()
        self._sleeping_until = None
        late = self._clock.now() - max(until, self._put_forward_to or until)
        if late > JUMP:
            log.error("finding clock.jump: woken %s after the time", late)

    def _after_commit(self, done: Committed) -> None:
        """Wake for a deadline that is earlier than the one slept for, and for a kept event."""
        until = self._sleeping_until
        earlier = done.due_at is not None and until is not None and done.due_at < until
        if earlier or done.kept:
            self._wake.set()

    def _batch(self, tx: Tx, size: int) -> Batch:
        """Decide on up to `size` visits and as many alarms in one transaction, and remember the pass."""
        begun = self._clock.now()
        now = guarded(tx, begun)
        visits = tx.visits.due(now, size)
        ahead.for_visits(tx, visits)
        for visit in visits:
            self._visit(tx, visit, now)
        alarms = tx.escalations.due(now, size)
        ahead.for_alarms(tx, alarms)
        for alarm in alarms:
            self._alarm(tx, alarm, now)
        people.end_due(tx, now=now, ids=self._ids)
        if not visits and not alarms:
            tx.pulses.set(ENGINE, now)
        next_due = tx.next_due()
        return Batch(
            now,
            tuple(visit.id for visit in visits),
            tuple(alarm.id for alarm in alarms),
            next_due,
            self._clock.now() - begun,
        )

    def _visit(self, tx: Tx, visit: Visit, now: datetime) -> None:
        at = scene(tx, visit, now=now, ids=self._ids)
        # Only where somebody is about to be asked: it takes a look at each of them.
        asking = any(due and due <= now for due in (visit.cover_next_at, visit.confirm_at))
        busy = watching.busy(tx, visit, at.roster, at.policy) if asking else frozenset[str]()
        decision = visiting.look(visit, roster=at.roster, policy=at.policy, now=now, busy=busy)
        if decision.facts:
            proving.at_start(at, carry_out(at, visit, decision), decision)
            return
        due_at = next_deadline(visit, at.policy)
        if due_at is not None and due_at <= now:
            raise InvariantBroken("a visit that is due with nothing to do")
        tx.visits.save(visit, due_at)

    def _alarm(self, tx: Tx, alarm: Escalation, now: datetime) -> None:
        visit = tx.visits.get(alarm.visit_id)
        if visit is None:
            raise InvariantBroken("an alarm without its visit")
        at = scene(tx, visit, now=now, ids=self._ids, people=alarm.asked)
        decision = ladder.look(
            alarm,
            visit=visit,
            roster=at.roster,
            policy=at.policy,
            now=now,
            ring=ring(tx, visit),
        )
        if decision.facts:
            carry_out_alarm(at, visit, alarm, decision)
            return
        if alarm.open and alarm.due_at is not None and alarm.due_at <= now:
            raise InvariantBroken("an alarm that is due with nothing to do")
        tx.escalations.save(alarm)

    async def _one_by_one(self) -> Batch:
        """Decide on each due row in a transaction of its own, so that a broken one stops nobody else's."""
        now = await self._store.read(lambda tx: guarded(tx, self._clock.now()))
        visits, alarms = await self._store.read(
            lambda tx: (
                tx.visits.due_ids(now, BATCH),
                tx.escalations.due_ids(now, BATCH),
            )
        )
        for visit_id in visits:
            await self._alone(visit_id, now, of_visit=True)
        for alarm_id in alarms:
            await self._alone(alarm_id, now, of_visit=False)
        return Batch(now, visits, alarms, None)

    async def _alone(self, subject_id: str, now: datetime, *, of_visit: bool) -> None:
        def work(tx: Tx) -> None:
            if of_visit:
                visit = tx.visits.get(subject_id)
                if visit is not None:
                    self._visit(tx, visit, now)
            else:
                alarm = tx.escalations.get(subject_id)
                if alarm is not None:
                    self._alarm(tx, alarm, now)

        try:
            await self._store.run(work, name="engine alone")
        except Unavailable:
            raise
        except Exception as broken:  # noqa: BLE001 - whatever it is, people are told
            log.error(
                "finding engine.row: %s cannot be processed: %s", subject_id, type(broken).__name__
            )
            await self._store.run(
                lambda tx: self._put_back(tx, subject_id, now, of_visit), name="put back"
            )

    def _put_back(self, tx: Tx, subject_id: str, now: datetime, of_visit: bool) -> None:
        """Take a broken row out of its batch and, the first time, tell people to look for themselves."""
        rows: Due = tx.visits if of_visit else tx.escalations
        if rows.failed(subject_id, now=now, pause=back_off) > 1:
            return
        visit = recovery.visit_of(tx, subject_id, of_visit=of_visit)
        if visit is None:
            log.error("finding engine.lost: %s cannot even be read", subject_id)
            visit_id = subject_id if of_visit else tx.escalations.visit_id(subject_id)
            if visit_id is not None:
                plain_alarm.about_lost(tx, visit_id, now=now)
            return
        plain_alarm.about_visit(tx, visit, now=now, occasion=f"{subject_id}:{visit.version}")


def _covert_step(
    tx: Tx, *, step: CovertStep, subject_id: str, now: datetime, ids: IdSource
) -> None:
    step(tx, subject_id, now=now, ids=ids)


class CovertStep(Protocol):
    """What is done about one due row of a covert alarm."""

    def __call__(self, tx: Tx, subject_id: str, /, *, now: datetime, ids: IdSource) -> None:
        """Do it."""
