"""Opening the adapter. Loads the SDK, so nothing but the registry's opener imports it."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from adapters.teams import PATH, Keys, reading, services
from adapters.teams.calling import Calls
from adapters.teams.door import Door
from adapters.teams.members import Members
from adapters.teams.people import TeamsPeople
from adapters.teams.proving import CHANNEL, NoKeys, Proof, Unproven
from adapters.teams.proving import Keys as Published
from adapters.teams.reaching import Reaching
from adapters.teams.reading import Activity
from adapters.teams.rooms import TeamsRooms
from adapters.teams.sender import TeamsSender
from adapters.teams.tokens import Entra, NoTokens, Tokens
from adapters.teams.turns import Turns
from adapters.teams.wire import Clients
from bot.ports import Clock, Intake, Store

BODY_MAX = 512 * 1024
"""Bytes of a request; Teams' largest is far below."""
_LOG = logging.getLogger("buddyline.teams")


@dataclass(frozen=True, slots=True)
class Teams:
    """The open adapter.

    Attributes:
        store: what it reads and writes.
        sender: the way out.
        rooms: says what is wrong with a team's channel.
        members: says who is in a channel.
        tokens: who speaks for us.
        install: puts the route into an application; pass it to `adapters.server.serve`.
        drain: waits for what no answer waits for.
        close: lets go of every connection; after the server has stopped.
    """

    store: Store
    sender: TeamsSender
    rooms: TeamsRooms
    members: Members
    tokens: Tokens
    install: Callable[[web.Application], None]
    drain: Callable[[], Awaitable[None]]
    close: Callable[[], Awaitable[None]]


async def build(*, keys: Keys, store: Store, intake: Intake, clock: Clock) -> Teams:
    """Open the adapter. Microsoft itself need not be reachable for it.

    Args:
        store: knows who is on which roster.
        intake: hears everything that people do.
    """
    session = aiohttp.ClientSession()
    tokens: Tokens = NoTokens()
    proof = None
    if keys.proven:
        tokens = Entra(f"{keys.login}/{keys.tenant}", keys.app_id, keys.password, session, clock)
        proof = Proof(keys.app_id, Published(keys.metadata, session, clock), clock)
    clients = Clients(session, tokens)
    people = TeamsPeople(store)
    reaching = Reaching(store, people, clock, keys.app_id, keys.asked_at)
    calls = Calls(clients, tokens, clock)
    members = Members(calls, people, reaching, clock)
    sender = TeamsSender(calls, reaching, members, keys.tenant)
    door = Door(intake, people, reaching, members, sender, clock)
    gate = Gate(keys, proof, Turns(clients, keys.app_id), door)

    def install(application: web.Application) -> None:
        application.router.add_post(PATH, gate.answer)

    async def close() -> None:
        await door.drain()
        await session.close()

    rooms = TeamsRooms(members, people, sender)
    return Teams(store, sender, rooms, members, tokens, install, door.drain, close)


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets in what is proven, of our tenant, and asks to be answered where Teams itself is."""

    keys: Keys
    proof: Proof | None
    turns: Turns
    door: Door

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        if self.proof is None and not _from_here(request):
            return web.Response(status=403)
        if request.content_type != "application/json":
            return web.Response(status=415)
        if (request.content_length or 0) > BODY_MAX:
            return web.Response(status=413)
        # Before anything is read into memory, whoever sends no token at all is sent away.
        authorization = request.headers.get("Authorization", "")
        if self.proof is not None and not authorization:
            return web.Response(status=401)
        activity = await _read(request)
        refused = await self._refusal(activity, authorization)
        if refused is not None or activity is None:
            return web.Response(status=refused or 400)
        status, body = await self.turns.run(activity, self.door.hear)
        if body is None:
            return web.Response(status=status)
        return web.json_response(body, status=status)

    async def _refusal(self, activity: Activity | None, authorization: str) -> int | None:
        """Return the status with which a request is refused; None for one that is let in."""
        service = str(activity.get("serviceUrl", "")) if activity is not None else ""
        if self.proof is not None:
            try:
                await self.proof.check(authorization, service)
            except Unproven as why:
                _LOG.warning("finding teams.unproven: %s", why)
                return 401
            except NoKeys:
                return 503
        if activity is None or not activity.get("type"):
            return 400
        if not self.keys.asked_at.allow(service):
            _LOG.warning("finding teams.service: an address that is not Teams' own")
            return 403
        if activity.get("channelId") != CHANNEL:
            return 403
        if self.keys.tenant and reading.tenant(activity) != self.keys.tenant:
            _LOG.warning("finding teams.tenant: another tenant")
            return 403
        return None


def _from_here(request: web.Request) -> bool:
    """Return whether a request that nobody proves comes from this machine, and not through a proxy or a name from outside."""
    host = urlsplit(f"//{request.host}").hostname
    passed_on = any(
        name.lower() in {"forwarded", "via"} or name.lower().startswith("x-forwarded")
        for name in request.headers
    )
    return host in services.HERE and request.remote in {"127.0.0.1", "::1"} and not passed_on


async def _read(request: web.Request) -> Activity | None:
    try:
        raw = await request.content.read(BODY_MAX + 1)
        while len(raw) <= BODY_MAX and not request.content.at_eof():
            raw += await request.content.read(BODY_MAX + 1 - len(raw))
        if len(raw) > BODY_MAX:
            return None
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
