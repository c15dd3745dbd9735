"""What many tests share: a PostgreSQL server, started by the first test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.postgres import TestServer


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
