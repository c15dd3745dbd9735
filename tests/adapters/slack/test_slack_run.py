"""The whole of Buddyline as the command runs it, with Slack connected."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp

from bot import config
from bot.clock import SystemClock, SystemIds
from bot.domain import placed
from bot.main import build, keyring, local_secret
from tests.adapters.slack.house import PEOPLE, user
from tests.fakes.slack import CHANNEL, SECRET, TEAM, TOKEN, FakeSlack, private


def team_file(folder: Path) -> Path:
    """Write the sample team with everybody on Slack."""
    text = (files("bot") / "samples" / "team.toml").read_text(encoding="utf-8")
    text = text.replace('ways = ["local:amira"]\n', "")
    for who in PEOPLE:
        way = f'ways = ["slack:{TEAM}/{user(who)}"]'
        text = text.replace(f'id = "{who}"\n', f'id = "{who}"\n{way}\n')
    text = text.replace('channel = "local:adult-care"', f'channel = "slack:{TEAM}/{CHANNEL}"')
    path = folder / "team.toml"
    path.write_text(text, encoding="utf-8")
    return path


def environment(folder: Path, chat: FakeSlack, adapters: str) -> dict[str, str]:
    """Return the settings of a bot in a folder, with Slack connected."""
    return {
        "BUDDYLINE_ADAPTERS": adapters,
        "BUDDYLINE_DATABASE_URL": f"sqlite:///{folder}/buddyline.db",
        "BUDDYLINE_KEY_FILE": str(folder / "buddyline.key"),
        "BUDDYLINE_PORT": "0",
        "BUDDYLINE_TEAM_FILE": str(team_file(folder)),
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": chat.url,
    }


async def test_as_the_command_runs_it_a_visit_is_answered_and_kept_ready_for(
    tmp_path: Path,
) -> None:
    chat = FakeSlack(tuple(map(user, PEOPLE)))
    clock = SystemClock()
    chat.now = lambda: clock.now().timestamp()
    await chat.start()
    kept, answered = asyncio.Event(), asyncio.Event()

    def told(method: str, asked: dict[str, Any]) -> None:
        if method == "chat.scheduleMessage":
            kept.set()
        if method == "chat.postMessage" and asked["channel"] == user("amira"):
            answered.set()

    chat.told = told
    environ = environment(tmp_path, chat, "slack")
    stopping = asyncio.Event()
    running: asyncio.Task[None] | None = None
    try:
        app = await build(config.load(environ))
        assert {name for name, each in app.adapters.items() if each.placer} == placed.HOLDING
        running = asyncio.create_task(app.run(stopping))
        url = f"http://127.0.0.1:{app.server.port}/slack/events"
        body = chat.command(user("amira"), "start now 45m CASE123")
        status, _ = await chat.deliver(url, body, at=clock.now().timestamp())
        assert status == 200
        async with asyncio.timeout(20):
            await kept.wait()
            await answered.wait()
    finally:
        stopping.set()
        if running is not None:
            await running
        await chat.stop()
    assert private(user("amira")) not in {one.channel for one in chat.schedule.waiting}


async def test_row_17_beside_a_platform_the_local_chat_asks_for_everybodys_secret(
    tmp_path: Path,
) -> None:
    """Slack's requests come through a proxy of this machine, which may pass on what is not meant for it."""
    chat = FakeSlack(tuple(map(user, PEOPLE)))
    await chat.start()
    stopping = asyncio.Event()
    running: asyncio.Task[None] | None = None
    try:
        settings = config.load(environment(tmp_path, chat, "slack,local"))
        on_slack = f'"slack:{TEAM}/{user("amira")}"'
        team = (tmp_path / "team.toml").read_text(encoding="utf-8")
        team = team.replace(on_slack, f'{on_slack}, "local:amira"')
        (tmp_path / "team.toml").write_text(team, encoding="utf-8")
        app = await build(settings)
        running = asyncio.create_task(app.run(stopping))
        secret = local_secret(keyring(settings, SystemIds()), "amira")
        url = f"http://127.0.0.1:{app.server.port}/local/api/people"
        async with aiohttp.ClientSession() as browser:
            async with browser.get(url) as refused:
                assert (refused.status, (await refused.json())["error"]["code"]) == (
                    401,
                    "secret_needed",
                )
            async with browser.get(url, headers={"Authorization": f"Bearer {secret}"}) as let_in:
                assert let_in.status == 200
    finally:
        stopping.set()
        if running is not None:
            await running
        await chat.stop()
