"""Every store, each on a database of its own. The same tests run over all of them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.sealing import Keyring
from storage.inline import InlineStore
from storage.migrating import migrate
from storage.postgres_store import PostgresStore
from storage.sqlite import sqlite_engine
from storage.store import SqliteStore
from tests.fakes.ids import SeededIds

AnyStore = SqliteStore | InlineStore | PostgresStore
"""A `bot.ports.Store` whose `engine` a test may look into."""


def tamper(connection: Connection, statement: str, **values: object) -> int:
    """Change rows behind the store's back; `:nul` stands for one byte of nothing. Return how many were changed."""
    if ":nul" in statement:
        values["nul"] = b"\0"
    return connection.execute(text(statement), values).rowcount


@pytest.fixture
def ids() -> SeededIds:
    return SeededIds("contract")


@pytest.fixture
def keyring(ids: SeededIds) -> Keyring:
    return Keyring([bytes(range(32))], ids)


@pytest.fixture(scope="session")
def newest_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest tables and nothing in them: to copy one is faster than to make one."""
    path = tmp_path_factory.mktemp("tables") / "buddyline.db"
    engine = sqlite_engine(path)
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "inline", "postgresql"])
async def store(
    request: pytest.FixtureRequest, keyring: Keyring, ids: SeededIds, tmp_path: Path
) -> AsyncIterator[AnyStore]:
    opened: AnyStore
    if request.param == "sqlite":
        path = tmp_path / "buddyline.db"
        shutil.copyfile(request.getfixturevalue("newest_tables"), path)
        opened = SqliteStore(path, keyring, ids)
    elif request.param == "postgresql":
        opened = PostgresStore(request.getfixturevalue("postgres_url"), keyring, ids)
    else:
        opened = InlineStore(keyring, ids)
    yield opened
    await opened.close()
