"""What all tests share: no property is timed; a PostgreSQL server is started by the first test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.fakes.postgres import TestServer

# A busy machine makes no property false.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestServer]:
    server = TestServer()
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres: TestServer) -> Iterator[str]:
    """A fresh database with the newest tables."""
    url = postgres.make()
    yield url
    postgres.drop(url)
