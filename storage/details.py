"""Private details of visits: sealed part by part under a key of the visit, and erased with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select, text, update

from bot.domain.visit import Visit
from bot.ports import SealBroken, Sealer
from storage.dialect import locking, upsert
from storage.quick import first
from storage.rows import table
from storage.session import Session
from storage.tables import DetailsPartRow, DetailsRow

_ADDRESS = "address"

_ROWS, _PARTS = table(DetailsRow), table(DetailsPartRow)
_C, _P = _ROWS.c, _PARTS.c
_KEY = locking(select(_C.data_key).where(_C.visit_id == bindparam("visit")))
_READ = select(_P.part, _P.value).where(_P.visit_id == bindparam("visit")).order_by(_P.part)
_NAMES = select(_P.part).where(_P.visit_id == bindparam("visit")).order_by(_P.part)
_EARLIER = (
    select(_C.visit_id)
    .join(_PARTS, _P.visit_id == _C.visit_id)
    .where(
        _C.team_id == bindparam("team"),
        _C.case_ref == bindparam("case"),
        _C.visit_id != bindparam("visit"),
        _P.part == _ADDRESS,
    )
    .order_by(_C.sealed_at.desc(), _C.visit_id.desc())
    .limit(1)
)
_CLOSED = update(_ROWS).where(_C.visit_id == bindparam("visit")).values(closed_at=bindparam("at"))
_OLD = (
    select(_C.visit_id)
    .where(text("closed_at IS NOT NULL"), _C.closed_at < bindparam("at"))  # as the index has it
    .order_by(_C.closed_at)
    .limit(bindparam("limit"))
)
_DROP = delete(_PARTS).where(_P.visit_id == bindparam("visit"), _P.part == bindparam("of_part"))
_ERASE = (
    delete(_PARTS).where(_P.visit_id == bindparam("visit")),
    delete(_ROWS).where(_C.visit_id == bindparam("visit")),
)


class SqlDetails:
    """`bot.ports.Details`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(
        self, visit: Visit, parts: Mapping[str, str], *, drop: Iterable[str], now: datetime
    ) -> None:
        """Seal parts for a visit, over those of the same name; parts in `drop` are erased first. Others stay.

        A key of the visit that no longer opens is replaced: what was sealed under it stays closed.
        """
        of = {"visit_id": visit.id, "team_id": visit.team_id, "case_ref": visit.case_ref}
        for part in drop:
            self._session.connection.execute(_DROP, {"visit": visit.id, "of_part": part})
        self._put({**of, "sealed_at": now, "closed_at": None}, parts)

    def keep(self, name: str, team_id: str, parts: Mapping[str, str], *, now: datetime) -> None:
        """Seal parts under a name that is no visit's, to be erased as those of a visit that is over now.

        They stand under no case reference, so no visit is ever offered them.
        """
        of = {"visit_id": name, "team_id": team_id, "case_ref": ""}
        self._put({**of, "sealed_at": now, "closed_at": now}, parts)

    def _put(self, row: Mapping[str, object], parts: Mapping[str, str]) -> None:
        name, connection = str(row["visit_id"]), self._session.connection
        key, sealer = self._key(name)
        connection.execute(upsert(connection, _ROWS), {**row, "data_key": key})
        sealed = [
            {"visit_id": name, "part": part, "value": sealer.seal(value, place=_place(name, part))}
            for part, value in sorted(parts.items())
        ]
        if sealed:
            connection.execute(upsert(connection, _PARTS), sealed)

    def read(self, visit_id: str) -> Mapping[str, str | None]:
        """Return every part on file; None for one that no longer opens. Empty when nothing is on file."""
        rows = self._session.connection.execute(_READ, {"visit": visit_id}).all()
        sealer = self._sealer(visit_id) if rows else None
        return {row.part: _opened(sealer, row.value, _place(visit_id, row.part)) for row in rows}

    def names(self, visit_id: str) -> tuple[str, ...]:
        """Return which parts are on file, in alphabetical order, without opening any."""
        return tuple(self._session.connection.execute(_NAMES, {"visit": visit_id}).scalars())

    def earlier(self, visit: Visit) -> str | None:
        """Return the id of the latest other visit of the same team and case reference that has an address on file."""
        this = {"team": visit.team_id, "case": visit.case_ref, "visit": visit.id}
        row = first(self._session.connection, _EARLIER, this)
        return None if row is None else str(row.visit_id)

    def closed(self, visit_id: str, at: datetime) -> None:
        """Note that a visit is over: from now on its details wait to be erased. Nothing on file: nothing is done."""
        self._session.connection.execute(_CLOSED, {"visit": visit_id, "at": at})

    def closed_before(self, at: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of visits that have details on file and were over before `at`, oldest first."""
        found = self._session.connection.execute(_OLD, {"at": at, "limit": limit})
        return tuple(found.scalars())

    def erase(self, visit_id: str) -> None:
        """Erase everything on file for a visit, and the key it was sealed under."""
        for statement in _ERASE:
            self._session.connection.execute(statement, {"visit": visit_id})

    def _key(self, visit_id: str) -> tuple[bytes, Sealer]:
        """Return the visit's data key, as stored, and the sealer under it; a fresh one when there is none that opens."""
        keyring = self._session.tools.keyring
        stored = self._session.connection.execute(
            self._session.choose(_KEY), {"visit": visit_id}
        ).scalar()
        if stored is not None:
            try:
                return stored, keyring.data_sealer(stored, place=_place_of_key(visit_id))
            except SealBroken:
                pass
        fresh = keyring.new_data_key(place=_place_of_key(visit_id))
        return fresh, keyring.data_sealer(fresh, place=_place_of_key(visit_id))

    def _sealer(self, visit_id: str) -> Sealer | None:
        stored = self._session.connection.execute(_KEY.plain, {"visit": visit_id}).scalar()
        if stored is None:
            return None
        try:
            return self._session.tools.keyring.data_sealer(stored, place=_place_of_key(visit_id))
        except SealBroken:
            return None


def _opened(sealer: Sealer | None, value: bytes, place: str) -> str | None:
    if sealer is None:
        return None
    try:
        return sealer.open(value, place=place)
    except SealBroken:
        return None


def _place(visit_id: str, part: str) -> str:
    return f"details_part/{visit_id}/{part}"


def _place_of_key(visit_id: str) -> str:
    return f"details/{visit_id}/data_key"
