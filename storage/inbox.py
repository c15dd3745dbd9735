"""The inbox: everything that arrived, once. A body is kept, sealed, only until its event is decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select, text, update

from bot.domain.errors import InvariantBroken
from bot.domain.times import from_iso, to_iso
from bot.ports import InboundEvent, InboundKind, SealBroken, Unread
from storage.dialect import locking, missing
from storage.many import run_many
from storage.quick import change, fetch, first
from storage.rows import table
from storage.session import Session
from storage.tables import InboxRow, Standing

_ROWS = table(InboxRow)
_C = _ROWS.c
_THIS = (_C.platform == bindparam("of_platform"), _C.event_id == bindparam("of_event"))
_STATE = locking(select(_C.state).where(*_THIS))
_THERE = select(_C.event_id).where(
    _C.platform == bindparam("of_platform"), _C.event_id.in_(bindparam("events", expanding=True))
)
_FINISH = update(_ROWS).where(*_THIS).values(state=bindparam("new_state"), body=None)
_UNREADABLE = update(_ROWS).where(*_THIS).values(state=Standing.UNREADABLE)
_COUNT = update(_ROWS).where(*_THIS).values(failures=_C.failures + 1).returning(_C.failures)
_PUT_BACK = update(_ROWS).where(*_THIS).values(retry_at=bindparam("later"))
_KEPT = locking(
    select(_C.platform, _C.event_id, _C.body, _C.received_at)
    .where(text("state = 'kept'"), _C.retry_at <= bindparam("now"))  # as the partial index has it
    .order_by(_C.received_at, _C.id)
    .limit(bindparam("limit")),
    skip=True,
)


class SqlInbox:
    """`bot.ports.Inbox`. What begins after it was read ahead is buffered."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._new: set[tuple[str, str]] = set()
        self._unknown: set[tuple[str, str]] = set()
        """Read ahead, and not there."""
        self._unwritten: list[dict[str, Any]] = []
        self._unread: list[Unread] = []

    def ahead(self, events: Iterable[InboundEvent]) -> None:
        """Read which of these are there at once, so that `begin` need not ask for each."""
        wanted: dict[str, set[str]] = {}
        for event in events:
            wanted.setdefault(event.platform, set()).add(event.event_id)
        self.flush()
        for platform, ids in wanted.items():
            values = {"of_platform": platform, "events": sorted(ids)}
            ids.difference_update(
                row.event_id for row in fetch(self._session.connection, _THERE, values)
            )
            self._unknown.update((platform, each) for each in ids)

    def begin(self, event: InboundEvent, *, now: datetime) -> bool:
        """Return True when this event is to be decided in this transaction: new, or kept and not yet decided.

        A new one is written as done at once, without its body: that holds if this transaction commits, and nothing
        of it is left otherwise.
        """
        key = (event.platform, event.event_id)
        if key in self._unknown:
            self._unknown.remove(key)
            self._unwritten.append(_new_row(event, Standing.DONE, None, now))
            self._new.add(key)
            return True
        if self._insert(event, Standing.DONE, None, now):
            self._new.add(key)
            return True
        state = self._state(self._session.choose(_STATE), event.platform, event.event_id)
        return state is Standing.KEPT

    def finish(self, event: InboundEvent, *, outcome: str) -> None:
        """Mark it decided, and forget its body. `outcome`: "done" or "refused"."""
        state = Standing(outcome)
        if state not in {Standing.DONE, Standing.REFUSED}:
            raise InvariantBroken("an event ends as done or as refused")
        if state is Standing.DONE and (event.platform, event.event_id) in self._new:
            return  # as it was written
        self.flush()
        values = _key(event.platform, event.event_id) | {"new_state": state}
        change(self._session.connection, _FINISH, values)

    def keep(self, event: InboundEvent, *, now: datetime) -> bool:
        """Store an event, sealed, to be decided later; False when it was there already."""
        sealed = self._session.tools.sealer.seal(_written(event), place=_place(event))
        new = self._insert(event, Standing.KEPT, sealed, now)
        self._session.told.kept |= new
        return new

    def kept(self, now: datetime, limit: int) -> tuple[InboundEvent, ...]:
        """Return kept events whose time has come, oldest first.

        One whose body no longer opens is set aside as "unreadable", so that it holds nobody else up.
        """
        self.flush()
        asked = self._session.choose(_KEPT)
        rows = fetch(self._session.connection, asked, {"now": now, "limit": limit})
        events = []
        self._unread.clear()
        for row in rows:
            place = f"inbox/{row.platform}/{row.event_id}"
            try:
                events.append(_read(self._session.tools.sealer.open(row.body, place=place)))
            except SealBroken:
                key = _key(row.platform, row.event_id)
                self._session.connection.execute(_UNREADABLE, key)
                self._unread.append(Unread(row.platform, row.event_id, row.received_at))
        return tuple(events)

    def set_aside(self) -> tuple[Unread, ...]:
        """Return what the last `kept` has set aside in this transaction, oldest first."""
        return tuple(self._unread)

    def failed(
        self, event: InboundEvent, *, now: datetime, pause: Callable[[int], timedelta]
    ) -> int:
        """Put a kept event back for `pause(times)`; return `times`: how often it has failed, from 1.

        Raises:
            InvariantBroken: there is no such event.
        """
        self.flush()
        run, key = self._session.connection.execute, _key(event.platform, event.event_id)
        row = run(_COUNT, key).first()
        if row is None:
            raise InvariantBroken("a failure of an event that is not in the inbox")
        times = int(row[0])
        run(_PUT_BACK, key | {"later": now + pause(times)})
        return times

    def outcome(self, platform: str, event_id: str) -> str | None:
        """Return what became of an event: "done", "refused", "kept", "unreadable"; None for an unknown one."""
        state = self._state(_STATE.plain, platform, event_id)
        return None if state is None else state.value

    def flush(self) -> None:
        """Write what has begun.

        Raises:
            InvariantBroken: somebody else has begun one of them since it was read ahead. Works that share a transaction are
                done one by one then.
        """
        if self._unwritten:
            rows, self._unwritten = self._unwritten, []
            if self._write(rows) != len(rows):
                raise InvariantBroken("an event that has begun already")

    def _insert(
        self, event: InboundEvent, state: Standing, body: bytes | None, now: datetime
    ) -> bool:
        self.flush()
        self._unknown.discard((event.platform, event.event_id))
        return self._write([_new_row(event, state, body, now)]) == 1

    def _write(self, rows: list[dict[str, Any]]) -> int:
        connection = self._session.connection
        return run_many(connection, missing(connection, _ROWS), rows)

    def _state(self, asked: Select[Any], platform: str, event_id: str) -> Standing | None:
        self.flush()
        row = first(self._session.connection, asked, _key(platform, event_id))
        return None if row is None else Standing(row.state)


def _new_row(
    event: InboundEvent, state: Standing, body: bytes | None, now: datetime
) -> dict[str, Any]:
    return {
        "platform": event.platform,
        "event_id": event.event_id,
        "state": state,
        "body": body,
        "received_at": now,
        "retry_at": now,
        "failures": 0,
    }


def _key(platform: str, event_id: str) -> dict[str, Any]:
    return {"of_platform": platform, "of_event": event_id}


def _place(event: InboundEvent) -> str:
    return f"inbox/{event.platform}/{event.event_id}"


def _written(event: InboundEvent) -> str:
    return json.dumps(
        {
            "platform": event.platform,
            "event_id": event.event_id,
            "kind": event.kind.value,
            "sender": event.sender,
            "sent_at": to_iso(event.sent_at),
            "channel": event.channel,
            "text": event.text,
            "choice": event.choice,
            "fields": dict(event.fields),
            "edits": event.edits,
            "mentions": dict(event.mentions),
        }
    )


def _read(text_: str) -> InboundEvent:
    plain: dict[str, Any] = json.loads(text_)
    plain["kind"] = InboundKind(plain["kind"])
    plain["sent_at"] = from_iso(plain["sent_at"])
    return InboundEvent(**plain)
