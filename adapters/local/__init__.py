"""The local chat: a small group chat on a web page with a store of its own, and the adapter to it.

`build` opens it; the composition root hands in the directory, the intake, the clock, chance and the sealer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from aiohttp import web

from adapters.local.api import Api
from adapters.local.chat_store import ChatStore
from adapters.local.clock_api import ClockApi, Lapse
from adapters.local.directory import Directory, LocalPerson
from adapters.local.guard import LOOPBACK, Guard, make_middleware, put_headers
from adapters.local.hub import Hub
from adapters.local.page import Page
from adapters.local.sender import CAPABILITIES, LocalSender
from adapters.local.stream import KEEP_ALIVE_SECONDS, Stream
from bot.ports import Clock, IdSource, Intake, Sealer

__all__ = [
    "CAPABILITIES",
    "LOOPBACK",
    "Directory",
    "LocalChat",
    "LocalPerson",
    "LocalSender",
    "build",
]


@dataclass(frozen=True, slots=True)
class LocalChat:
    """An open chat.

    Attributes:
        sender: the way out.
        install: puts the routes under /local of an application; pass it to `adapters.server.serve`.
        close: closes the file; after the server has stopped.
    """

    sender: LocalSender
    install: Callable[[web.Application], None]
    _store: ChatStore

    async def close(self) -> None:
        """Close the chat's file, after the server has stopped. A second call does nothing."""
        await self._store.close()


async def build(
    *,
    path: Path | str,
    directory: Directory,
    intake: Intake,
    clock: Clock,
    ids: IdSource,
    sealer: Sealer | None,
    hosts: Collection[str] = LOOPBACK,
    secret_of: Callable[[str], str] | None = None,
    keep_alive_seconds: float = KEEP_ALIVE_SECONDS,
    lapse: Lapse | None = None,
) -> LocalChat:
    """Open the chat.

    Args:
        path: its SQLite file, created when missing; its folder must exist.
        intake: hears everything people do, after it was committed here.
        sealer: seals what is said; None stores it readably (tests only).
        hosts: the names the page is reached by, without a port (then the port listened on is meant) or with one.
        secret_of: a person's id to their secret; required as soon as the server is bound off loopback. None: anybody
            who reaches the port can be anybody.
        lapse: puts a demo's clock forward; None: time goes as it goes.

    Raises:
        Unavailable: the file cannot be opened.
    """
    store = await ChatStore.open(path, sealer)
    hub = Hub()
    guard = Guard(directory, tuple(hosts), secret_of)
    api = Api(store, hub, directory, guard, intake, clock, ids)
    stream = Stream(hub, guard, keep_alive_seconds)
    time = ClockApi(guard, hub, clock, lapse)
    page = Page.load()

    def install(app: web.Application) -> None:
        chat = web.Application(middlewares=[make_middleware(guard)])
        chat.add_routes([*api.routes(), *stream.routes(), *time.routes(), *page.routes()])
        chat.on_response_prepare.append(put_headers)

        async def end_streams(_app: web.Application) -> None:
            hub.close()

        chat.on_shutdown.append(end_streams)
        app.router.add_get(
            "/local", _to_page
        )  # before the rest: it would claim this address as well
        app.add_subapp("/local/", chat)

    sender = LocalSender(store, directory, hub, clock=clock, ids=ids)
    return LocalChat(sender, install, store)


async def _to_page(_request: web.Request) -> NoReturn:
    raise web.HTTPPermanentRedirect("/local/")
