"""The list of who is out is pinned in the channel: once a day, and the one of the day before is taken down."""

from __future__ import annotations

import logging

import pytest

from tests.adapters.slack.house import House, user
from tests.fakes.slack import CHANNEL, Message
from tests.fakes.slack_faults import Fault


async def starts(house: House, case: str) -> None:
    await house.command("amira", f"start now 45m {case}")
    await house.presses("ben", "I'm on it")


def boards(house: House) -> list[Message]:
    seen = house.slack.seen(user("carla"))
    return [m for m in seen if m.blocks and m.channel == CHANNEL and "who is out" in m.text.lower()]


async def test_the_board_of_the_day_is_pinned_once(house: House) -> None:
    await starts(house, "CASE123")
    (board,) = boards(house)
    assert house.slack.room.pinned == [(CHANNEL, board.ts)]
    await house.says("amira", "done")
    assert board.edits > 0
    assert house.slack.calls.count("pins.add") == 1, "an edit pins nothing"


async def test_that_of_the_day_before_is_taken_down(house: House) -> None:
    await starts(house, "CASE123")
    await house.says("amira", "done")
    await house.passes(days=1)
    await starts(house, "CASE321")
    today = boards(house)[-1]
    assert house.slack.room.pinned == [(CHANNEL, today.ts)]


@pytest.mark.parametrize(
    "fault", [Fault(error="missing_scope"), Fault(status=500), Fault(drop=True), Fault(status=429)]
)
async def test_a_board_that_cannot_be_pinned_stands_there_all_the_same(
    house: House, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    house.slack.fails("pins.add", fault)
    with caplog.at_level(logging.WARNING):
        await starts(house, "CASE123")
    assert len(boards(house)) == 1
    assert house.slack.room.pinned == []
    assert "finding slack.pin" in caplog.text


async def test_one_that_is_pinned_already_is_no_finding(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.slack.fails("pins.add", Fault(error="already_pinned"))
    await starts(house, "CASE123")
    assert "finding slack.pin" not in caplog.text
