"""The outbox: messages on their way, claimed by lease. A row waits while the version shown is below the one wanted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal_column, select, text, union_all, update

from bot.domain.message import Message, Priority, Secrecy
from bot.domain.people import Way
from bot.domain.waking import TRIES, code_from
from bot.ports import Awaited, Code, Outgoing, Posted, Result, SealBroken
from storage.dialect import missing
from storage.heard import ANY_UNHEARD, DELIVERED, POSTED_AS, RETURNED, UNHEARD, UNPOSTED
from storage.many import run_many
from storage.mapping import AnyRow
from storage.quick import change, fetch, first
from storage.rows import table
from storage.session import Session
from storage.tables import OutboxRow
from storage.types import EPOCH

_ROWS = table(OutboxRow)
_C = _ROWS.c

# Written as the partial indexes have it, or they would not be used.
_WAITING = (text("live"), text("shown < wanted"))

_TOUCH = (
    update(_ROWS)
    .where(text("live"), _C.visit_id.in_(bindparam("visits", expanding=True)))
    .values(wanted=_C.wanted + 1)
)
_TOUCH_SECRET = _TOUCH.where(_C.secrecy == Secrecy.RESPONDERS)
_TOUCH_DURESS = (
    update(_ROWS)
    .where(
        _C.id.in_(
            select(_C.id)
            .where(text("live AND duress_id IS NOT NULL"), _C.duress_id == bindparam("duress"))
            .order_by(_C.id)
            .with_for_update()
            .cte("touched")
            .select()
        )
    )
    .values(wanted=_C.wanted + 1)
)
# Touched in the order of their ids, as results are written: two who lock the same rows must not meet half-way.
_TOUCH_IN_ORDER = (
    update(_ROWS)
    .where(
        _C.id.in_(
            select(_C.id)
            .where(text("live"), _C.visit_id.in_(bindparam("visits", expanding=True)))
            .order_by(_C.id)
            .with_for_update()
            .cte("touched")
            .select()
        )
    )
    .values(wanted=_C.wanted + 1)
)
# One priority at a time, so that the index leads to what is due, past neither leased rows nor those that wait for a retry.
# Apart (a CTE): as a part of the update PostgreSQL may choose the rows more than once, and claim more than the limit.
_CLAIM = (
    update(_ROWS)
    .where(
        _C.id.in_(
            select(_C.id)
            .where(*_WAITING, _C.priority == bindparam("of"), _C.due_at <= bindparam("now"))
            .order_by(_C.due_at, _C.id)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
            .cte("due")
            .select()
        )
    )
    .values(due_at=bindparam("until"), lease_token=bindparam("token"))
    .returning(*_ROWS.c)
)
_LEASES = (
    select(_C.id, _C.lease_token, _C.wanted)
    .where(_C.id.in_(bindparam("ids", expanding=True)))
    .order_by(_C.id)
    .with_for_update()
)
_RECORD = (
    update(_ROWS)
    .where(_C.id == bindparam("row_id"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                *("state", "shown", "digest", "ref", "ref_way", "way", "attempts", "due_at"),
                *("reported", "live", "lease_token", "hear_at", "hear_until"),
            )
        }
    )
)
_KEEP_SHOWN = _RECORD.values(shown=_C.shown)
_FIND = select(*_ROWS.c).where(_C.dedupe == bindparam("dedupe"))
_CARD = select(_C.id, _C.ref, _C.ref_way).where(_C.dedupe == bindparam("dedupe"))
_CARDS = select(_C.id, _C.visit_id, _C.ref, _C.ref_way).where(
    _C.dedupe.in_(bindparam("dedupes", expanding=True))
)
_NEXT = union_all(
    select(
        select(_C.hear_at)
        .where(text("hear_at IS NOT NULL"))
        .order_by(_C.hear_at)
        .limit(1)
        .scalar_subquery()
        .label("at")
    ),
    *(
        select(
            select(_C.due_at)
            .where(*_WAITING, _C.priority == literal_column(str(int(priority))))
            .order_by(_C.due_at)
            .limit(1)
            .scalar_subquery()
            .label("at")
        )
        for priority in Priority
    ),
)
_CODES = (
    select(*_ROWS.c)
    .where(
        text("key = 'wake.alarm'"),
        _C.person_id == bindparam("person"),
        _C.created_at >= bindparam("since"),
        _C.ref.is_not(None),
        _C.code_used_at.is_(None),
        _C.code_tries < TRIES,
    )
    .order_by(_C.created_at.desc(), _C.id.desc())
    .limit(50)
)
_CODE_USED = update(_ROWS).where(_C.id == bindparam("row_id")).values(code_used_at=bindparam("at"))
_CODE_TRIED = (
    update(_ROWS)
    .where(_C.id.in_(bindparam("ids", expanding=True)))
    .values(code_tries=_C.code_tries + 1)
)
_PIN_TRIED = (
    update(_ROWS)
    .where(_C.id == bindparam("row_id"))
    .values(pin_tries=func.coalesce(_C.pin_tries, 0) + 1)
)
_PIN_TRIES = select(func.coalesce(func.sum(_C.pin_tries), 0)).where(
    text("key = 'wake.alarm'"),
    _C.person_id == bindparam("person"),
    _C.created_at >= bindparam("since"),
)
_COUNT = select(func.count()).select_from(_ROWS).where(*_WAITING)


class SqlOutbox:
    """`bot.ports.Outbox`. What is added or touched is buffered and written together."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._added: list[dict[str, Any]] = []
        self._touched: set[str] = set()
        self._cards: dict[str, tuple[str, Way] | None] = {}

    def add(self, messages: Iterable[Message], *, now: datetime) -> None:
        """Put messages in; one whose `dedupe` is known is left out."""
        rows = [_new_row(message, now) for message in messages]
        if rows:
            self._added += rows
            told = self._session.told
            told.messages = True
            told.urgent |= any(row["priority"] <= Priority.ESCALATION for row in rows)

    def touch(self, visit_id: str) -> None:
        """Have every live message about a visit shown anew; those added in this transaction will be anyway."""
        self._touched.add(visit_id)
        self._session.told.messages = True

    def touch_secret(self, visit_id: str) -> None:
        """Have every live message about a visit that only responders may read shown anew."""
        self.flush()
        self._session.connection.execute(_TOUCH_SECRET, {"visits": [visit_id]})
        self._session.told.messages = True

    def touch_duress(self, duress_id: str) -> None:
        """Have every live message of a covert alarm shown anew; those added in this transaction will be anyway."""
        self.flush()
        self._session.connection.execute(_TOUCH_DURESS, {"duress": duress_id})
        self._session.told.messages = True

    def claim(
        self,
        now: datetime,
        *,
        limit: int,
        lease_until: datetime,
        token: str,
        down_to: Priority = Priority.INFORMATION,
    ) -> tuple[Outgoing, ...]:
        """Lease rows that are due and not leased, by priority and then by age, none below `down_to`; may be empty.

        A lease that ends at `now` has ended; a retry at `now` is due.
        """
        self.flush()
        claimed: list[Outgoing] = []
        for priority in Priority:
            left = limit - len(claimed)
            if left <= 0 or priority > down_to:
                break
            values = {"of": int(priority), "now": now, "limit": left, "until": lease_until}
            rows = fetch(self._session.connection, _CLAIM, values | {"token": token})
            # The database returns changed rows in any order.
            claimed += (self._outgoing(row) for row in sorted(rows, key=lambda r: r.id))
        return tuple(claimed)

    def record(self, results: Sequence[Result]) -> tuple[int, ...]:
        """Write results; return the ids of those written: a lost lease (another token) is refused.

        A lease that has run out but that nobody else has taken is still its owner's. The lease ends with this. What
        was touched while it was being sent is due again at once.
        """
        if not results:
            return ()
        self.flush()
        self._cards.clear()
        found = fetch(self._session.connection, _LEASES, {"ids": [each.row.id for each in results]})
        leases = {row.id: row for row in found}
        won = [
            each
            for each in results
            if each.row.id in leases and leases[each.row.id].lease_token == each.row.token
        ]
        self._write(_RECORD, [self._changes(each) for each in won if each.shown is not None])
        self._write(_KEEP_SHOWN, [self._changes(each) for each in won if each.shown is None])
        if any(each.live and leases[each.row.id].wanted > each.row.wanted for each in won):
            self._session.told.messages = True
        return tuple(each.row.id for each in won)

    def find(self, dedupe: str) -> Outgoing | None:
        """Return the message of this name, not leased; None for an unknown one."""
        self.flush()
        row = first(self._session.connection, _FIND, {"dedupe": dedupe})
        return None if row is None else self._outgoing(row)

    def posted_as(self, ref: str) -> Outgoing | None:
        """Return the waking message that stands at its platform under this reference, not leased; None for none."""
        self.flush()
        row = first(self._session.connection, POSTED_AS, {"posted_as": ref})
        return None if row is None else self._outgoing(row)

    def unheard(self, now: datetime, limit: int, *, again: timedelta) -> tuple[Awaited, ...]:
        """Return posted messages of which it is to be looked what became, earliest first; at most `limit`, may be empty.

        Each is looked at again `again` later, or once nothing is waited for any longer, unless something is heard meanwhile.
        """
        # Mostly there is nothing, and finding that out costs next to nothing.
        if first(self._session.connection, ANY_UNHEARD, {"now": now}) is None:
            return ()
        values = {"now": now, "limit": limit, "next": now + again}
        rows = self._session.connection.execute(UNHEARD, values).all()
        return tuple(
            Awaited(self._outgoing(row), row.hear_until) for row in sorted(rows, key=lambda r: r.id)
        )

    def delivered(self, row: Outgoing, *, at: datetime) -> None:
        """Note that a message has arrived; the first time counts."""
        self._session.connection.execute(DELIVERED, {"row_id": row.id, "at": at})

    def returned(
        self, row: Outgoing, *, way: int | None, now: datetime, silent: bool = False
    ) -> bool:
        """Take back that a message was sent: it goes out by that of its reader's ways; None: it has failed for good.

        Before it goes out by the first one again, nothing counts as tried.

        Args:
            silent: nothing was heard of it. It may lie there yet, so that where there is no further way it still is found,
                and can be answered.

        Returns:
            False when it has arrived after all, or is under way anew: then nothing is changed.
        """
        again = way is not None
        values = {
            "row_id": row.id,
            "posted_as": row.ref,
            "new_way": row.way if way is None else way,
            "new_state": Posted.WAITING if again else Posted.FAILED,
            "new_shown": 0 if again else row.wanted,
            "new_live": again,
            "due": now if again else EPOCH,
            "new_attempts": row.attempts if way else 0,
        }
        statement = RETURNED if silent and not again else UNPOSTED
        changed = self._session.connection.execute(statement, values).rowcount == 1
        if again and changed:
            self._session.told.messages = True
            self._session.told.urgent |= row.priority <= Priority.ESCALATION
        return changed

    def code_of(self, dedupe: str) -> str:
        """Return the code of the waking message of this name: the same each time, and nobody guesses it."""
        return code_from(self._session.tools.keyring.mac("code", dedupe.encode()))

    def codes(self, person_id: str, *, since: datetime) -> tuple[Code, ...]:
        """Return what somebody may answer with, the newest first: not used, and tried less than five times in vain."""
        self.flush()
        rows = fetch(self._session.connection, _CODES, {"person": person_id, "since": since})
        return tuple(Code(self._outgoing(row), self.code_of(row.dedupe)) for row in rows)

    def code_used(self, row: Outgoing, *, at: datetime) -> None:
        """Note that the code of a message was used: it counts once."""
        self._session.connection.execute(_CODE_USED, {"row_id": row.id, "at": at})

    def code_tried(self, rows: Sequence[Outgoing]) -> None:
        """Note that something else was given in place of the codes of these messages."""
        if rows:
            self._session.connection.execute(_CODE_TRIED, {"ids": [row.id for row in rows]})

    def pin_tried(self, row: Outgoing) -> None:
        """Note that something else was keyed in than the PIN of whom a call rings."""
        self._session.connection.execute(_PIN_TRIED, {"row_id": row.id})

    def pin_tries(self, person_id: str, *, since: datetime) -> int:
        """Return how often that was so in all calls to somebody that were decided since."""
        self._session.flush()
        values = {"person": person_id, "since": since}
        return int(self._session.connection.execute(_PIN_TRIES, values).scalar_one())

    def card(self, visit_id: str) -> tuple[str, Way] | None:
        """Return where a visit's channel card was posted; None while it was not."""
        if visit_id in self._cards:
            return self._cards[visit_id]
        self.flush()
        row = first(self._session.connection, _CARD, {"dedupe": _card(visit_id)})
        return None if row is None else self._posted(row)

    def ahead(self, visit_ids: Iterable[str]) -> None:
        """Read where these visits' cards were posted at once, so that `card` need not read each."""
        unknown = sorted({each for each in visit_ids if each not in self._cards})
        if unknown:
            self.flush()
            self._cards.update(dict.fromkeys(unknown))
            values = {"dedupes": [_card(each) for each in unknown]}
            for row in fetch(self._session.connection, _CARDS, values):
                self._cards[row.visit_id] = self._posted(row)

    def next_due(self, now: datetime) -> datetime | None:
        """Return the earliest instant at which something can be claimed, `now` if at once; None when nothing waits."""
        self.flush()
        found = self._session.connection.execute(_NEXT).scalars()
        at: datetime | None = min((each for each in found if each is not None), default=None)
        return None if at is None else max(at, now)

    def waiting(self) -> int:
        """Return how many rows wait; for tests and the drain, not for the hot path."""
        self.flush()
        return int(self._session.connection.execute(_COUNT).scalar_one())

    def flush(self) -> None:
        """Write what was touched, then what was added: a new row needs no touch."""
        connection = self._session.connection
        if self._touched:
            visits, self._touched = sorted(self._touched), set()
            touch = _TOUCH_IN_ORDER if self._session.locks else _TOUCH
            change(connection, touch, {"visits": visits})
        if self._added:
            rows, self._added = self._added, []
            run_many(connection, missing(connection, _ROWS), rows)

    def _write(self, statement: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - an UPDATE
        if rows:
            run_many(self._session.connection, statement, rows)

    def _changes(self, result: Result) -> dict[str, Any]:
        new = {
            "row_id": result.row.id,
            "new_state": result.state,
            "new_digest": result.digest,
            "new_ref": result.ref,
            "new_ref_way": self._sealed(result.row.id, result.ref_way),
            "new_way": result.way,
            "new_attempts": result.attempts,
            "new_due_at": result.retry_at or EPOCH,
            "new_reported": result.reported,
            "new_live": result.live,
            "new_lease_token": "",
            "new_hear_at": result.hear_at,
            "new_hear_until": result.hear_until,
        }
        if result.shown is not None:
            new["new_shown"] = result.shown
        return new

    def _sealed(self, row_id: int, way: Way | None) -> bytes | None:
        if way is None:
            return None
        return self._session.tools.sealer.seal(
            json.dumps([way.platform, way.address]), place=_place(row_id)
        )

    def _posted(self, row: AnyRow) -> tuple[str, Way] | None:
        way = self._ref_way(row)
        return None if row.ref is None or way is None else (row.ref, way)

    def _ref_way(self, row: AnyRow) -> Way | None:
        if row.ref_way is None:
            return None
        try:
            plain = self._session.tools.sealer.open(row.ref_way, place=_place(row.id))
        except SealBroken:
            return None  # a lost key: it cannot be edited any more, and is posted anew
        return Way(*json.loads(plain))

    def _outgoing(self, row: AnyRow) -> Outgoing:
        way = self._ref_way(row)
        return Outgoing(
            id=row.id,
            key=row.key,
            team_id=row.team_id,
            person_id=row.person_id,
            channel=row.channel,
            priority=Priority(row.priority),
            secrecy=row.secrecy,
            fields=row.fields,
            visit_id=row.visit_id,
            escalation_id=row.escalation_id,
            dedupe=row.dedupe,
            way=row.way,
            ref=None if way is None else row.ref,
            ref_way=way,
            wanted=row.wanted,
            digest=row.digest,
            created_at=row.created_at,
            attempts=row.attempts,
            reported=row.reported,
            state=row.state,
            token=row.lease_token,
            duress_id=row.duress_id,
        )


def _card(visit_id: str) -> str:
    return f"{visit_id}:card"


def _place(row_id: int) -> str:
    return f"outbox/{row_id}/ref_way"


def _new_row(message: Message, now: datetime) -> dict[str, Any]:
    return {
        "dedupe": message.dedupe,
        "key": message.key,
        "team_id": message.to.team_id,
        "person_id": message.to.person_id,
        "channel": message.to.channel,
        "priority": int(message.priority),
        "secrecy": message.secrecy,
        "fields": message.fields,
        "visit_id": message.visit_id,
        "escalation_id": message.escalation_id,
        "duress_id": message.duress_id,
        "created_at": now,
        "way": 0,
        "ref": None,
        "ref_way": None,
        "wanted": 1,
        "shown": 0,
        "digest": "",
        "attempts": 0,
        "reported": False,
        "state": Posted.WAITING,
        "live": True,
        "due_at": now,
        "lease_token": "",
        "code_tries": 0,
        "pin_tries": None,
    }
