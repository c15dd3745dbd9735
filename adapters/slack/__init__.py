"""Slack, by slack-bolt: its requests at /slack/events of the common listener, and the web API as the way out.

`build` opens it; the composition root hands in the store, the intake, the clock and the keys.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.known import People
from adapters.slack.calling import Calls
from adapters.slack.door import Door
from adapters.slack.installing import Client, Installing
from adapters.slack.placer import SlackPlacer
from adapters.slack.rooms import SlackRooms
from adapters.slack.sender import CAPABILITIES, SlackSender
from adapters.slack.sockets import Sockets
from adapters.slack.workspaces import QUIET, Installed, OneWorkspace, Workspaces, client_for
from bot.ports import Clock, IdSource, Intake, Sealer, Store

__all__ = ["CAPABILITIES", "PATH", "Client", "Keys", "Slack", "SlackSender", "build"]

PATH = "/slack/events"
BODY_MAX = 512 * 1024
"""Bytes of a request; Slack's largest is far below."""


UNUSED = "no request is taken that is signed with it"
"""bolt wants a signing secret; without one of Slack's there is no route by which a request could come in."""


@dataclass(frozen=True, slots=True)
class Keys:
    """How Slack knows us, and we it. Never shown.

    Attributes:
        bot_token: begins with "xoxb-"; "" with `client`.
        signing_secret: every request is signed with it; "" with Socket Mode alone, and then no request is taken.
        client: with it, each workspace of `allowed` lets us in by itself; None: the one of `bot_token` has.
        allowed: the ids of those workspaces.
        app_token: begins with "xapp-"; not empty: we connect to Slack, which need not reach us (Socket Mode).
        api_url: of the web API, with a "/" at its end.
    """

    bot_token: str
    signing_secret: str
    api_url: str = "https://slack.com/api/"
    app_token: str = ""
    client: Client | None = None
    allowed: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "Keys(…)"


@dataclass(frozen=True, slots=True)
class Slack:
    """The open adapter.

    Attributes:
        sender: the way out.
        placer: has Slack keep alarms ready.
        rooms: says what is wrong with a team's channel.
        install: puts the route into an application; pass it to `adapters.server.serve`.
        known: the ids of the workspaces that have let us in. Raises what Slack's client and the store raise.
        drain: waits for the dialogs that are being opened.
        sockets: the connections of Socket Mode; None without it.
        close: lets go of every connection; after the server has stopped.
    """

    sender: SlackSender
    placer: SlackPlacer
    rooms: SlackRooms
    install: Callable[[web.Application], None]
    known: Callable[[], Awaitable[tuple[str, ...]]]
    drain: Callable[[], Awaitable[None]]
    close: Callable[[], Awaitable[None]]
    sockets: Sockets | None = None


async def build(
    *, keys: Keys, store: Store, intake: Intake, clock: Clock, ids: IdSource, sealer: Sealer
) -> Slack:
    """Open the adapter. Slack itself need not be reachable for it.

    Args:
        keys: of one workspace, or of an app that several install.
        store: knows who is on which roster.
        intake: hears everything that people do.
    """
    session = aiohttp.ClientSession()

    def speaking(token: str | None) -> AsyncWebClient:
        return client_for(token, keys.api_url, session)

    workspaces: Workspaces = OneWorkspace(speaking(keys.bot_token))
    pages: list[Callable[[web.Application], None]] = []
    if keys.client is not None:
        workspaces = Installed(store, keys.allowed, speaking)
        pages.append(
            Installing(
                keys.client, keys.allowed, speaking(None), store, workspaces, clock, ids, sealer
            ).install
        )
    people = People(store, "slack")
    door = Door(intake, people, workspaces, clock)

    async def authorize(team_id: str | None) -> AuthorizeResult | None:
        return await workspaces.us_in(team_id)

    # Its own `authorize`: by a token, bolt would ask Slack at each request, or drop it when an OAuth setting is around.
    app = AsyncApp(
        signing_secret=keys.signing_secret or UNUSED,
        client=speaking(None),
        authorize=authorize,  # type: ignore[arg-type] # None is how bolt hears of a stranger
        logger=QUIET,
    )

    @app.middleware
    async def hear(req: AsyncBoltRequest) -> BoltResponse:
        return await door.hear(req)

    sockets = Sockets(app, keys.app_token, speaking(None), clock) if keys.app_token else None

    if keys.signing_secret:
        pages.append(lambda application: _hearing(application, app))
    if sockets is not None:
        pages.append(lambda application: _connect(application, sockets))

    def install(application: web.Application) -> None:
        for page in pages:
            page(application)

    async def close() -> None:
        await door.drain()
        await session.close()

    calls = Calls(workspaces, clock)
    placer = SlackPlacer(calls, workspaces.known)
    sender = SlackSender(calls)
    rooms = SlackRooms(calls, people, clock, sender.unpinned)
    return Slack(sender, placer, rooms, install, workspaces.known, door.drain, close, sockets)


def _hearing(application: web.Application, app: AsyncApp) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await _answer(app, request)

    application.router.add_post(PATH, answer)


def _connect(application: web.Application, sockets: Sockets) -> None:
    """Connect when the listener starts, and let go before requests under way are waited for."""

    async def opened(_app: web.Application) -> None:
        await sockets.open()

    async def closed(_app: web.Application) -> None:
        await sockets.close()

    application.on_startup.append(opened)
    application.on_shutdown.append(closed)


async def _answer(app: AsyncApp, request: web.Request) -> web.StreamResponse:
    if not request.headers.get("X-Slack-Request-Timestamp", "").isascii():
        return web.Response(status=401)
    if not request.headers.get("X-Slack-Request-Timestamp", "").isdigit():
        return web.Response(status=401)  # bolt itself stumbles over it
    if (request.content_length or 0) > BODY_MAX:
        return web.Response(status=413)
    try:
        asked = await to_bolt_request(request)
    except (UnicodeDecodeError, ValueError):
        return web.Response(status=400)
    return await to_aiohttp_response(await app.async_dispatch(asked))
