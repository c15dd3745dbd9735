"""The statements about visits and alarms of both kinds. They are made once: making one costs more than running it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, Update, bindparam, exists, func, or_, select, text, update

from bot.domain.duress_facts import How
from storage.dialect import locking
from storage.mapping import DURESSES, ESCALATIONS, VISITS, Mapped


def _shared(mapped: Mapped[Any]) -> dict[str, Any]:
    """Return the statements that all have."""
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


@lru_cache(maxsize=256)
def changing(rows: Table, names: tuple[str, ...]) -> Update:
    """Return what changes these columns of the row `subject`, unless it has seen more than the parameter `seen`."""
    this = rows.c.id == bindparam("subject")
    new = {name: bindparam(name, type_=rows.c[name].type) for name in names}
    return update(rows).where(this, rows.c.version <= bindparam("seen")).values(new)


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


WHOSE = select(VISITS.table.c.team_id, VISITS.table.c.worker_id, VISITS.table.c.case_ref).where(
    VISITS.table.c.id == bindparam("id")
)
COUNT_IN = select(func.count()).where(
    text("is_open"), VISITS.table.c.team_id == bindparam("team_id")
)

# One order for everybody: the visit's row is the lock on its alarms and its journal too, and it is taken first.
HOLD = select(VISITS.table.c.id).where(VISITS.table.c.id == bindparam("visit")).with_for_update()
HOLD_VISIT_OF = (
    select(VISITS.table.c.id)
    .where(
        VISITS.table.c.id
        == select(ESCALATIONS.table.c.visit_id)
        .where(ESCALATIONS.table.c.id == bindparam("alarm"))
        .scalar_subquery()
    )
    .with_for_update()
)
HOLD_VISITS_OF = (
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
DUE_VISITS = (
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
DUE_OF = (
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

TEAMS_OUT = (
    select(VISITS.table.c.team_id)
    .where(text("is_open"))
    .distinct()
    .order_by(VISITS.table.c.team_id)
)

STATEMENTS: Mapping[str, Mapping[str, Any]] = {
    "visit": {
        **_shared(VISITS),
        "open_of": locking(_open_by(VISITS, "worker_id", "start_at")),
        "closed_of": _closed_of(),
        "watched_by": _open_by(VISITS, "buddy_id", "start_at"),
        # Few of a team's visits are accompanied, and only those are in the index.
        "accompanied": _open_by(VISITS, "team_id", "start_at").where(text("companions <> '[]'")),
        "ahead_of": locking(
            select(*VISITS.columns)
            .where(
                text("is_open"),
                VISITS.table.c.worker_id.in_(bindparam("workers", expanding=True)),
            )
            .order_by(VISITS.table.c.id)
        ),
        "ahead_in": select(*VISITS.columns).where(
            text("is_open AND companions <> '[]'"),
            VISITS.table.c.team_id.in_(bindparam("teams", expanding=True)),
        ),
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
        "due_of": DUE_OF,
        "ahead_of": select(*ESCALATIONS.columns).where(
            text("is_open"),
            ESCALATIONS.table.c.visit_id.in_(bindparam("visit_ids", expanding=True)),
        ),
    },
}
