"""The live stream: new and changed messages, to those who see them."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from adapters.local import hub
from bot.ports import Destination
from tests.adapters.local.cast import BUDDY, OFFICER, WORKER
from tests.adapters.local.conftest import OpenRoom, Room
from tests.adapters.local.test_sender import AFTER, CARD, NORTH


async def opened(room: Room, who: str) -> aiohttp.ClientResponse:
    answer = await room.client.get("/local/api/stream", params={"as": who})
    assert answer.status == 200
    assert await block(answer) == ["retry: 2000"]
    return answer


async def block(answer: aiohttp.ClientResponse) -> list[str]:
    """Return the lines up to the next empty one; none at the end of the stream."""
    lines = []
    while (line := (await answer.content.readline()).decode()) not in {"\n", ""}:
        lines.append(line.rstrip("\n"))
    return lines


async def told(answer: aiohttp.ClientResponse) -> Any:
    event, ident, data = await block(answer)
    message = json.loads(data.removeprefix("data: "))
    assert (event, ident) == ("event: message", f"id: {message['seq']}")
    return message


async def test_new_and_changed_messages_arrive_as_they_are_listed(room: Room) -> None:
    stream = await opened(room, BUDDY.id)
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert stream.headers["Cache-Control"] == "no-store"
    said = await room.say(WORKER.id, "dnoe")
    assert await told(stream) == said
    _, edited = await room.post("edits", {"as": WORKER.id, "message": said["id"], "text": "done"})
    assert await told(stream) == edited
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    assert (await told(stream))["id"] == ref
    await room.chat.sender.edit(NORTH, ref, AFTER, key="k")
    changed = await told(stream)
    assert (changed["seq"], changed["text"]) == (2, "Visit CASE123\nOver.")
    assert changed["edited_at"] is not None


async def test_what_is_for_others_or_changes_nothing_is_not_told(room: Room) -> None:
    stream = await opened(room, WORKER.id)
    said = await room.say(WORKER.id, "one", key="k1")
    card = await room.chat.sender.post(NORTH, CARD, key="k")
    await room.chat.sender.post(Destination(person=OFFICER.id), CARD, key="o")
    await room.chat.sender.post(NORTH, CARD, key="k")
    await room.chat.sender.edit(NORTH, card, CARD, key="k")
    await room.say(WORKER.id, "one", key="k1")
    await room.post("edits", {"as": WORKER.id, "message": said["id"], "text": "one"})
    last = await room.say(WORKER.id, "two")
    assert [await told(stream) for _ in range(3)] == await room.seen(WORKER.id)
    assert last["seq"] == 3


async def test_a_quiet_stream_is_kept_alive(open_room: OpenRoom) -> None:
    room = await open_room(keep_alive_seconds=0.01)
    stream = await opened(room, WORKER.id)
    assert await block(stream) == [": here"]
    assert await block(stream) == [": here"]


async def test_whoever_opens_too_many_streams_loses_the_oldest(room: Room) -> None:
    first = await opened(room, WORKER.id)
    for _ in range(hub.STREAMS_PER_PERSON):
        await opened(room, WORKER.id)
    assert await block(first) == []


def test_a_slow_reader_is_dropped_after_what_is_queued() -> None:
    stream = hub.Subscription("p")
    assert all(stream.put(("message", {"seq": turn})) for turn in range(hub.QUEUE_MAX))
    assert not stream.put(("message", {"seq": 0}))
    stream.end()
    stream.end()
    assert stream.ended


async def test_after_closing_streams_end_at_once() -> None:
    open_streams = hub.Hub()
    before = open_streams.subscribe("p")
    open_streams.close()
    after = open_streams.subscribe("p")
    assert await before.next() is None
    assert await after.next() is None
