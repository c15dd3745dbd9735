"""Every store, each on a database of its own. The same tests run over all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sealing import Keyring
from storage.inline import InlineStore
from storage.store import SqliteStore
from tests.fakes.ids import SeededIds

AnyStore = SqliteStore | InlineStore
"""A `bot.ports.Store` whose `engine` a test may look into."""


@pytest.fixture
def ids() -> SeededIds:
    return SeededIds("contract")


@pytest.fixture
def keyring(ids: SeededIds) -> Keyring:
    return Keyring([bytes(range(32))], ids)


@pytest.fixture(params=["sqlite", "inline"])
async def store(
    request: pytest.FixtureRequest, keyring: Keyring, ids: SeededIds, tmp_path: Path
) -> AsyncIterator[AnyStore]:
    on_file = request.param == "sqlite"
    opened: AnyStore = (
        SqliteStore(tmp_path / "buddyline.db", keyring, ids)
        if on_file
        else InlineStore(keyring, ids)
    )
    yield opened
    await opened.close()
