"""Every store, each on a database of its own. The same tests run over all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.sealing import Keyring
from storage.inline import InlineStore
from storage.postgres_store import PostgresStore
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


@pytest.fixture(params=["sqlite", "inline", "postgresql"])
async def store(
    request: pytest.FixtureRequest, keyring: Keyring, ids: SeededIds, tmp_path: Path
) -> AsyncIterator[AnyStore]:
    opened: AnyStore
    if request.param == "sqlite":
        opened = SqliteStore(tmp_path / "buddyline.db", keyring, ids)
    elif request.param == "postgresql":
        opened = PostgresStore(request.getfixturevalue("postgres_url"), keyring, ids)
    else:
        opened = InlineStore(keyring, ids)
    yield opened
    await opened.close()
