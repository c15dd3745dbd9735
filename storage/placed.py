"""Alarms that a platform keeps ready: one row for each subject and responder, and an index of what is to be done next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    bindparam,
    case,
    delete,
    literal_column,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlmodel import Field

from bot.ports import Placed
from storage.dialect import AnyInsert, inserting
from storage.many import run_many
from storage.mapping import AnyRow
from storage.quick import fetch
from storage.rows import Row, maybe_instant, partial_index, table
from storage.session import Session
from storage.types import EPOCH


class PlacedRow(Row, table=True):
    """One alarm that a platform is to keep ready (`bot.ports.Placed`). `look_at`: when it is to be seen to; NULL: never.

    `rank` is 0 for a call for help and 1 for a visit.
    """

    __tablename__ = "placed"
    __table_args__ = (
        partial_index("ix_placed_look_at", "rank", "look_at", where="look_at IS NOT NULL"),
        partial_index("ix_placed_ref", "ref", where="ref IS NOT NULL"),
        partial_index("ix_placed_left", "left_ref", where="left_ref IS NOT NULL"),
    )
    subject_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    team_id: str
    rank: int
    due_at: datetime | None = maybe_instant()
    version: int
    ref: str | None
    placed_for: datetime | None = maybe_instant()
    left_ref: str | None
    attempts: int
    look_at: datetime | None = maybe_instant()
    lease_token: str


_ROWS = table(PlacedRow)
_C = _ROWS.c
_RANKS = (0, 1)
_WAITING = text("look_at IS NOT NULL")  # as the index has it
_IN_HAND = _C.lease_token != ""
"""Leased, or left behind by a process that died. What is wanted changes all the same; it is seen to when the lease ends."""
_BACK = (
    update(_ROWS)
    .where(
        _C.subject_id == bindparam("subject"),
        _C.due_at.is_not(None),
        _C.person_id.not_in(bindparam("people", expanding=True)),
    )
    .values(
        due_at=None,
        version=_C.version + 1,
        attempts=0,
        look_at=case((_IN_HAND, _C.look_at), else_=bindparam("back_at", type_=_C.look_at.type)),
    )
)
_HAND_ON = (
    update(_ROWS)
    .where(
        _C.subject_id == bindparam("visit"), _C.person_id.in_(bindparam("people", expanding=True))
    )
    .values(
        subject_id=bindparam("call"),
        rank=0,
        version=_C.version + 1,
        placed_for=None,
        look_at=EPOCH,
        lease_token="",
    )
)
_CLAIM = (
    update(_ROWS)
    .where(_C.subject_id == bindparam("subject"), _C.person_id == bindparam("person"))
    .values(look_at=bindparam("until", type_=_C.look_at.type), lease_token=bindparam("new_token"))
)
_DUE = (
    select(*_ROWS.c)
    .where(_WAITING, _C.rank == bindparam("of"), _C.look_at <= bindparam("now"))
    .order_by(_C.look_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_MINE = (
    _C.subject_id == bindparam("subject"),
    _C.person_id == bindparam("person"),
    _C.lease_token == bindparam("token"),
)
_RECORD = (
    update(_ROWS)
    .where(*_MINE)
    .values(
        ref=bindparam("new_ref"),
        placed_for=bindparam("new_for", type_=_C.placed_for.type),
        left_ref=bindparam("new_left"),
        attempts=bindparam("new_attempts"),
        lease_token="",
        look_at=case(
            (_C.version == bindparam("seen"), bindparam("new_look_at", type_=_C.look_at.type)),
            else_=bindparam("at_once", type_=_C.look_at.type),
        ),
    )
)
_ERASE = delete(_ROWS).where(*_MINE, _C.due_at.is_(None), _C.version == bindparam("seen"))
_NEXT = union_all(
    *(
        select(
            select(_C.look_at)
            .where(_WAITING, _C.rank == literal_column(str(rank)))
            .order_by(_C.look_at)
            .limit(1)
            .scalar_subquery()
            .label("at")
        )
        for rank in _RANKS
    )
)
_REFS = select(_C.ref).where(text("ref IS NOT NULL"), _C.ref.in_(bindparam("refs", expanding=True)))
_LEFT = select(_C.left_ref).where(
    text("left_ref IS NOT NULL"), _C.left_ref.in_(bindparam("refs", expanding=True))
)


class SqlPlacements:
    """`bot.ports.Placements`. Written at once: only teams on a platform that keeps messages have any."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def want(
        self,
        subject_id: str,
        team_id: str,
        people: Mapping[str, datetime],
        *,
        call: bool,
        now: datetime,
        back_at: datetime,
    ) -> None:
        """Have the platform wake these people about a subject, each at their instant, and nobody else."""
        connection = self._session.connection
        common = _new(subject_id, team_id, call=call, now=now)
        rows = [common | {"person_id": who, "due_at": people[who]} for who in sorted(people)]
        if rows:
            run_many(connection, _wanted(connection.dialect.name), rows)
        others = {"subject": subject_id, "people": sorted(people), "back_at": back_at}
        connection.execute(_BACK, others)
        self._session.told.messages = True

    def hand_on(self, visit_id: str, call_id: str, people: Iterable[str]) -> None:
        """Have what is placed for these people about a visit be of a new call for help from now on."""
        values = {"visit": visit_id, "call": call_id, "people": sorted(people)}
        self._session.connection.execute(_HAND_ON, values)

    def claim(
        self, now: datetime, *, limit: int, lease_until: datetime, token: str
    ) -> tuple[Placed, ...]:
        """Lease rows that are to be looked at, those of calls for help first; may be empty."""
        connection = self._session.connection
        found: list[AnyRow] = []
        for rank in _RANKS:
            values = {"of": rank, "now": now, "limit": limit - len(found)}
            found += connection.execute(_DUE, values).all()
        if found:
            lease = {"until": lease_until, "new_token": token}
            keys = [{"subject": row.subject_id, "person": row.person_id} for row in found]
            connection.execute(_CLAIM, [key | lease for key in keys])
        return tuple(_read(row, token) for row in found)

    def record(self, row: Placed, *, look_at: datetime | None) -> bool:
        """Write what stands on the platform now, and end the lease; False when it was lost."""
        connection = self._session.connection
        mine = {"subject": row.subject_id, "person": row.person_id, "token": row.token}
        seen = mine | {"seen": row.version}
        nothing = row.due_at is None and row.ref is None and row.left is None
        if nothing and connection.execute(_ERASE, seen).rowcount == 1:
            return True
        new = {
            "new_ref": row.ref,
            "new_for": row.placed_for,
            "new_left": row.left,
            "new_attempts": row.attempts,
            "new_look_at": look_at,
            "at_once": EPOCH,
        }
        return connection.execute(_RECORD, seen | new).rowcount == 1

    def known(self, refs: Sequence[str]) -> frozenset[str]:
        """Return which of these references stand in a row."""
        if not refs:
            return frozenset()
        connection, values = self._session.connection, {"refs": list(refs)}
        return frozenset(
            {row.ref for row in fetch(connection, _REFS, values)}
            | {row.left_ref for row in fetch(connection, _LEFT, values)}
        )

    def next_due(self) -> datetime | None:
        """Return when the next row is to be looked at; None when none is."""
        found = self._session.connection.execute(_NEXT).scalars()
        return min((at for at in found if at is not None), default=None)


