"""The team on Slack, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.house import House, a_house


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The sample team on Slack, Monday at 14:00."""
    async with a_house() as opened:
        yield opened
