"""The clock of the chat: shown to everybody, put forward in a demo only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.adapters.local.cast import NOON, WORKER
from tests.adapters.local.conftest import OpenRoom


class FakeLapse:
    """Keeps to which instants it was put."""

    def __init__(self, due: datetime | None) -> None:
        self.due = due
        self.moves: list[datetime] = []

    async def next_due(self) -> datetime | None:
        return self.due

    async def forward_to(self, at: datetime) -> None:
        self.moves.append(at)


DUE = NOON + timedelta(minutes=7)


async def test_without_a_demo_the_clock_is_shown_and_stays(open_room: OpenRoom) -> None:
    room = await open_room()
    status, time = await room.get("clock", **{"as": WORKER.id})
    assert (status, time["demo"], time["next"]) == (200, False, None)
    status, refused = await room.post("clock", {"as": WORKER.id, "to": "next"})
    assert (status, refused["error"]["code"]) == (403, "not_a_demo")


async def test_a_demos_clock_goes_to_an_instant_and_to_the_next_deadline(
    open_room: OpenRoom,
) -> None:
    lapse = FakeLapse(DUE)
    room = await open_room(lapse=lapse)
    _, time = await room.get("clock", **{"as": WORKER.id})
    assert (time["demo"], time["next"]) == (True, "2026-11-24T12:07:00.000Z")
    status, _ = await room.post("clock", {"as": WORKER.id, "to": "2026-11-24T14:05:00+02:00"})
    assert status == 200
    await room.post("clock", {"as": WORKER.id, "to": "next"})
    assert lapse.moves == [NOON + timedelta(minutes=5), DUE]


async def test_everybody_who_watches_hears_that_the_time_has_moved(open_room: OpenRoom) -> None:
    room = await open_room(lapse=FakeLapse(DUE))
    async with room.client.get("/local/api/stream", params={"as": "p-ben"}) as stream:
        assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
        await room.post("clock", {"as": WORKER.id, "to": "next"})
        told = await stream.content.readuntil(b"\n\n")
    assert told.startswith(b'event: clock\ndata: {"now": "2026-11-24T12:00:')


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"as": WORKER.id}, 422, "missing_field"),
        ({"as": WORKER.id, "to": 5}, 422, "wrong_type"),
        ({"as": WORKER.id, "to": "soon"}, 422, "bad_to"),
        ({"as": WORKER.id, "to": "2026-11-24T12:05:00"}, 422, "bad_to"),
        ({"as": WORKER.id, "to": "0001-01-01T00:00:00+14:00"}, 422, "bad_to"),
        ({"as": WORKER.id, "to": "2026-11-25T13:01:00Z"}, 422, "bad_to"),
        ({"as": "p-nobody", "to": "next"}, 403, "unknown_person"),
        ({"to": "next"}, 422, "missing_field"),
    ],
)
async def test_what_cannot_be_understood_moves_nothing(
    open_room: OpenRoom, body: dict[str, Any], status: int, code: str
) -> None:
    lapse = FakeLapse(DUE)
    room = await open_room(lapse=lapse)
    answered, refused = await room.post("clock", body)
    assert (answered, refused["error"]["code"]) == (status, code)
    assert lapse.moves == []


async def test_with_nothing_ahead_the_next_deadline_is_refused_kindly(open_room: OpenRoom) -> None:
    room = await open_room(lapse=FakeLapse(None))
    status, refused = await room.post("clock", {"as": WORKER.id, "to": "next"})
    assert (status, refused["error"]["code"]) == (409, "nothing_ahead")
