"""The statements of the outbox about what became of messages that a platform had taken."""

from __future__ import annotations

from sqlalchemy import bindparam, case, select, text, update

from bot.ports import Posted
from storage.rows import table
from storage.tables import OutboxRow
from storage.way_tables import HEARD_OF

_ROWS = table(OutboxRow)
_C = _ROWS.c

POSTED_AS = select(*_ROWS.c).where(text(HEARD_OF), _C.ref == bindparam("posted_as"))
ANY_UNHEARD = (
    select(_C.id)
    .where(text("hear_at IS NOT NULL"), _C.hear_at <= bindparam("now"))
    .order_by(_C.hear_at, _C.id)
    .limit(1)
)
UNHEARD = (
    update(_ROWS)
    .where(
        _C.id.in_(
            select(_C.id)
            .where(text("hear_at IS NOT NULL"), _C.hear_at <= bindparam("now"))
            .order_by(_C.hear_at, _C.id)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
            .cte("awaited")
            .select()
        )
    )
    .values(
        hear_at=case(
            (
                (_C.hear_until > bindparam("now")) & (_C.hear_until < bindparam("next")),
                _C.hear_until,
            ),
            else_=bindparam("next", type_=_C.hear_at.type),
        )
    )
    .returning(*_ROWS.c)
)
DELIVERED = (
    update(_ROWS)
    .where(_C.id == bindparam("row_id"), _C.delivered_at.is_(None))
    .values(delivered_at=bindparam("at"), hear_at=None)
)
RETURNED = (
    update(_ROWS)
    .where(
        _C.id == bindparam("row_id"),
        _C.ref == bindparam("posted_as"),
        _C.delivered_at.is_(None),
        _C.state == Posted.SENT,
    )
    .values(
        digest="", way=bindparam("new_way"), state=bindparam("new_state"), shown=bindparam("new_shown"),
        live=bindparam("new_live"), due_at=bindparam("due"), lease_token="", hear_at=None,
        attempts=bindparam("new_attempts"),
    )
)  # fmt: skip
UNPOSTED = RETURNED.values(ref=None, ref_way=None)
