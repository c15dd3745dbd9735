"""What people wrote in the last minutes, and what is sealed for a team or a person: read to listen, and shown nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update

from bot.domain.errors import InvariantBroken
from bot.domain.json_text import json_writer
from bot.domain.times import from_iso, to_iso
from bot.ports import Overheard, SealBroken
from storage.dialect import missing, upsert
from storage.many import run_many
from storage.mapping import AnyRow
from storage.quick import fetch, first
from storage.rows import table
from storage.session import Session
from storage.tables import OverheardRow, SecretRow

MOST = 4
"""Messages of one person that can matter together."""
_JSON = json_writer()
_WRITTEN = json.JSONDecoder().raw_decode
"""Reads what we wrote: without looking for what may stand around it, as `json.loads` does."""

_ROWS, _SECRETS = table(OverheardRow), table(SecretRow)
_C, _S = _ROWS.c, _SECRETS.c
_RECENT = (
    select(_C.id, _C.team_id, _C.person_id, _C.at, _C.body)
    .where(
        _C.person_id == bindparam("person"), _C.at >= bindparam("since"), _C.id != bindparam("but")
    )
    .order_by(_C.at.desc(), _C.id.desc())
    .limit(MOST)
)
_NEWEST_OF = (
    select(
        _C.id,
        _C.team_id,
        _C.person_id,
        _C.at,
        _C.body,
        func.row_number()
        .over(partition_by=_C.person_id, order_by=(_C.at.desc(), _C.id.desc()))
        .label("n"),
    )
    .where(_C.person_id.in_(bindparam("people", expanding=True)), _C.at >= bindparam("since"))
    .subquery()
)
_RECENT_OF = select(_NEWEST_OF).where(_NEWEST_OF.c.n <= bindparam("most")).order_by(_NEWEST_OF.c.n)
_ONE = select(_C.id, _C.team_id, _C.person_id, _C.at, _C.body).where(
    _C.id == bindparam("id"), text("look_at IS NOT NULL")
)
_WHOSE = select(_C.team_id, _C.person_id).where(_C.id == bindparam("id"))
_DUE = (
    select(_C.id)
    .where(text("look_at IS NOT NULL"), _C.look_at <= bindparam("now"))  # as the index has it
    .order_by(_C.look_at, _C.id)
    .limit(bindparam("limit"))
)
_NEXT = select(_C.look_at).where(text("look_at IS NOT NULL")).order_by(_C.look_at).limit(1)
_THIS = _C.id == bindparam("subject")
_SEEN_TO = update(_ROWS).where(_THIS).values(look_at=None)
_COUNT = update(_ROWS).where(_THIS).values(failures=_C.failures + 1).returning(_C.failures)
_PUT_BACK = update(_ROWS).where(_THIS).values(look_at=bindparam("retry_at"))
_ERASE = delete(_ROWS).where(_C.at < bindparam("before"), _C.look_at.is_(None))
_VALUE = select(_S.kind, _S.subject, _S.value).where(
    _S.kind == bindparam("of_kind"), _S.subject == bindparam("whose")
)
_VALUES = select(_S.kind, _S.subject, _S.value).where(
    _S.kind == bindparam("of_kind"), _S.subject.in_(bindparam("those", expanding=True))
)
_ALL = select(_S.kind, _S.subject, _S.value).order_by(_S.kind, _S.subject)
_DROP = delete(_SECRETS).where(_S.kind == bindparam("of_kind"), _S.subject == bindparam("whose"))


class SqlOverhearing:
    """`bot.ports.Overhearing`. A row looks the same whatever is in it, but for when it is looked at. Adding is buffered."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ahead: dict[str, tuple[datetime, list[AnyRow]]] = {}
        self._unwritten: list[dict[str, Any]] = []

    def recent(self, person_id: str, *, since: datetime, but: str) -> tuple[Overheard, ...]:
        """Return what somebody wrote at or after `since`, at most the last four, oldest first; not the event `but`."""
        read_since, read = self._ahead.get(person_id, (None, []))
        if read_since is not None and read_since <= since:
            rows = [row for row in read if row.at >= since and row.id != but][:MOST]
        else:
            self.flush()
            values = {"person": person_id, "since": since, "but": but}
            rows = list(fetch(self._session.connection, _RECENT, values))
        opened = (self._opened(row) for row in reversed(rows))
        return tuple(each for each in opened if each is not None)

    def ahead(self, people: Iterable[str], *, since: datetime) -> None:
        """Read what these people wrote at or after `since` at once, so that `recent` need not read each."""
        whose = sorted(set(people))
        if whose:
            self.flush()
            self._ahead.update((each, (since, [])) for each in whose)
            values = {"people": whose, "since": since, "most": MOST + 1}
            for row in fetch(self._session.connection, _RECENT_OF, values):
                self._ahead[row.person_id][1].append(row)

    def add(self, heard: Overheard, *, due_at: datetime | None) -> None:
        """Keep it, once for each event. `due_at`: when what follows from it is seen to; None when nothing does."""
        self._ahead.pop(heard.person_id, None)
        heard_id = f"{heard.platform}/{heard.event_id}"
        body = self._session.tools.sealer.seal(_written(heard), place=_place(heard_id))
        self._unwritten.append(
            {
                "id": heard_id,
                "team_id": heard.team_id,
                "person_id": heard.person_id,
                "at": heard.at,
                "body": body,
                "look_at": due_at,
                "failures": 0,
            }
        )
        # Whatever is in it, the engine wakes: a wake-up for calls alone would take time that others do not (covert rule 9).
        self._session.told.kept = True

    def due_ids(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of what is to be seen to, earliest first."""
        self.flush()
        found = fetch(self._session.connection, _DUE, {"now": now, "limit": limit})
        return tuple(row.id for row in found)

    def get(self, heard_id: str) -> Overheard | None:
        """Return it; None when it is gone, was seen to, or does not open."""
        self.flush()
        row = first(self._session.connection, _ONE, {"id": heard_id})
        return None if row is None else self._opened(row)

    def whose(self, heard_id: str) -> tuple[str, str] | None:
        """Return (team, person) without opening anything; None when it is gone."""
        self.flush()
        row = first(self._session.connection, _WHOSE, {"id": heard_id})
        return None if row is None else (row.team_id, row.person_id)

    def seen_to(self, heard_id: str) -> None:
        """Note that what follows from it has been done."""
        self.flush()
        self._session.connection.execute(_SEEN_TO, {"subject": heard_id})

    def failed(self, subject_id: str, *, now: datetime, pause: Callable[[int], timedelta]) -> int:
        """Put it back for `pause(times)`; return `times`: how often it has failed, from 1.

        Raises:
            InvariantBroken: there is no such row.
        """
        self.flush()
        run = self._session.connection.execute
        row = run(_COUNT, {"subject": subject_id}).first()
        if row is None:
            raise InvariantBroken("a failure of something overheard that is not there")
        times = int(row[0])
        look_at = now + pause(times)
        run(_PUT_BACK, {"subject": subject_id, "retry_at": look_at})
        self._session.told.due(look_at)
        return times

    def erase(self, before: datetime) -> None:
        """Erase what was taken in before an instant and has been seen to."""
        self.flush()
        self._session.connection.execute(_ERASE, {"before": before})

    def next_due(self) -> datetime | None:
        """Return when the next thing is to be seen to; None when nothing is."""
        self.flush()
        row = first(self._session.connection, _NEXT)
        return None if row is None else row.look_at

    def flush(self) -> None:
        """Write what was added: at the end of a transaction, what all its messages have left, together."""
        if self._unwritten:
            rows, self._unwritten = self._unwritten, []
            connection = self._session.connection
            run_many(connection, missing(connection, _ROWS), rows)

    def _opened(self, row: AnyRow) -> Overheard | None:
        try:
            plain = self._session.tools.sealer.open(row.body, place=_place(row.id))
        except SealBroken:
            return None
        return _read(plain, row)


class SqlSecrets:
    """`bot.ports.Secrets`. What was asked for is not read again in the same transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[tuple[str, str], str | None] = {}

    def get(self, kind: str, subject: str) -> str | None:
        """Return it in clear; None when nothing is set, or it no longer opens."""
        if (kind, subject) not in self._read:
            row = first(self._session.connection, _VALUE, {"of_kind": kind, "whose": subject})
            self._read[kind, subject] = None if row is None else self._opened(row)
        return self._read[kind, subject]

    def ahead(self, kind: str, subjects: Iterable[str]) -> None:
        """Read these at once, so that `get` need not read each."""
        unknown = sorted({each for each in subjects if (kind, each) not in self._read})
        if unknown:
            self._read.update(((kind, each), None) for each in unknown)
            values = {"of_kind": kind, "those": unknown}
            for row in fetch(self._session.connection, _VALUES, values):
                self._read[kind, row.subject] = self._opened(row)

    def put(self, kind: str, subject: str, value: str) -> None:
        """Seal it, in place of what was there; an empty value erases it."""
        connection = self._session.connection
        self._read.pop((kind, subject), None)
        if not value:
            connection.execute(_DROP, {"of_kind": kind, "whose": subject})
            return
        sealed = self._session.tools.sealer.seal(value, place=_at(kind, subject))
        row = {"kind": kind, "subject": subject, "value": sealed}
        connection.execute(upsert(connection, _SECRETS), row)

    def lost(self) -> tuple[tuple[str, str], ...]:
        """Return (kind, subject) of everything that no longer opens, in order."""
        rows = fetch(self._session.connection, _ALL, {})
        return tuple((row.kind, row.subject) for row in rows if self._opened(row) is None)

    def _opened(self, row: AnyRow) -> str | None:
        try:
            return self._session.tools.sealer.open(row.value, place=_at(row.kind, row.subject))
        except SealBroken:
            return None


def _place(heard_id: str) -> str:
    return f"overheard/{heard_id}/body"


def _at(kind: str, subject: str) -> str:
    return f"secret/{kind}/{subject}"


def _written(heard: Overheard) -> str:
    return _JSON(
        {
            "platform": heard.platform,
            "event_id": heard.event_id,
            "said_at": to_iso(heard.said_at),
            "sender": heard.sender,
            "text": heard.text,
            "choice": heard.choice,
            "found": heard.found,
            "reported": heard.reported,
            "to_us": heard.to_us,
            "signal": heard.signal,
        }
    )


def _read(plain: str, row: AnyRow) -> Overheard:
    values: dict[str, Any] = _WRITTEN(plain)[0]
    values["said_at"] = from_iso(values["said_at"])
    return Overheard(team_id=row.team_id, person_id=row.person_id, at=row.at, **values)
