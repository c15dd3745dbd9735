"""Visits and alarms of both kinds: rows with an indexed deadline. Saves are buffered and written together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import Select, bindparam, exists, func, or_, select, text, update

from bot.domain.duress import Duress
from bot.domain.duress_facts import How
from bot.domain.errors import InvariantBroken, StaleVisit
from bot.domain.escalation import Escalation
from bot.domain.visit import Visit
from storage.dialect import Locking, locking, upsert
from storage.many import run_many
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


class DueRows(Generic[A]):
    """The rows of one aggregate in one transaction: what was saved is what is read."""

    def __init__(self, session: Session, mapped: Mapped[A]) -> None:
        self._session = session
        self._mapped = mapped
        self._seen: dict[str, A] = {}
        self._unwritten: dict[str, Mapping[str, Any]] = {}
        self._statements = _STATEMENTS[mapped.table.name]

    def get(self, subject_id: str) -> A | None:
        """Return it, locked for this transaction; None when there is none."""
        known = self._seen.get(subject_id)
        if known is None:
            row = first(self._session.connection, self._chosen("get"), {"id": subject_id})
            known = (
                None if row is None else self._seen.setdefault(subject_id, self._mapped.read(row))
            )
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
        rows = [self._unwritten[each] for each in sorted(self._unwritten)]
        self._unwritten.clear()
        connection = self._session.connection
        done = run_many(connection, upsert(connection, self._mapped.table, "version"), rows)
        if done != len(rows):
            raise StaleVisit(f"a newer row in {self._mapped.table.name}")

    def _save(self, value: A, look_at: datetime | None) -> None:
        before = self._unwritten.get(value.id)
        if before is not None and before["version"] > value.version:
            raise StaleVisit(f"a newer row in {self._mapped.table.name}")
        self._seen[value.id] = value
        own = {"look_at": look_at, "failures": 0, "is_open": value.open}
        self._unwritten[value.id] = self._mapped.write(value) | own
        self._session.told.due(look_at)

    def _query(self, name: str, **values: object) -> tuple[A, ...]:
        self.flush()
        rows = fetch(self._session.connection, self._chosen(name), values)
        return self._mapped.read_all(rows)

    def _locked(self, name: str, **values: object) -> tuple[A, ...]:
        """Return what a query that locks has found, and remember it: until the transaction ends nobody changes it."""
        found = self._query(name, **values)
        self._seen.update((each.id, each) for each in found)
        return found

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

    def hold(self, visit_id: str) -> None:
        """Have nobody else change this visit, or an alarm of it, until this transaction ends; it is not read."""
        if self._session.locks and visit_id not in self._seen:
            self._session.connection.execute(_HOLD, {"visit": visit_id})

    def save(self, visit: Visit, due_at: datetime | None) -> None:
        """Write the visit and the instant at which the engine must look at it next."""
        self._save(visit, due_at)

    def open_of(self, worker_id: str) -> tuple[Visit, ...]:
        """Return a worker's open visits by start, locked; may be empty."""
        found = self._open("open_of", lambda v: v.worker_id == worker_id, worker_id=worker_id)
        self._seen.update((each.id, each) for each in found)
        return found

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
        found = self._open("accompanied", lambda v: v.team_id == team_id, team_id=team_id)
        return tuple(visit for visit in found if person_id in visit.companions)

    def at_cases(self, team_id: str, case_refs: Collection[str]) -> tuple[Visit, ...]:
        """Return a team's open visits with one of these references, by start, not locked; may be empty."""
        return self._query("at_cases", team_id=team_id, refs=sorted(case_refs))

    def open_in(self, team_id: str, limit: int) -> tuple[Visit, ...]:
        """Return a team's open visits by expected end, at most `limit`, not locked; may be empty."""
        return self._query("open_in", team_id=team_id, limit=limit)

    def _open(
        self, name: str, fits: Callable[[Visit], bool], **values: object
    ) -> tuple[Visit, ...]:
        """Return the open visits that a query finds, by start, as they are with what is saved and not yet written.

        A command asks for visits right after it has saved one. Written at the end, together with those of the commands
        beside it, that one costs a part of what it costs by itself.
        """
        if len(self._unwritten) > LOOKED_THROUGH:
            self.flush()
        rows = fetch(self._session.connection, self._chosen(name), values)
        found = self._with_saved(self._mapped.read_all(rows), lambda v: v.open and fits(v))
        return tuple(sorted(found, key=lambda visit: (visit.start_at, visit.id)))

    def count_open_in(self, team_id: str) -> int:
        """Return how many open visits a team has."""
        self.flush()
        found = self._session.connection.execute(_COUNT_IN, {"team_id": team_id})
        return int(found.scalar_one())

    def teams_out(self) -> tuple[str, ...]:
        """Return the ids of the teams that have an open visit, in order; read once after an outage."""
        self.flush()
        return tuple(self._session.connection.execute(_TEAMS_OUT).scalars())


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
            self._session.connection.execute(_HOLD_VISITS_OF, {"alarms": unknown})
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
        visits = [row.id for row in fetch(self._session.connection, _DUE_VISITS, values)]
        return self._locked("due_of", visits=visits, **values)

    def save(self, escalation: Escalation) -> None:
        """Write the alarm; its own `due_at` is its deadline."""
        self._save(escalation, escalation.due_at)
        if escalation.visit_id in self._of:
            self._of[escalation.visit_id][escalation.id] = escalation

    def _hold_visit(self, escalation_id: str) -> None:
        if self._session.locks and escalation_id not in self._seen:
            self._session.connection.execute(_HOLD_VISIT_OF, {"alarm": escalation_id})

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
        return tuple(
            sorted(
                (each for each in known.values() if each.open), key=lambda e: (e.opened_at, e.id)
            )
        )

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


