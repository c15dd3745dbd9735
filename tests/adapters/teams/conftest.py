"""The team on Teams, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.teams.house import House, a_house


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The sample team on Teams, Monday at 14:00."""
    async with a_house() as opened:
        yield opened
