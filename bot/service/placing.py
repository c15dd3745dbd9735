"""Keeping alarms ready at a platform: what is wanted is placed, moved and taken back there, until both agree.

The guarantee: what a decision wants is placed at the next pass, the new one before the old one is taken back. A crash at any
point leaves one too many and never none; what nobody knows of is found in the platform's own list, and taken back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.authority import on_the_scene
from bot.domain.duress import Duress
from bot.domain.errors import DeliveryFailed
from bot.domain.face import face
from bot.domain.message import Rendered
from bot.domain.people import Way
from bot.domain.visit import Visit
from bot.ports import Clock, Committed, IdSource, Placed, Placer, Store, Tx, Unavailable
from bot.service import apart
from bot.service.pulse import back_off, guarded
from bot.service.wording import placed as wording
from bot.service.wording.view import View

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=2)
SOONEST = timedelta(minutes=2)
"""Nothing is placed nearer than this: it could not be taken back any more."""
FURTHEST = timedelta(days=60)
"""Nothing is placed further ahead; it is looked at again nearer to its time."""
LONGEST_SLEEP = timedelta(seconds=15)
PAUSE = timedelta(seconds=5)
TIDIED_EVERY = timedelta(minutes=10)
"""How often a platform's own list is read. What nobody knows of twice in a row is taken back."""
LISTED = 200
"""References asked of the database at once."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row as it stands at this moment: where it goes, and in which words; neither: nobody is to be woken."""

    way: Way | None
    words: Rendered | None


class Placing:
    """Sees to what is to be placed. One per process; several processes may share a database."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, placers: Mapping[str, Placer]
    ) -> None:
        self._store, self._clock, self._ids, self._placers = store, clock, ids, placers
        self._wake = asyncio.Event()
        self._unknown: frozenset[str] = frozenset()
        self._tidied_at: datetime | None = None
        store.on_commit(self._after_commit)

    async def step(self) -> int:
        """See to what is to be seen to now; return how many rows that was. With nothing to be done nothing is written."""
        due = await self._store.read(lambda tx: tx.placed.next_due())
        if due is None or due > self._clock.now():
            return 0
        token = self._ids.new("lease")

        def claim(tx: Tx) -> tuple[Placed, ...]:
            now = guarded(tx, self._clock.now())
            return tx.placed.claim(now, limit=BATCH, lease_until=now + LEASE, token=token)

        rows = await self._store.run(claim, name="placing")
        for row in rows:
            await self._one(row)
        return len(rows)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set: when something is wanted, when a retry is due, at least every 15 s."""
        while not stopping.is_set():
            now = self._clock.now()
            until = now + LONGEST_SLEEP
            try:
                if self._tidied_at is None or now - self._tidied_at >= TIDIED_EVERY:
                    self._tidied_at = now
                    await self.tidy()
                if await self.step():
                    continue
                due = await self._store.read(lambda tx: tx.placed.next_due())
                until = min(until, due or until)
            except Unavailable:
                log.error("finding placing.store: the database takes no commit")
                until = now + PAUSE
            except Exception as broken:  # noqa: BLE001 - the loop outlives everything
                log.error("finding placing.pass: %s", type(broken).__name__)
                until = now + PAUSE
            await self._clock.wait(max(until, now + timedelta(seconds=1)), self._wake)
            self._wake.clear()

    async def tidy(self) -> None:
        """Take back what a platform keeps ready for us and nobody knows of, when it was so the last time as well."""
        found: set[str] = set()
        for name, placer in self._placers.items():
            try:
                held = [_named(name, ref) for ref in await placer.held()]
            except DeliveryFailed as failed:
                log.warning("finding placing.list: %s: %s", name, failed)
                continue
            for at in range(0, len(held), LISTED):
                some = held[at : at + LISTED]
                known = await self._store.read(lambda tx: tx.placed.known(some))  # noqa: B023 - read at once
                found |= {ref for ref in some if ref not in known}
        for ref in sorted(found & self._unknown):
            await self._back(ref)
        self._unknown = frozenset(found)

    def wake(self) -> None:
        """Have the next pass begin now."""
        self._wake.set()

    def _after_commit(self, done: Committed) -> None:
        if done.messages:
            self._wake.set()

    async def _one(self, row: Placed) -> None:
        """Bring what stands at the platform to what is wanted; whatever fails is tried again."""
        try:
            await self._settle(row)
        except Unavailable:
            raise
        except Exception as broken:  # noqa: BLE001 - one row stops nobody else's
            log.error("finding placing.row: %s", type(broken).__name__)
            later = self._clock.now() + back_off(row.attempts + 1)
            await self._record(replace(row, attempts=row.attempts + 1), later)

    async def _settle(self, row: Placed) -> None:
        seen = await self._store.read(lambda tx: _seen(tx, row, frozenset(self._placers)))
        now = self._clock.now()
        try:
            row = await self._without_left(row)
            if row.due_at is None or seen.way is None or seen.words is None:
                row = await self._without_left(replace(row, left=row.ref, ref=None))
                await self._record(row, None)
            elif row.ref is not None and row.placed_for == row.due_at:
                await self._record(row, None)
            elif row.due_at > now + FURTHEST:
                await self._record(row, row.due_at - FURTHEST)
            else:
                await self._place(row, seen.way, seen.words, row.due_at)
        except DeliveryFailed as failed:
            await self._failed(row, failed)

    async def _place(self, row: Placed, way: Way, words: Rendered, due_at: datetime) -> None:
        """Place a new one, and only then take the old one back."""
        placer = self._placers[way.platform]
        at = max(due_at, self._clock.now() + SOONEST)
        ref = _named(way.platform, await placer.place(way.address, words, at=at))
        mine = replace(row, ref=ref, placed_for=due_at, left=row.ref, attempts=0)
        again = self._clock.now() if mine.left else None
        if not await self._record(mine, again):
            await self._back(ref)  # somebody else sees to this row now
        elif mine.left:
            self.wake()

    async def _without_left(self, row: Placed) -> Placed:
        """Return the row once the earlier one that it still names is taken back, or cannot be any more."""
        if row.left is not None and not await self._take_back(row.left):
            log.warning("finding placing.late: an alarm could not be taken back any more")
        return replace(row, left=None)

    async def _take_back(self, ref: str) -> bool:
        platform, _, there = ref.partition(":")
        placer = self._placers.get(platform)
        return placer is not None and await placer.take_back(there)

    async def _failed(self, row: Placed, failed: DeliveryFailed) -> None:
        attempts = row.attempts + 1
        if failed.permanent:
            log.error("finding placing.refused: %s", failed)
        pause = failed.retry_after or back_off(10 if failed.permanent else attempts)
        await self._record(replace(row, attempts=attempts), self._clock.now() + pause)

    async def _record(self, row: Placed, look_at: datetime | None) -> bool:
        return await self._store.run(
            lambda tx: tx.placed.record(row, look_at=look_at), name="placing"
        )

    async def _back(self, ref: str) -> None:
        try:
            await self._take_back(ref)
        except DeliveryFailed as failed:
            log.warning("finding placing.back: %s", failed)


