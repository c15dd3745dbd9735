"""What CPU a message from Teams costs, from the proven request to the answer that Teams has, against a bare echo of the SDK's.

Each is a process of its own, which takes the messages of the same Teams in small and says what CPU it has used.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity
from botframework.connector.auth import ChannelValidation, ServiceClientCredentialsFactory
from msrest.authentication import BasicTokenAuthentication

from adapters.server import serve
from adapters.teams import PATH, Keys, cards
from adapters.teams.opening import Gate, build
from adapters.teams.proving import Keys as Published
from adapters.teams.proving import Proof
from adapters.teams.services import Places
from adapters.teams.tokens import NoTokens
from adapters.teams.turns import Turns
from adapters.teams.wire import Clients
from bot.clock import SystemClock, SystemIds
from bot.domain.people import Person, Role, Way
from bot.service import teams
from bot.service.intake import DurableIntake
from bot.service.relay import Relay
from tests.adapters.teams.house import PEOPLE, team_on_teams, user
from tests.bench.bench import Bench, Figure, middle, spread
from tests.bench.town import open_sqlite
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, FakeTeams
from tests.scenarios.harness import Loaded

ROUNDS = 5
SHARE = 4
"""Of the commands of one timing of other rows, one in so many: each of these is a request of its own."""
CPU = "/cpu"
ANSWERED_WITHIN = 60
WORKERS = tuple(f"worker{number}" for number in range(60))
"""Who writes, in turn: many, for an answer waits while Teams takes no more of one conversation (`adapters.teams.pace`)."""
Install = Callable[[web.Application], None]


@dataclass(frozen=True, slots=True)
class Where:
    """What a process is told: which one it is, and where Teams and its database are."""

    which: str
    metadata: str
    login: str
    service: str
    database: str


async def on_top_of_the_sdk(bench: Bench) -> Figure:
    """Measure the answer to "status" against an echo, both proven by a token and sent back as a card."""
    count = max(bench.sizes.sample // SHARE, 2)
    chat = FakeTeams(tuple(map(user, (*PEOPLE, *WORKERS))), now=SystemClock().now)
    await chat.start()
    try:
        async with (
            _process(chat, "buddyline", bench.folder) as full,
            _process(chat, "echo", bench.folder) as bare,
            _process(chat, "heard", bench.folder) as heard,
        ):
            bench.say("messages to Buddyline, and to an echo, in turn")
            for each in (full, bare, heard):
                await _cost(chat, each, 4, answered=each is not heard)
            ours, theirs, hearing = [], [], []
            for _ in range(ROUNDS):
                ours.append(await _cost(chat, full, count))
                theirs.append(await _cost(chat, bare, count))
                hearing.append(await _cost(chat, heard, count, answered=False))
    finally:
        await chat.stop()
    pairs = [one / other for one, other in zip(ours, theirs, strict=True)]
    note = (
        f"{1e3 * middle(ours):.1f} ms against {1e3 * middle(theirs):.1f} ms; proving and the SDK's turn take"
        f" {1e3 * middle(hearing):.1f} ms of ours; pairs {spread(pairs)}"
    )
    return Figure(middle(pairs), note)


async def _cost(chat: FakeTeams, url: str, count: int, *, answered: bool = True) -> float:
    """Return the seconds of CPU for each of so many messages."""
    before, done = await _cpu(url), asyncio.Event()

    def told(_method: str, _asked: dict[str, Any]) -> None:
        if sum(message.user is None for message in chat.messages) >= count:
            done.set()

    chat.told = told
    for who in islice(cycle(WORKERS), count):
        status, _ = await chat.deliver(f"{url}{PATH}", chat.says(user(who), "status"))
        assert status in {200, 201}
    if answered:
        async with asyncio.timeout(ANSWERED_WITHIN):
            await done.wait()
    used = (await _cpu(url) - before) / count
    chat.messages.clear()
    return used


async def _cpu(url: str) -> float:
    async with aiohttp.ClientSession() as http, http.get(f"{url}{CPU}") as answer:
        return float(await answer.text())


@asynccontextmanager
async def _process(chat: FakeTeams, which: str, folder: Path) -> AsyncIterator[str]:
    """Run a process; yield where it listens."""
    where = Where(
        which, f"{chat.url}/openid", f"{chat.url}/login", chat.service, str(folder / "teams.db")
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.teams", json.dumps(asdict(where))),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.communicate()


# --- what runs in each of the processes ------------------------------------------------------------


async def _run(where: Where) -> None:
    opened = {"buddyline": _buddyline, "echo": _echo, "heard": _heard}[where.which]

    async def cpu(_: web.Request) -> web.StreamResponse:
        return web.Response(text=str(time.process_time()))

    def with_cpu(application: web.Application) -> None:
        application.router.add_get(CPU, cpu)

    server = await serve([await opened(where), with_cpu], "127.0.0.1", 0, health=lambda: (True, {}))
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def _buddyline(where: Where) -> Install:
    """Return the real adapter, with intake, store and relay behind it."""
    at, ids = SystemClock(), SystemIds()
    store = open_sqlite(Path(where.database))
    await teams.take_over(store, [_team()])
    places = Places(here=True, first=where.service)
    keys = Keys(APP_ID, PASSWORD, TENANT, metadata=where.metadata, login=where.login, places=places)
    intake = DurableIntake(store, at, ids)
    adapter = await build(keys=keys, store=store, intake=intake, clock=at)
    relay = Relay(store, at, ids, {"teams": adapter.sender})
    _running.append(asyncio.create_task(relay.run(asyncio.Event())))
    return adapter.install


def _team() -> Loaded:
    """Return the sample team, with as many workers more as write."""
    entry, policy, content = team_on_teams()
    more = [
        Person(who, f"Person {who}", entry.team.id, (Way("teams", user(who)),)) for who in WORKERS
    ]
    workers = (*entry.holders[Role.WORKER], *WORKERS)
    holders = {**entry.holders, Role.WORKER: workers}
    return replace(entry, people=(*entry.people, *more), holders=holders), policy, content


async def _heard(where: Where) -> Install:
    """Return the adapter's gate with nothing behind it."""
    http, at = aiohttp.ClientSession(), SystemClock()
    keys = Keys(APP_ID, PASSWORD, TENANT, places=Places(here=True))
    proof = Proof(APP_ID, Published(where.metadata, http, at), at)
    gate = Gate(keys, proof, Turns(Clients(http, NoTokens()), APP_ID), _Deaf())  # type: ignore[arg-type]
    return _posted_to(gate.answer)


