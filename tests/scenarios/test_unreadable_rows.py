"""A row that cannot even be read: whom it is about is found in its journal, and people look for themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out, overdue
from tests.scenarios.test_plain_alarms import told

PLAIN = "Please check on Amira Khan now"


def spoil(world: World, statement: str, **values: str) -> None:
    """Change the database behind our back."""
    with world.store.engine.begin() as connection:
        connection.execute(text(statement), values)


@pytest.fixture
async def broken() -> AsyncIterator[World]:
    """The team, whose database is no longer right at the end: what always holds is not looked at."""
    world = await World().opens()
    yield world
    await world.store.close()


async def test_a_visit_that_cannot_be_read_is_known_from_its_journal(broken: World) -> None:
    await out(broken)
    visit = broken.visit(CASE)
    spoil(broken, "UPDATE visit SET state = 'spoilt' WHERE id = :id", id=visit.id)
    await broken.until("15:30")
    assert told(broken, PLAIN) == ["ben", "helen", "maria", "omar"]
    assert told(broken, f"visit {CASE} by myself") == told(broken, PLAIN)


async def test_so_is_the_visit_of_an_alarm_that_cannot_be_read(broken: World) -> None:
    await overdue(broken)
    alarm = broken.alarm(CASE)
    spoil(broken, "UPDATE escalation SET kind = 'spoilt' WHERE id = :id", id=alarm.id)
    spoil(broken, "UPDATE visit SET state = 'spoilt' WHERE id = :id", id=alarm.visit_id)
    await broken.until("15:06")
    assert told(broken, PLAIN) == ["ben", "helen", "maria", "omar"]


@pytest.mark.parametrize("left", ["1", "0"], ids=["without its beginning", "with nothing"])
async def test_without_a_journal_that_tells_of_it_the_row_still_says_whose_it_was(
    broken: World, caplog: pytest.LogCaptureFixture, left: str
) -> None:
    await out(broken)
    visit = broken.visit(CASE)
    spoil(broken, "UPDATE visit SET state = 'spoilt' WHERE id = :id", id=visit.id)
    spoil(
        broken,
        "DELETE FROM journal WHERE chain = :id AND (number = 1 OR :left = '0')",
        id=visit.id,
        left=left,
    )
    await broken.until("14:40")
    assert f"finding engine.lost: {visit.id} cannot even be read" in caplog.messages
    assert told(broken, PLAIN) == ["ben", "helen", "maria", "omar"]


async def test_so_does_that_of_the_visit_of_an_alarm(broken: World) -> None:
    await overdue(broken)
    alarm = broken.alarm(CASE)
    spoil(broken, "UPDATE escalation SET kind = 'spoilt' WHERE id = :id", id=alarm.id)
    spoil(broken, "UPDATE visit SET state = 'spoilt' WHERE id = :id", id=alarm.visit_id)
    spoil(broken, "DELETE FROM journal WHERE chain = :id", id=alarm.visit_id)
    await broken.until("15:06")
    assert told(broken, PLAIN) == ["ben", "helen", "maria", "omar"]


async def test_of_a_row_that_is_gone_nobody_can_be_told_and_nothing_else_stops(
    broken: World,
) -> None:
    await overdue(broken)
    alarm = broken.alarm(CASE)
    spoil(broken, "UPDATE escalation SET kind = 'spoilt' WHERE id = :id", id=alarm.id)
    spoil(broken, "DELETE FROM visit WHERE id = :id", id=alarm.visit_id)
    await broken.until("15:06")
    assert not told(broken, PLAIN)
    await broken.says("dev", "start 15:10-15:30 CASE909")
    assert broken.visit("CASE909")
