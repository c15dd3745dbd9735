"""Hertfordshire: at the check-in time the worker is rung, and then a manager decides about the police (H4, H5)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.intents import Answer
from tests.packs.teams import team_of
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out

DECIDE = "No answer: decide whether to call the police."


@pytest.fixture
async def hertfordshire() -> AsyncIterator[World]:
    """The sample team by Hertfordshire's procedure: Amira's check-in time was 14:45, and it is 14:55."""
    opened = await World().opens(team_of("hertfordshire"))
    opened.ignore_rest("these are about one step")
    await out(opened)
    await opened.until("14:55")
    yield opened
    await opened.closes()


async def test_going_on_until_a_time_is_an_answer(hertfordshire: World) -> None:
    """The next visit: whoever says before the time that they go on is left alone until then (H4)."""
    await hertfordshire.presses("ben", "Reached, safe", outcome="overran")
    await out(hertfordshire, "now 30m", "CASE456")
    await hertfordshire.says("amira", "extend until 15:40")
    await hertfordshire.until("15:39:59")
    assert not hertfordshire.visit("CASE456").overdue
    await hertfordshire.until("15:40")
    assert hertfordshire.visit("CASE456").overdue


async def test_the_manager_decides_and_says_why(hertfordshire: World) -> None:
    """A decision not to call is recorded with who and why; it ends nothing, and is asked for again (H5)."""
    assert DECIDE in hertfordshire.newest("maria", "Not called").text
    await hertfordshire.presses("maria", "Not called", note="Her car is at the office.")
    (told,) = hertfordshire.facts(CASE, "Answered")
    assert (told["answer"], told["by"]) == (Answer.NOT_CALLED, "maria")
    assert hertfordshire.alarm(CASE).open
    assert hertfordshire.alarm(CASE).charge == "maria"
    hertfordshire.read_all()
    await hertfordshire.until("15:05")
    hertfordshire.expect("maria", "Nobody has noted an outcome yet, so I am asking again.")


async def test_a_decision_without_a_reason_is_none(hertfordshire: World) -> None:
    """The manager is told what is missing, and nothing is recorded (H5)."""
    await hertfordshire.presses("maria", "Not called")
    hertfordshire.expect("maria", "Please also write why the police are not called")
    assert not hertfordshire.facts(CASE, "Answered")


async def test_police_called_is_recorded_with_the_number(hertfordshire: World) -> None:
    """The other decision (H5)."""
    await hertfordshire.presses("maria", "I have called 999", reference="CAD 77")
    (told,) = hertfordshire.facts(CASE, "Answered")
    assert (told["answer"], told["reference"]) == (Answer.CALLED_999, "CAD 77")
    assert hertfordshire.alarm(CASE).open
