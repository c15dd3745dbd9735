from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.local import LocalChat, build
from tests.adapters.local.cast import (
    CountingIds,
    FakeClock,
    FakeDirectory,
    FakeIntake,
    TurningSealer,
)

Client = TestClient[web.Request, web.Application]
Answer = tuple[int, Any]


@dataclass
class Room:
    """One open chat behind a real socket, and what it was built from."""

    chat: LocalChat
    client: Client
    directory: FakeDirectory
    intake: FakeIntake
    path: Path

    async def get(self, path: str, **query: str | int) -> Answer:
        async with self.client.get(f"/local/api/{path}", params=query) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        async with self.client.post(f"/local/api/{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def say(self, who: str, text: str, place: str = "channel", **more: Any) -> Any:
        status, message = await self.post(
            "messages", {"as": who, "place": place, "text": text, **more}
        )
        assert status in {200, 201}, message
        return message

    async def seen(self, who: str, **query: str | int) -> list[Any]:
        status, messages = await self.get("messages", **{"as": who, **query})
        assert status == 200, messages
        return list(messages)


OpenRoom = Callable[..., Awaitable[Room]]


@pytest.fixture
async def open_room(tmp_path: Path) -> AsyncIterator[OpenRoom]:
    """Open a chat; called again, a second one over the same file, as after a restart."""
    opened: list[Room] = []

    async def open_one(**more: Any) -> Room:
        directory, intake = more.pop("directory", FakeDirectory()), more.pop("intake", FakeIntake())
        path = tmp_path / "chat.db"
        settings: dict[str, Any] = {
            "path": path,
            "directory": directory,
            "intake": intake,
            "clock": FakeClock(),
            "ids": CountingIds(start=1000 * len(opened)),
            "sealer": TurningSealer(),
        }
        chat = await build(**(settings | more))
        app = web.Application()
        chat.install(app)
        client = TestClient(TestServer(app))
        await client.start_server()
        opened.append(Room(chat, client, directory, intake, path))
        return opened[-1]

    yield open_one
    for room in opened:
        await room.client.close()
        await room.chat.close()


@pytest.fixture
async def room(open_room: OpenRoom) -> Room:
    return await open_room()