def _named(platform: str, ref: str) -> str:
    """Return a platform's reference as it is stored, where there may be several platforms."""
    return f"{platform}:{ref}"


def _seen(tx: Tx, row: Placed, platforms: frozenset[str]) -> _Seen:
    """Return where a row goes and in which words, as things are now; nothing for whoever may not know of it."""
    person, team = tx.rosters.person(row.person_id), tx.rosters.team(row.team_id)
    ways = (way for way in (person.ways if person else ()) if way.platform in platforms)
    way = next(ways, None)
    duress = tx.duresses.get(row.subject_id) if row.call else None
    visit = tx.visits.get(duress.visit_id if duress else row.subject_id)
    if row.due_at is None or way is None or team is None or (duress is None and visit is None):
        return _Seen(None, None)
    if row.person_id in _away(duress, visit):
        log.error("finding gate.refused: a placed alarm was stopped")
        return _Seen(None, None)
    alarms = tx.escalations.open_of(visit.id) if visit and not duress else ()
    named = [duress.about, duress.charge] if duress else [alarm.charge for alarm in alarms]
    named += [visit.worker_id] if visit else []
    roster = tx.rosters.roster(
        team.id,
        worker_id=visit.worker_id if visit else duress.about if duress else "",
        roles=(),
        people=sorted({who for who in named if who}),
    )
    view = View(
        team=team,
        now=row.due_at,
        reader=row.person_id,
        people=roster.people,
        face=face(visit) if visit else None,
        escalation=alarms[0] if alarms else None,
        duress=duress,
    )
    return _Seen(way, wording.words(view))


def _away(duress: Duress | None, visit: Visit | None) -> frozenset[str]:
    """Return who may see nothing of it: the worker's side, and whoever is kept apart from a call."""
    if duress is not None:
        return apart.from_alarm(duress, visit)
    return on_the_scene(visit) if visit is not None else frozenset()
