"""Visits and alarms of both kinds: rows with an indexed deadline. Saves are buffered and written together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import select

from bot.domain.duress import Duress
from bot.domain.errors import InvariantBroken, StaleVisit
from bot.domain.escalation import Escalation
from bot.domain.visit import Visit
from storage.dialect import Locking, upsert
from storage.due_statements import (
    COUNT_IN,
    DUE_VISITS,
    HOLD,
    HOLD_VISIT_OF,
    HOLD_VISITS_OF,
    STATEMENTS,
    TEAMS_OUT,
    WHOSE,
    changing,
)
from storage.many import Row, run_rows
from storage.mapping import DURESSES, ESCALATIONS, VISITS, Mapped
from storage.quick import fetch, first
from storage.session import Session

LOOKED_THROUGH = 20
"""Saved visits that a query looks through, at most; when there are more, they are written first."""


class Aggregate(Protocol):
    """What a visit and an alarm have in common."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def version(self) -> int:
        """How many facts it has seen."""

    @property
    def open(self) -> bool:
        """Whether anything can still become due."""


A = TypeVar("A", bound=Aggregate)

Columns = tuple[str, ...]
"""Their names."""


class DueRows(Generic[A]):
    """The rows of one aggregate in one transaction: what was saved is what is read."""

    def __init__(self, session: Session, mapped: Mapped[A]) -> None:
        self._session = session
        self._mapped = mapped
        self._seen: dict[str, A] = {}
        self._stands: dict[str, A] = {}
        """As the row is that this transaction has read and locked, or written: what it is to be changed from."""
        self._unwritten: dict[str, tuple[A, datetime | None]] = {}
        self._statements = STATEMENTS[mapped.table.name]

    def get(self, subject_id: str) -> A | None:
        """Return it, locked for this transaction; None when there is none."""
        known = self._seen.get(subject_id)
        if known is None:
            row = first(self._session.connection, self._chosen("get"), {"id": subject_id})
            if row is not None:
                known = self._mapped.read(row)
                self._remember((known,))
        return known

    def ahead(self, ids: Iterable[str]) -> None:
        """Read these rows at once, locked, so that `get` need not read each; unknown ids are left out."""
        unknown = sorted({each for each in ids if each not in self._seen})
        if unknown:
            self._locked("ahead", ids=unknown)

    def due(self, now: datetime, limit: int) -> tuple[A, ...]:
        """Return those whose deadline is at or before `now`, earliest first, locked; at most `limit`."""
        return self._locked("due", now=now, limit=limit)

    def due_ids(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of what `due` would, without reading the rows: one of them may be beyond reading."""
        self.flush()
        values = {"now": now, "limit": limit}
        found = fetch(self._session.connection, self._statements["due_ids"], values)
        return tuple(row.id for row in found)

    def failed(self, subject_id: str, *, now: datetime, pause: Callable[[int], timedelta]) -> int:
        """Take a row that cannot be processed out of its batch for `pause(times)`.

        Returns:
            `times`: how often in a row it has failed, from 1; a save counts as success.

        Raises:
            InvariantBroken: there is no such row.
        """
        self.flush()
        run = self._session.connection.execute
        row = run(self._statements["count"], {"subject": subject_id}).first()
        if row is None:
            raise InvariantBroken(f"a failure of a row that is not in {self._mapped.table.name}")
        times = int(row[0])
        look_at = now + pause(times)
        run(self._statements["put_back"], {"subject": subject_id, "retry_at": look_at})
        self._session.told.due(look_at)
        return times

    def next_due(self) -> datetime | None:
        """Return the earliest deadline; None when there is none. What is buffered is not seen: flush first."""
        row = first(self._session.connection, self._statements["next"])
        return None if row is None else row.look_at

    def flush(self) -> None:
        """Write what was saved.

        Raises:
            StaleVisit: a row in the database has seen more than the one to be written over it.
        """
        if not self._unwritten:
            return
        saved = [self._unwritten[each] for each in sorted(self._unwritten)]
        self._unwritten.clear()
        new: list[Row] = []
        changed: dict[Columns, list[Row]] = {}
        for value, look_at in saved:
            stands = self._stands.get(value.id)
            if stands is None:
                new.append((*self._mapped.values(value), look_at, 0, value.open))
            else:
                names, row = self._change(stands, value, look_at)
                changed.setdefault(names, []).append(row)
            self._stands[value.id] = value
        connection, table = self._session.connection, self._mapped.table
        done = sum(
            run_rows(connection, changing(table, names), (*names, "subject", "seen"), rows)
            for names, rows in changed.items()
        )
        if new:
            names = (*self._mapped.names, "look_at", "failures", "is_open")
            done += run_rows(connection, upsert(connection, table, "version"), names, new)
        if done != len(saved):
            raise StaleVisit(f"a newer row in {table.name}")

    def _change(self, stands: A, value: A, look_at: datetime | None) -> tuple[Columns, Row]:
        """Return the columns in which a row is to differ from how it stands, and the values of `changing` for them.

        A column that is written touches every index it stands in, the same value or not.
        """
        names, row = ["look_at", "failures"], [look_at, 0]
        before, after = self._mapped.values(stands), self._mapped.values(value)
        for name, old, new in zip(self._mapped.names, before, after, strict=True):
            if old is not new and old != new:
                names.append(name)
                row.append(new)
        if stands.open != value.open:
            names.append("is_open")
            row.append(value.open)
        return tuple(names), (*row, value.id, value.version)

    def _save(self, value: A, look_at: datetime | None) -> None:
        if value.id in self._unwritten and self._seen[value.id].version > value.version:
            raise StaleVisit(f"a newer row in {self._mapped.table.name}")
        self._seen[value.id] = value
        self._unwritten[value.id] = value, look_at
        self._session.told.due(look_at)

    def _query(self, name: str, **values: object) -> tuple[A, ...]:
        self.flush()
        rows = fetch(self._session.connection, self._chosen(name), values)
        return self._mapped.read_all(rows)

    def _locked(self, name: str, **values: object) -> tuple[A, ...]:
        """Return what a query that locks has found, and remember it: until the transaction ends nobody changes it."""
        found = self._query(name, **values)
        self._remember(found)
        return found

    def _remember(self, found: Iterable[A]) -> None:
        rows = {each.id: each for each in found}
        self._seen.update(rows)
        self._stands.update(rows)

    def _with_saved(self, found: Iterable[A], fits: Callable[[A], bool]) -> list[A]:
        """Return rows that were read, and in their place or beside them what is saved, not yet written, and fits."""
        rows = {each.id: each for each in found}
        for saved in self._unwritten:
            value = self._seen[saved]
            if fits(value):
                rows[saved] = value
            else:
                rows.pop(saved, None)
        return list(rows.values())

    def _chosen(self, name: str) -> Any:  # noqa: ANN401 - a select of whatever columns
        statement = self._statements[name]
        return self._session.choose(statement) if isinstance(statement, Locking) else statement


class SqlVisits(DueRows[Visit]):
    """`bot.ports.Visits`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, VISITS)
        self._of: dict[str, dict[str, Visit]] = {}
        self._in: dict[str, dict[str, Visit]] = {}

    def hold(self, visit_id: str) -> None:
        """Have nobody else change this visit, or an alarm of it, until this transaction ends; it is not read."""
        if self._session.locks and visit_id not in self._seen:
            self._session.connection.execute(HOLD, {"visit": visit_id})

    def whose(self, visit_id: str) -> tuple[str, str, str] | None:
        """Return (team, worker, case reference) without reading the rest of its row; None when there is no such visit."""
        self.flush()
        row = first(self._session.connection, WHOSE, {"id": visit_id})
        return None if row is None else (row.team_id, row.worker_id, row.case_ref)

    def save(self, visit: Visit, due_at: datetime | None) -> None:
        """Write the visit and the instant at which the engine must look at it next."""
        self._save(visit, due_at)
        for whose, known in ((visit.worker_id, self._of), (visit.team_id, self._in)):
            if whose in known:
                known[whose][visit.id] = visit

    def open_of(self, worker_id: str) -> tuple[Visit, ...]:
        """Return a worker's open visits by start, locked; may be empty."""
        if worker_id in self._of:
            return _open_by_start(self._of[worker_id].values())
        return self._open(
            "open_of", lambda v: v.worker_id == worker_id, lock=True, worker_id=worker_id
        )

    def of_day(self, worker_id: str, first: datetime, last: datetime) -> tuple[Visit, ...]:
        """Return a worker's visits, open or not, that start at or after `first` and before `last`, by start."""
        closed = self._query("closed_of", worker_id=worker_id, first=first, last=last)
        still = (v for v in self.open_of(worker_id) if first <= v.start_at < last)
        return tuple(sorted((*closed, *still), key=lambda visit: (visit.start_at, visit.id)))

    def watched_by(self, person_id: str) -> tuple[Visit, ...]:
        """Return the open visits whose buddy somebody is, by start; may be empty."""
        return self._open("watched_by", lambda v: v.buddy_id == person_id, buddy_id=person_id)

    def beside(self, team_id: str, person_id: str) -> tuple[Visit, ...]:
        """Return a team's open visits that somebody is a companion on and has not left yet, by start; may be empty."""
        found = self.accompanied_by(team_id, person_id)
        return tuple(visit for visit in found if person_id not in visit.out)

    def accompanied_by(self, team_id: str, person_id: str) -> tuple[Visit, ...]:
        """Return a team's open visits that somebody is or was a companion on, by start; may be empty."""
        if team_id in self._in:
            found = _open_by_start(self._in[team_id].values())
        else:
            found = self._open("accompanied", lambda v: v.team_id == team_id, team_id=team_id)
        return tuple(visit for visit in found if person_id in visit.companions)

    def at_cases(self, team_id: str, case_refs: Collection[str]) -> tuple[Visit, ...]:
        """Return a team's open visits with one of these references, by start, not locked; may be empty."""
        return self._query("at_cases", team_id=team_id, refs=sorted(case_refs))

    def open_in(self, team_id: str, limit: int) -> tuple[Visit, ...]:
        """Return a team's open visits by expected end, at most `limit`, not locked; may be empty."""
        return self._query("open_in", team_id=team_id, limit=limit)

    def _open(
        self, name: str, fits: Callable[[Visit], bool], *, lock: bool = False, **values: object
    ) -> tuple[Visit, ...]:
        """Return the open visits that a query finds, by start, as they are with what is saved and not yet written.

        `lock`: the query locks what it finds; it is remembered.

        A command asks for visits right after it has saved one. Written at the end, together with those of the commands
        beside it, that one costs a part of what it costs by itself.
        """
        if len(self._unwritten) > LOOKED_THROUGH:
            self.flush()
        rows = fetch(self._session.connection, self._chosen(name), values)
        found = self._mapped.read_all(rows)
        if lock:
            self._remember(each for each in found if each.id not in self._unwritten)
        return _open_by_start(self._with_saved(found, fits))

    def ahead_of(self, people: Iterable[str], teams: Iterable[str]) -> None:
        """Read the open visits of these people, and the accompanied ones of these teams, at once."""
        unknown = sorted({each for each in people if each not in self._of})
        if unknown:
            found = self._locked("ahead_of", workers=unknown)
            self._of.update((each, {}) for each in unknown)
            for visit in found:
                self._of[visit.worker_id][visit.id] = visit
        unknown = sorted({each for each in teams if each not in self._in})
        if unknown:
            found = self._query("ahead_in", teams=unknown)
            self._in.update((each, {}) for each in unknown)
            for visit in found:
                self._in[visit.team_id][visit.id] = visit

    def count_open_in(self, team_id: str) -> int:
        """Return how many open visits a team has."""
        self.flush()
        found = self._session.connection.execute(COUNT_IN, {"team_id": team_id})
        return int(found.scalar_one())

    def teams_out(self) -> tuple[str, ...]:
        """Return the ids of the teams that have an open visit, in order; read once after an outage."""
        self.flush()
        return tuple(self._session.connection.execute(TEAMS_OUT).scalars())