# Everything comes with the row: `run_many` takes no values of the statement's own.
@cache
def _wanted(dialect: str) -> AnyInsert:
    put = inserting(_ROWS, dialect)
    return put.on_conflict_do_update(
        index_elements=["subject_id", "person_id"],
        set_={
            "due_at": put.excluded.due_at,
            "version": _C.version + put.excluded.version,
            "attempts": put.excluded.attempts,
            "look_at": case(
                (_C.lease_token != put.excluded.lease_token, _C.look_at), else_=put.excluded.look_at
            ),
        },
        where=or_(_C.due_at.is_(None), _C.due_at != put.excluded.due_at),
    )


def _new(subject_id: str, team_id: str, *, call: bool, now: datetime) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "team_id": team_id,
        "rank": 0 if call else 1,
        "version": 1,
        "ref": None,
        "placed_for": None,
        "left_ref": None,
        "attempts": 0,
        "look_at": now,
        "lease_token": "",
    }


def _read(row: AnyRow, token: str) -> Placed:
    return Placed(
        subject_id=row.subject_id,
        person_id=row.person_id,
        team_id=row.team_id,
        call=row.rank == 0,
        due_at=row.due_at,
        version=row.version,
        ref=row.ref,
        placed_for=row.placed_for,
        left=row.left_ref,
        attempts=row.attempts,
        token=token,
    )
