"""The watch over a simulated world: reads what every commit wrote, from the tables, and shows it to the checkers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain import journal
from bot.domain.duress import Duress
from bot.domain.escalation import Escalation
from bot.domain.visit import Visit
from storage.inline import InlineStore
from storage.mapping import DURESSES, ESCALATIONS, VISITS, Mapped
from storage.types import EPOCH
from tests.sim.checkers import Broken, Checker
from tests.sim.clock import SimClock
from tests.sim.events import (
    CallStands,
    Decided,
    Event,
    Happened,
    Queued,
    Relayed,
    Row,
    Stands,
    line,
)

_JOURNAL = (
    "SELECT rowid, chain, number, at, kind, by, body FROM journal WHERE rowid > ? ORDER BY rowid"
)
_ROW = (
    "SELECT id, dedupe, key, person_id, channel, secrecy, fields, visit_id, escalation_id, state, ref, live, "
    "live AND shown < wanted FROM outbox"
)
_NEW = f"{_ROW} WHERE id > ? ORDER BY id"
_ONE = f"{_ROW} WHERE dedupe = ?"
_STATES = "SELECT id, state, ref, shown FROM outbox"
_INBOX = "SELECT id, event_id, state FROM inbox WHERE id > ? ORDER BY id"


class Watch:
    """Everything that happened, and the checkers that see it.

    Args:
        store: whose tables are read.
        clock: stamps the events.
        checkers: see every event in order.
    """

    def __init__(self, store: InlineStore, clock: SimClock, checkers: Sequence[Checker]) -> None:
        self._store, self._clock, self._checkers = store, clock, checkers
        self.events: list[Event] = []
        self.said: dict[str, str] = {}
        """Event id to what was said with it."""
        self._journal_seen = self._outbox_seen = self._inbox_seen = 0
        self._states: dict[int, tuple[Any, ...]] = {}
        self._kept: dict[int, str] = {}
        self._digest = hashlib.sha256()
        self._broken: Broken | None = None

    def feed(self, event: Event) -> None:
        """Remember an event and show it to every checker, until one of them raises Broken.

        That is remembered as well (`demand_whole`): what the bot survives, it would survive too, and nobody would hear of it.
        """
        if self._broken is not None:
            return
        self.events.append(event)
        self._digest.update(f"{line(event)}\n".encode())
        try:
            for checker in self._checkers:
                checker.see(event)
        except Broken as broken:
            self._broken = broken
            raise

    def demand_whole(self) -> None:
        """Raise Broken again if any rule has been broken so far."""
        if self._broken is not None:
            raise self._broken

    def digest(self) -> str:
        """Return one word for everything that happened; equal for equal worlds."""
        return self._digest.hexdigest()

    def fail(self, rule: str, why: str) -> None:
        """Raise Broken for a rule that no checker holds."""
        self._broken = self._broken or Broken(rule, why)
        raise self._broken

    def row(self, *, dedupe: str) -> Row:
        """Return a row of the outbox."""
        return _row(self._query(_ONE, dedupe)[0])

    def rows(self) -> tuple[Row, ...]:
        """Return the whole outbox."""
        return tuple(_row(each) for each in self._query(f"{_ROW} ORDER BY id"))

    def inbox(self) -> dict[str, str]:
        """Return event id to what became of it."""
        return {event_id: state for _, event_id, state in self._query(_INBOX, 0)}

    def kept(self) -> bool:
        """Return whether an event waits to be decided."""
        return bool(self._kept)

    def committed(self, name: str) -> None:
        """Look at what a commit wrote."""
        if name in {"claim", "team import"}:
            return
        now = self._clock.now()
        for each in self._query(_NEW, self._outbox_seen):
            self._outbox_seen = each[0]
            self.feed(Queued(now, _row(each)))
        chains: dict[str, None] = {}
        facts = 0
        for rowid, chain, number, at, kind, by, body in self._query(_JOURNAL, self._journal_seen):
            self._journal_seen = rowid
            chains[chain] = None
            facts += by is not None
            fact = journal.decode(kind, body)
            self.feed(Happened(_instant(at), name, chain, number, by, fact))
        events = self._newly_decided()
        if events or (facts and name == "inbound"):
            said = self.said.get(events[0], "") if events else ""
            self.feed(Decided(now, events, facts, said))
        for chain in chains:
            calls = self._calls(DURESSES.table.c.id == chain)
            if calls:
                self.feed(CallStands(now, calls[0]))
                continue
            (visit,) = self._visits(VISITS.table.c.id == chain)
            alarms = self._alarms(ESCALATIONS.table.c.visit_id == chain)
            self.feed(Stands(now, visit, alarms))

    def open_now(self) -> tuple[tuple[Visit, ...], tuple[Escalation, ...]]:
        """Return every open visit and every open alarm, as stored."""
        return (
            self._visits(VISITS.table.c.is_open),
            self._alarms(ESCALATIONS.table.c.is_open),
        )

    def calls_now(self) -> tuple[Duress, ...]:
        """Return every open call for help, as stored."""
        return self._calls(DURESSES.table.c.is_open)

    def relayed(self) -> None:
        """Look at what the relay recorded."""
        now_there = {each[0]: each for each in self._query(_STATES)}
        changed = [n for n, each in now_there.items() if self._states.get(n) != each]
        self._states = now_there
        if changed:
            marks = ",".join(str(number) for number in changed)
            rows = self._query(f"{_ROW} WHERE id IN ({marks}) ORDER BY id")
            self.feed(Relayed(self._clock.now(), tuple(_row(each) for each in rows)))

    def verify(self) -> None:
        """Demand that every chain's codes hold."""
        work = self._store.read_now
        for chain in work(lambda tx: tx.journal.chains("", 10_000)):
            wrong = work(lambda tx, chain=chain: tx.journal.verify(chain))  # type: ignore[misc]
            if wrong is not None:
                self.fail("JournalTellsAll", f"{chain}: {wrong}")

    def _newly_decided(self) -> tuple[str, ...]:
        decided = []
        if self._kept:
            states = {number: state for number, _, state in self._query(_INBOX, 0)}
            finished = [n for n in self._kept if states[n] != "kept"]
            decided += [self._kept.pop(number) for number in finished]
        for number, event_id, state in self._query(_INBOX, self._inbox_seen):
            self._inbox_seen = number
            if state == "kept":
                self._kept[number] = event_id
            else:
                decided.append(event_id)
        return tuple(decided)

    def _visits(self, where: Any) -> tuple[Visit, ...]:
        return self._read(VISITS, where)

    def _alarms(self, where: Any) -> tuple[Escalation, ...]:
        return self._read(ESCALATIONS, where)

    def _calls(self, where: Any) -> tuple[Duress, ...]:
        return self._read(DURESSES, where)

    def _read(self, mapped: Mapped[Any], where: Any) -> tuple[Any, ...]:
        with self._store.engine.connect() as connection:
            reading = connection.execution_options(buddyline_reads=True)
            found = reading.execute(
                select(*mapped.columns).where(where).order_by(mapped.table.c.id)
            )
            return mapped.read_all(found.all())

    def _query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        raw = self._store.engine.raw_connection()
        try:
            driver: Any = raw.driver_connection
            rows: Iterable[tuple[Any, ...]] = driver.execute(sql, values).fetchall()
            return list(rows)
        finally:
            raw.close()


def _row(row: tuple[Any, ...]) -> Row:
    (
        number,
        dedupe,
        key,
        person,
        channel,
        secrecy,
        fields,
        visit,
        alarm,
        state,
        ref,
        live,
        waits,
    ) = row
    return Row(
        number,
        dedupe,
        key,
        person,
        bool(channel),
        secrecy,
        json.loads(fields),
        visit,
        alarm,
        state,
        ref,
        bool(live),
        bool(waits),
    )


def _instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
