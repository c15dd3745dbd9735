"""Reading past SQLAlchemy gives what reading through it gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Select, bindparam, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.migrating import migrate
from storage.quick import Savepoint, fetch, first
from storage.roster_tables import TeamRow
from storage.rows import table
from storage.sqlite import sqlite_engine
from storage.tables import PulseRow
from tests.contract.making import MINUTE, T0

PULSE, TEAM = table(PulseRow), table(TeamRow)
EARLY = (
    select(PULSE.c.at, PULSE.c.name)
    .where(PULSE.c.at <= bindparam("until"), PULSE.c.name != "c")
    .order_by(PULSE.c.at)
    .limit(bindparam("most"))
)
SOME = select(PULSE).where(
    PULSE.c.name.in_(bindparam("names", expanding=True)), PULSE.c.at > bindparam("after")
)
NOTHING: Select[tuple[object, ...]] = select(PULSE.c.name).where(text("nowhere > 0"))


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = sqlite_engine(":memory:")
    migrate(engine)
    with engine.connect() as opened, opened.begin():
        rows = [{"name": name, "at": T0 + n * MINUTE} for n, name in enumerate("abcd")]
        opened.execute(PULSE.insert(), rows)
        opened.execute(
            TEAM.insert(),
            dict.fromkeys(TEAM.c.keys(), "x") | {"case_patterns": ("a", "b")},
        )
        yield opened
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (EARLY, {"until": T0 + 3 * MINUTE, "most": 2}),
        (EARLY, {"until": T0 - MINUTE, "most": 2}),
        (SOME, {"names": ["a", "c", "d"], "after": T0}),
        (SOME, {"names": ["b"], "after": T0}),
        (select(TEAM), {}),
    ],
)
def test_rows_are_the_same(
    connection: Connection, statement: Select[tuple[object, ...]], values: dict[str, object]
) -> None:
    through = connection.execute(statement, values).all()
    past = fetch(connection, statement, values)
    assert [tuple(row) for row in past] == [tuple(row) for row in through]
    assert [row._asdict() for row in past] == [dict(row._mapping) for row in through]
    assert first(connection, statement, values) == (past[0] if past else None)


def test_what_a_driver_refuses_is_raised_as_ever_and_tells_no_value(connection: Connection) -> None:
    with pytest.raises(OperationalError) as raised:
        fetch(connection, NOTHING)
    assert raised.value.params is None


def test_a_savepoint_undoes_what_came_after_it(connection: Connection) -> None:
    kept = Savepoint(connection)
    connection.execute(PULSE.insert(), {"name": "kept", "at": T0})
    kept.commit()
    undone = Savepoint(connection)
    connection.execute(PULSE.insert(), {"name": "undone", "at": T0})
    undone.rollback()
    names = set(connection.execute(select(PULSE.c.name)).scalars())
    assert names == {*"abcd", "kept"}
    with pytest.raises(DBAPIError):
        undone.rollback()