def _open_by_start(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    still = [visit for visit in visits if visit.open]
    if len(still) > 1:
        still.sort(key=lambda visit: (visit.start_at, visit.id))
    return tuple(still)


class SqlEscalations(DueRows[Escalation]):
    """`bot.ports.Escalations`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ESCALATIONS)
        self._of: dict[str, dict[str, Escalation]] = {}

    def get(self, subject_id: str) -> Escalation | None:
        """Return the alarm, locked with its visit for this transaction; None when there is none."""
        self._hold_visit(subject_id)
        return super().get(subject_id)

    def ahead(self, ids: Iterable[str]) -> None:
        """Read these alarms at once, locked with their visits. See `DueRows.ahead`."""
        unknown = sorted({each for each in ids if each not in self._seen})
        if self._session.locks and unknown:
            self._session.connection.execute(HOLD_VISITS_OF, {"alarms": unknown})
        super().ahead(unknown)

    def failed(self, subject_id: str, *, now: datetime, pause: Callable[[int], timedelta]) -> int:
        """Take an alarm that cannot be processed out of its batch. See `DueRows.failed`."""
        self._hold_visit(subject_id)
        return super().failed(subject_id, now=now, pause=pause)

    def due(self, now: datetime, limit: int) -> tuple[Escalation, ...]:
        """Return those whose deadline is at or before `now`, earliest first, locked with their visits."""
        if not self._session.locks:
            return super().due(now, limit)
        self._session.flush()  # visits too: two tables are read
        values = {"now": now, "limit": limit}
        visits = [row.id for row in fetch(self._session.connection, DUE_VISITS, values)]
        return self._locked("due_of", visits=visits, **values)

    def save(self, escalation: Escalation) -> None:
        """Write the alarm; its own `due_at` is its deadline."""
        self._save(escalation, escalation.due_at)
        if escalation.visit_id in self._of:
            self._of[escalation.visit_id][escalation.id] = escalation

    def _hold_visit(self, escalation_id: str) -> None:
        if self._session.locks and escalation_id not in self._seen:
            self._session.connection.execute(HOLD_VISIT_OF, {"alarm": escalation_id})

    def visit_id(self, escalation_id: str) -> str | None:
        """Return the visit of an alarm without reading the rest of its row; None when there is no such alarm."""
        self.flush()
        c = ESCALATIONS.table.c
        asked = select(c.visit_id).where(c.id == escalation_id)
        return self._session.connection.execute(asked).scalar()

    def open_of(self, visit_id: str) -> tuple[Escalation, ...]:
        """Return a visit's open alarms by opening; may be empty."""
        known = self._of.get(visit_id)
        if known is None:
            return self._locked("open_of", visit_id=visit_id)
        still = [each for each in known.values() if each.open]
        return tuple(sorted(still, key=lambda e: (e.opened_at, e.id)))

    def ahead_of(self, visit_ids: Iterable[str]) -> None:
        """Read the open alarms of these visits at once, so that `open_of` need not read each."""
        unknown = sorted({each for each in visit_ids if each not in self._of})
        if not unknown:
            return
        found = self._locked("ahead_of", visit_ids=unknown)
        self._of.update((each, {}) for each in unknown)
        for alarm in found:
            self._of[alarm.visit_id][alarm.id] = alarm


class SqlDuresses(DueRows[Duress]):
    """`bot.ports.Duresses`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, DURESSES)
        self._about: dict[str, Duress | None] = {}

    def save(self, duress: Duress) -> None:
        """Write it; its own `due_at` is its deadline."""
        self._about.clear()
        self._save(duress, duress.due_at)

    def about(self, person_id: str) -> Duress | None:
        """Return the open covert alarm about a worker; None when there is none. Not locked: every message asks this."""
        if person_id in self._about:
            return self._about[person_id]
        found = self._query("about", about=person_id)
        return next((self._seen.get(each.id, each) for each in found), None)

    def ahead_about(self, people: Iterable[str]) -> None:
        """Read the covert alarms about these people at once, so that `about` need not read each."""
        unknown = sorted({each for each in people if each not in self._about})
        if unknown:
            self._about.update(dict.fromkeys(unknown))
            # Of two about one person the first counts, as in `about`.
            for each in reversed(self._query("ahead_about", people=unknown)):
                self._about[each.about] = self._seen.get(each.id, each)

    def open_in(self, team_id: str) -> tuple[Duress, ...]:
        """Return a team's open covert alarms and rehearsals by opening; not locked."""
        found = (self._seen.get(each.id, each) for each in self._query("open_in", team_id=team_id))
        return tuple(each for each in found if each.open)
