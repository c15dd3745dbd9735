"""The migrations lead to the very tables that the code speaks of, and leave nothing half done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine

import storage.migrating
from bot.ports import Unavailable
from storage.migrating import migrate
from storage.rows import Row
from storage.sqlite import sqlite_engine

SCRIPTS = Path(storage.migrating.__file__).parent / "migrations"
HEAD = max(path.name[:4] for path in (SCRIPTS / "versions").glob("0*.py"))
BROKEN = '''
"""Half of it works."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO pulse (name, at) VALUES ('half', 1)")
    with op.batch_alter_table("pulse") as batch:
        batch.add_column(sa.Column("more", sa.Integer(), nullable=True))
    op.execute("INSERT INTO nowhere VALUES (1)")
'''


def shape(engine: Engine) -> dict[str, list[str]]:
    """Return each table's columns and keys, and each index as it was made: whatever the words they were made with."""
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for name, sql in schema(engine).items():
            rows = connection.exec_driver_sql(f'PRAGMA table_info("{name}")').all()
            found[name] = [repr(tuple(row)) for row in rows] or [sql]
    return found


def schema(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        )
        # A table that a migration made anew is quoted, and means the same.
        return {row.name: row.sql.replace(f'"{row.name}"', row.name) for row in rows}


def test_migrating_makes_what_the_tables_say() -> None:
    migrated, declared = sqlite_engine(":memory:"), create_engine("sqlite://")
    migrate(migrated)
    Row.metadata.create_all(declared)
    assert shape(migrated) == shape(declared)
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Row.metadata) == []
    for engine in (migrated, declared):
        engine.dispose()


def test_visits_that_are_there_come_through_as_ordinary_ones() -> None:
    engine = sqlite_engine(":memory:")
    migrate(engine, to="0001")
    with engine.begin() as connection:
        columns = connection.exec_driver_sql("PRAGMA table_info(visit)").all()
        names = ", ".join(row.name for row in columns)
        values = ", ".join("'x'" if row.type == "VARCHAR" else "1" for row in columns)
        connection.exec_driver_sql(f"INSERT INTO visit ({names}) VALUES ({values})")
    migrate(engine)
    with engine.connect() as connection:
        query = "SELECT id, kind, rating, companions, not_back, next_place FROM visit"
        (row,) = connection.exec_driver_sql(query).all()
    assert tuple(row) == ("x", "visit", "", "[]", 0, "")
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "b.db")
    migrate(engine)
    before = schema(engine)
    migrate(engine)
    assert schema(engine) == before
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9999_broken.py").write_text(BROKEN.format(head=HEAD))
    engine = sqlite_engine(tmp_path / "b.db")
    migrate(engine)
    before = schema(engine)
    with pytest.raises(Unavailable):
        migrate(engine, scripts=scripts)
    assert schema(engine) == before
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pulse").scalar() == 0
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        assert version == HEAD
    engine.dispose()


def test_visits_and_alarms_of_before_are_taken_along() -> None:
    engine = sqlite_engine(":memory:")
    migrate(engine, to="0001")
    with engine.begin() as connection:
        for name in ("visit", "escalation"):
            columns = connection.exec_driver_sql(f"PRAGMA table_info({name})").all()
            values = ", ".join("'x'" if column.notnull else "NULL" for column in columns)
            connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({values})")
    migrate(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, sealed, address_with FROM visit").all() == [
            ("x", "[]", None)
        ]
        alarms = connection.exec_driver_sql("SELECT id, passed, ticked, offered FROM escalation")
        assert alarms.all() == [("x", "", "[]", None)]
    engine.dispose()


OUTBOX_ROW = """
INSERT INTO outbox (dedupe, key, team_id, channel, priority, secrecy, fields, created_at, way, wanted, shown, digest,
    attempts, reported, state, live, retry_at, lease_until, lease_token)
VALUES (?, 'visit.card', 'north', 1, 4, 'ordinary', '{}', 0, 0, 1, 0, '', 0, 0, 'waiting', 1, ?, ?, 't')
"""


def test_a_message_waits_for_its_retry_and_its_lease(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "b.db")
    migrate(engine, to="0001")
    with engine.begin() as connection:
        for row in (("retry", 7, 0), ("leased", 2, 9)):
            connection.exec_driver_sql(OUTBOX_ROW, row)
    migrate(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT dedupe, due_at, lease_token FROM outbox").all()
    assert [tuple(row) for row in found] == [("retry", 7, "t"), ("leased", 9, "t")]
    engine.dispose()
