"""The whole of Buddyline as the command runs it, with Teams connected."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.services import Places
from bot import config
from bot.clock import SystemClock
from bot.main import build
from tests.adapters.teams.house import PEOPLE, House, a_house, team_file, user
from tests.fakes.teams import APP_ID, CHANNEL, TENANT, FakeTeams, private


async def test_as_the_command_runs_it_a_visit_is_answered(tmp_path: Path) -> None:
    chat = FakeTeams(tuple(map(user, PEOPLE)), token="")
    clock = SystemClock()
    chat.now = clock.now
    await chat.start()
    answered = asyncio.Event()

    def told(method: str, asked: dict[str, Any]) -> None:
        if method == "send" and asked["chat"] == private(user("ben")):
            answered.set()

    chat.told = told
    environ = {
        "BUDDYLINE_ADAPTERS": "teams",
        "BUDDYLINE_DATABASE_URL": f"sqlite:///{tmp_path}/buddyline.db",
        "BUDDYLINE_KEY_FILE": str(tmp_path / "buddyline.key"),
        "BUDDYLINE_PORT": "0",
        "BUDDYLINE_TEAM_FILE": str(team_file(tmp_path)),
        "TEAMS_APP_ID": APP_ID,
        "TEAMS_TENANT_ID": TENANT,
        "TEAMS_AUTH": "none",
    }
    stopping = asyncio.Event()
    running: asyncio.Task[None] | None = None
    try:
        app = await build(config.load(environ))
        running = asyncio.create_task(app.run(stopping))
        url = f"http://127.0.0.1:{app.server.port}/api/messages"
        said = chat.says(user("amira"), "start now 45m CASE123", CHANNEL)
        assert (await chat.deliver(url, said, bare=True))[0] == 200
        async with asyncio.timeout(20):
            await answered.wait()
    finally:
        stopping.set()
        if running is not None:
            await running
        await chat.stop()


async def test_nothing_of_the_sdk_blocks_or_fetches_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import msal
    import requests

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the SDK went out by itself")

    monkeypatch.setattr(requests.Session, "request", never)
    monkeypatch.setattr(requests, "get", never)
    monkeypatch.setattr(msal.ConfidentialClientApplication, "__init__", never)
    async with a_house() as house:
        await house.says("amira", "start now 45m CASE123", CHANNEL)
        await house.presses("ben", "I'm on it")
        await house.passes(minutes=70)
        assert house.teams.toasts[user("ben")]


async def test_after_a_start_whoever_was_known_still_is(house: House) -> None:
    await house.says("ben", "help")
    again = type(house.adapter.sender._reaching)(
        house.store,
        house.adapter.sender._reaching.people,
        house.clock,
        APP_ID,
        Places(here=True),
    )
    assert (await again.of(user("ben"))).chat == private(user("ben"))
    assert (await again.us()).service == house.teams.service