def _shared(mapped: Mapped[Any]) -> dict[str, Any]:
    """Return the statements that both have. They are made once: making one costs more than running it."""
    c = mapped.table.c
    rows: Select[Any] = select(*mapped.columns)
    return {
        "get": locking(rows.where(c.id == bindparam("id"))),
        "due": locking(
            rows.where(c.look_at <= bindparam("now"))
            .order_by(c.look_at, c.id)
            .limit(bindparam("limit")),
            skip=True,
        ),
        "ahead": locking(rows.where(c.id.in_(bindparam("ids", expanding=True))).order_by(c.id)),
        "due_ids": select(c.id)
        .where(c.look_at <= bindparam("now"))
        .order_by(c.look_at, c.id)
        .limit(bindparam("limit")),
        "next": select(c.look_at).where(c.look_at.is_not(None)).order_by(c.look_at).limit(1),
        "count": update(mapped.table)
        .where(c.id == bindparam("subject"))
        .values(failures=c.failures + 1)
        .returning(c.failures),
        "put_back": update(mapped.table)
        .where(c.id == bindparam("subject"))
        .values(look_at=bindparam("retry_at")),
    }


def _open_by(mapped: Mapped[Any], whose: str, first: str) -> Select[Any]:
    # The condition is written as the partial index has it, or the index would not be used.
    c = mapped.table.c
    mine = c[whose] == bindparam(whose)
    return select(*mapped.columns).where(text("is_open"), mine).order_by(c[first], c.id)


def _closed_of() -> Select[Any]:
    c = VISITS.table.c
    return (
        select(*VISITS.columns)
        .where(text("NOT is_open"), c.worker_id == bindparam("worker_id"))
        .where(c.start_at >= bindparam("first"), c.start_at < bindparam("last"))
    )


_COUNT_IN = select(func.count()).where(
    text("is_open"), VISITS.table.c.team_id == bindparam("team_id")
)

