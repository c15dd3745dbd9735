"""What one slash command of Slack costs over HTTP, from the signed request to the answer, on top of what bolt takes alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from adapters.server import serve
from adapters.slack import PATH, Keys, build
from adapters.slack.workspaces import QUIET
from bot.clock import SystemClock, SystemIds
from bot.sealing import Keyring
from bot.service import teams
from bot.service.intake import DurableIntake
from tests.adapters.slack.house import PEOPLE, team_on_slack, user
from tests.bench.bench import Bench, Figure, clock, spread
from tests.bench.town import open_sqlite
from tests.fakes.slack import BOT, CHANNEL, SECRET, TEAM, TOKEN, FakeSlack
from tests.fakes.slack_requests import posted_by

ROUNDS = 5
SHARE = 4
"""Of the commands of one timing of other rows, one in so many: each of these is a request of its own."""


async def on_top_of_bolt(bench: Bench) -> Figure:
    """Measure a command with its text decided on and stored, against the same one acknowledged by a listener of bolt's."""
    count = max(bench.sizes.sample // SHARE, 2)
    ours, theirs, verifying = [], [], []
    async with (
        _buddyline(bench.folder / "slack.db") as full,
        _bolt_alone() as bare,
        _bolt_alone(verified_only=True) as verified,
        aiohttp.ClientSession() as http,
    ):
        asked = _Asked()
        await _timed(http, bare, asked, 2)
        await _timed(http, full, asked, 2)
        bench.say("commands to Buddyline, and to bolt alone, in turn")
        for _ in range(ROUNDS):
            ours.append(await _timed(http, full, asked, count) / count)
            theirs.append(await _timed(http, bare, asked, count) / count)
            verifying.append(await _timed(http, verified, asked, count) / count)
    pairs = [one / other for one, other in zip(ours, theirs, strict=True)]
    note = (
        f"{1e3 * min(ours):.1f} ms against {1e3 * min(theirs):.1f} ms, of which verifying takes"
        f" {1e3 * min(verifying):.1f} ms; pairs {spread(pairs)}"
    )
    return Figure(min(ours) / min(theirs), note)


class _Asked:
    """Signed commands, no two alike."""

    def __init__(self) -> None:
        self._count = 0

    def next(self) -> tuple[str, Mapping[str, str]]:
        self._count += 1
        body = {
            "command": "/visit",
            "text": "status",
            "team_id": TEAM,
            "user_id": user("amira"),
            "channel_id": CHANNEL,
            "trigger_id": f"{self._count}.trigger",
        }
        return posted_by(body, at=SystemClock().now().timestamp(), secret=SECRET)


async def _timed(http: aiohttp.ClientSession, url: str, asked: _Asked, count: int) -> float:
    requests = [asked.next() for _ in range(count)]
    begun = clock()
    for raw, headers in requests:
        async with http.post(url, data=raw, headers=headers) as answer:
            assert answer.status == 200
            await answer.read()
    return clock() - begun


@asynccontextmanager
async def _buddyline(path: Path) -> AsyncIterator[str]:
    """Yield where the real adapter, intake and store take commands; nothing is sent meanwhile."""
    chat, ids, at = FakeSlack(tuple(map(user, PEOPLE))), SystemIds(), SystemClock()
    await chat.start()
    store = open_sqlite(path)
    await teams.take_over(store, [team_on_slack()])
    intake = DurableIntake(store, at, ids)
    adapter = await build(
        keys=Keys(TOKEN, SECRET, chat.url),
        store=store,
        intake=intake,
        clock=at,
        ids=ids,
        sealer=Keyring([bytes(range(32))], ids).sealer(),
    )
    server = await serve([adapter.install], "127.0.0.1", 0, health=lambda: (True, {}))
    try:
        yield f"http://127.0.0.1:{server.port}{PATH}"
    finally:
        await server.stop()
        await adapter.close()
        await store.close()
        await chat.stop()


@asynccontextmanager
async def _bolt_alone(*, verified_only: bool = False) -> AsyncIterator[str]:
    """Yield where an app of bolt's takes the same commands, verifies them, and does nothing but acknowledge them.

    Args:
        verified_only: before any listener, whose answer bolt looks for every 10 ms.
    """

    async def us(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_token=TOKEN, bot_user_id=BOT, bot_id="B0"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=us, logger=QUIET)

    if verified_only:

        @app.middleware
        async def verified() -> BoltResponse:
            return BoltResponse(status=200, body="")

    @app.command("/visit")
    async def taken(ack: Callable[[], Awaitable[object]]) -> None:
        await ack()

    async def answer(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    def install(application: web.Application) -> None:
        application.router.add_post(PATH, answer)

    server = await serve([install], "127.0.0.1", 0, health=lambda: (True, {}))
    try:
        yield f"http://127.0.0.1:{server.port}{PATH}"
    finally:
        await server.stop()
