"""What is known of ways: which are proven, which platforms take nothing, and what was spent. No address is stored here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, select, update

from bot.domain.people import WAKING, Way
from bot.domain.proving import Proof
from bot.ports import Trouble
from storage.dialect import adding, locking, missing, upsert
from storage.quick import fetch, first
from storage.roster_tables import PersonRow, PersonWayRow
from storage.roster_writing import looked_up
from storage.rows import table
from storage.session import Session
from storage.types import EPOCH
from storage.way_tables import SpentRow, TroubleRow, WayProofRow

_PROOFS, _TROUBLES, _SPENT = table(WayProofRow), table(TroubleRow), table(SpentRow)
_WAYS, _PEOPLE = table(PersonWayRow), table(PersonRow)
_P = _PROOFS.c

_TEAM = select(_PEOPLE.c.id).where(_PEOPLE.c.team_id == bindparam("team"))
_THEIRS = (
    select(_WAYS.c.lookup, _WAYS.c.person_id)
    .where(_WAYS.c.person_id.in_(_TEAM), _WAYS.c.platform.in_(sorted(WAKING)))
    .order_by(_WAYS.c.person_id, _WAYS.c.n)
)
_STILL = select(_WAYS.c.lookup).where(
    _WAYS.c.lookup == _P.lookup, _WAYS.c.person_id == _P.person_id
)
_GONE = delete(_PROOFS).where(_P.person_id.in_(_TEAM), ~_STILL.exists())
_DUE = (
    select(_P.person_id)
    .where(_P.due_at <= bindparam("now"))
    .order_by(_P.due_at, _P.person_id)
    .limit(bindparam("most"))
)
_OF_ONE = update(_PROOFS).where(_P.person_id == bindparam("who"))
_PUT_OFF = _OF_ONE.values(due_at=bindparam("until"))
_TESTED = _OF_ONE.values(
    tested_at=bindparam("at"), first_at=func.coalesce(_P.first_at, bindparam("at"))
)
_FORGET = delete(_PROOFS).where(_P.person_id == bindparam("who"))
_OF_WAY = update(_PROOFS).where(_P.lookup == bindparam("found_by"))
_PROVEN = _OF_WAY.values(proven_at=bindparam("at"))
_FAILED = _OF_WAY.values(failed_at=bindparam("at"))
_OF = (
    select(_P.person_id, _WAYS.c.platform, _P.first_at, _P.tested_at, _P.proven_at, _P.failed_at)
    .join_from(
        _PROOFS,
        _WAYS,
        (_WAYS.c.lookup == _P.lookup) & (_WAYS.c.person_id == _P.person_id),
    )
    .where(_P.person_id.in_(bindparam("people", expanding=True)))
    .order_by(_P.person_id, _WAYS.c.n)
)
_ALL = locking(select(_TROUBLES).order_by(_TROUBLES.c.platform, _TROUBLES.c.heard))
_DOWN = select(_TROUBLES.c.platform).where(_TROUBLES.c.down_since.is_not(None))
_OVER = delete(_TROUBLES).where(
    _TROUBLES.c.platform == bindparam("of"), _TROUBLES.c.heard == bindparam("as_heard")
)
_COUNT = select(_SPENT.c.count).where(
    _SPENT.c.platform == bindparam("of"), _SPENT.c.day == bindparam("on")
)


class SqlProofs:
    """`bot.ports.Proofs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def know(self, team_id: str) -> None:
        """Have every such way of a team's people tested soon that is not known yet; the others stay as they are."""
        connection = self._session.connection
        connection.execute(_GONE, {"team": team_id})
        new: dict[str, datetime | None] = {"due_at": EPOCH}
        new |= dict.fromkeys(("first_at", "tested_at", "proven_at", "failed_at"))
        found = fetch(connection, _THEIRS, {"team": team_id})
        rows = [{"lookup": row.lookup, "person_id": row.person_id, **new} for row in found]
        if rows:
            connection.execute(missing(connection, _PROOFS), rows)

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of people whose ways are to be tested at or before `now`, earliest first, each once."""
        found = fetch(self._session.connection, _DUE, {"now": now, "most": limit})
        return tuple(dict.fromkeys(row.person_id for row in found))

    def put_off(self, person_id: str, due_at: datetime) -> None:
        """Write when somebody's ways are tested next."""
        self._session.connection.execute(_PUT_OFF, {"who": person_id, "until": due_at})

    def forget(self, person_id: str) -> None:
        """Erase what is known of the ways of somebody who has none any more."""
        self._session.connection.execute(_FORGET, {"who": person_id})

    def tested(self, person_id: str, *, at: datetime) -> None:
        """Note that all ways of somebody are tested now."""
        self._session.connection.execute(_TESTED, {"who": person_id, "at": at})

    def proven(self, way: Way, *, at: datetime) -> None:
        """Note that a test has arrived."""
        values = {"found_by": looked_up(self._session, way), "at": at}
        self._session.connection.execute(_PROVEN, values)

    def failed(self, way: Way, *, at: datetime) -> None:
        """Note that a test did not arrive."""
        values = {"found_by": looked_up(self._session, way), "at": at}
        self._session.connection.execute(_FAILED, values)

    def of(self, people: Iterable[str]) -> tuple[Proof, ...]:
        """Return what is known of the ways of these people, by person and in their own order; may be empty."""
        asked = sorted(set(people))
        found = fetch(self._session.connection, _OF, {"people": asked}) if asked else ()
        return tuple(Proof(*row) for row in found)


class SqlTroubles:
    """`bot.ports.Troubles`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Mapping[tuple[str, str], Trouble]:
        """Return all by (platform, heard), locked; mostly empty."""
        found = fetch(self._session.connection, self._session.choose(_ALL))
        return {(row.platform, row.heard): Trouble(**row._asdict()) for row in found}

    def down(self) -> frozenset[str]:
        """Return the platforms that count as down, to be looked at: not locked; mostly empty."""
        return frozenset(row.platform for row in fetch(self._session.connection, _DOWN))

    def save(self, trouble: Trouble) -> None:
        """Write it, in place of what was there."""
        connection = self._session.connection
        row = {name: getattr(trouble, name) for name in trouble.__slots__}
        connection.execute(upsert(connection, _TROUBLES), row)

    def over(self, trouble: Trouble) -> None:
        """Erase it: the platform takes messages again."""
        values = {"of": trouble.platform, "as_heard": trouble.heard}
        self._session.connection.execute(_OVER, values)


class SqlSpent:
    """`bot.ports.Spent`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, platform: str, day: date) -> int:
        """Return how many; 0 for none."""
        row = first(self._session.connection, _COUNT, {"of": platform, "on": day})
        return 0 if row is None else int(row.count)

    def add(self, platform: str, day: date, count: int) -> int:
        """Add some; return how many it is now."""
        connection = self._session.connection
        row = {"platform": platform, "day": day, "count": count}
        return int(connection.execute(adding(connection, _SPENT, "count"), row).scalar_one())