class _Deaf:
    """Hears everything, and does nothing."""

    async def hear(self, _: object) -> tuple[int, None]:
        return 200, None


_running: list[asyncio.Task[None]] = []


class _Credentials(ServiceClientCredentialsFactory):  # type: ignore[misc] # it has no types
    """As a bot's own app has them, without asking anybody for a token."""

    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id == APP_ID

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(self, *_: object, **__: object) -> BasicTokenAuthentication:
        return BasicTokenAuthentication({"access_token": "token-1"})


class _Echo(ActivityHandler):  # type: ignore[misc] # it has no types
    async def on_message_activity(self, context: TurnContext) -> None:
        await context.send_activity(Activity().deserialize(cards.said(context.activity.text)))


async def _echo(where: Where) -> Install:
    """Return a bot as the SDK's own documentation has it, which sends back what was said."""
    ChannelValidation.open_id_metadata_endpoint = where.metadata
    authentication = ConfigurationBotFrameworkAuthentication({}, credentials_factory=_Credentials())
    adapter, bot = CloudAdapter(authentication), _Echo()

    async def answer(request: web.Request) -> web.StreamResponse:
        return await adapter.process(request, bot) or web.Response(status=201)

    return _posted_to(answer)


def _posted_to(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Install:
    def install(application: web.Application) -> None:
        application.router.add_post(PATH, answer)

    return install


def main(told: dict[str, Any]) -> None:
    """Run one of the processes until it is ended."""
    asyncio.run(_run(Where(**told)))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