# One order for everybody: the visit's row is the lock on its alarms and its journal too, and it is taken first.
_HOLD = select(VISITS.table.c.id).where(VISITS.table.c.id == bindparam("visit")).with_for_update()
_HOLD_VISIT_OF = (
    select(VISITS.table.c.id)
    .where(
        VISITS.table.c.id
        == select(ESCALATIONS.table.c.visit_id)
        .where(ESCALATIONS.table.c.id == bindparam("alarm"))
        .scalar_subquery()
    )
    .with_for_update()
)
_HOLD_VISITS_OF = (
    select(VISITS.table.c.id)
    .where(
        VISITS.table.c.id.in_(
            select(ESCALATIONS.table.c.visit_id).where(
                ESCALATIONS.table.c.id.in_(bindparam("alarms", expanding=True))
            )
        )
    )
    .order_by(VISITS.table.c.id)
    .with_for_update()
)
_DUE_VISITS = (
    select(VISITS.table.c.id)
    .where(
        VISITS.table.c.id.in_(
            select(ESCALATIONS.table.c.visit_id)
            .where(ESCALATIONS.table.c.look_at <= bindparam("now"))
            .order_by(ESCALATIONS.table.c.look_at, ESCALATIONS.table.c.id)
            .limit(bindparam("limit"))
        )
    )
    .order_by(VISITS.table.c.id)
    .with_for_update(skip_locked=True)
)
# An alarm whose visit is not there has nothing to hold. It is found all the same, so that people hear of it.
_DUE_OF = (
    select(*ESCALATIONS.columns)
    .where(
        ESCALATIONS.table.c.look_at <= bindparam("now"),
        or_(
            ESCALATIONS.table.c.visit_id.in_(bindparam("visits", expanding=True)),
            ~exists().where(VISITS.table.c.id == ESCALATIONS.table.c.visit_id),
        ),
    )
    .order_by(ESCALATIONS.table.c.look_at, ESCALATIONS.table.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=ESCALATIONS.table)
)

_TEAMS_OUT = (
    select(VISITS.table.c.team_id)
    .where(text("is_open"))
    .distinct()
    .order_by(VISITS.table.c.team_id)
)

_STATEMENTS: Mapping[str, Mapping[str, Any]] = {
    "visit": {
        **_shared(VISITS),
        "open_of": locking(_open_by(VISITS, "worker_id", "start_at")),
        "closed_of": _closed_of(),
        "watched_by": _open_by(VISITS, "buddy_id", "start_at"),
        # Few of a team's visits are accompanied, and only those are in the index.
        "accompanied": _open_by(VISITS, "team_id", "start_at").where(text("companions <> '[]'")),
        "at_cases": _open_by(VISITS, "team_id", "start_at").where(
            VISITS.table.c.case_ref.in_(bindparam("refs", expanding=True))
        ),
        "open_in": _open_by(VISITS, "team_id", "end_at").limit(bindparam("limit")),
    },
    "duress": {
        **_shared(DURESSES),
        "about": select(*DURESSES.columns)
        .where(
            text("is_open"),
            DURESSES.table.c.about == bindparam("about"),
            DURESSES.table.c.how != How.DRILL,
        )
        .order_by(DURESSES.table.c.opened_at),
        "ahead_about": select(*DURESSES.columns)
        .where(
            text("is_open"),
            DURESSES.table.c.about.in_(bindparam("people", expanding=True)),
            DURESSES.table.c.how != How.DRILL,
        )
        .order_by(DURESSES.table.c.opened_at),
        "open_in": _open_by(DURESSES, "team_id", "opened_at"),
    },
    "escalation": {
        **_shared(ESCALATIONS),
        "open_of": _open_by(ESCALATIONS, "visit_id", "opened_at"),
        "due_of": _DUE_OF,
        "ahead_of": select(*ESCALATIONS.columns).where(
            text("is_open"),
            ESCALATIONS.table.c.visit_id.in_(bindparam("visit_ids", expanding=True)),
        ),
    },
}
