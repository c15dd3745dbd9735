"""Socket Mode: Slack's requests by connections that we open, for a server that Slack cannot reach.

There are two, so that one stays while the other is renewed. The SDK renews what breaks; what only falls silent (a
connection that answers pings and delivers nothing) is renewed here, one after the other.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.workspaces import QUIET
from bot.ports import Clock

AT_ONCE = 2
PING = 3.0
"""Seconds between two pings: a connection that died is found out after four of them."""
SILENT = timedelta(minutes=10)
"""A connection that has delivered nothing for so long is renewed: it may have gone deaf."""
LOOK = timedelta(seconds=15)
DEAF = timedelta(seconds=60)
"""With no connection for so long, a finding says so."""

_LOG = logging.getLogger("buddyline.slack")


@dataclass(slots=True)
class _Line:
    """One connection, and when it last delivered something."""

    handler: AsyncSocketModeHandler
    heard_at: datetime


@dataclass(slots=True)
class Sockets:
    """The connections of one app. `open` once, `close` once."""

    app: AsyncApp
    app_token: str
    client: AsyncWebClient
    clock: Clock
    _lines: list[_Line] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _deaf_since: datetime | None = None

    async def open(self) -> None:
        """Begin to connect, in the background: Slack need not be reachable yet."""
        for _ in range(AT_ONCE):
            line = self._line()
            self._lines.append(line)
            self._tasks.append(asyncio.create_task(_connected(line.handler)))
        self._tasks.append(asyncio.create_task(self._watch()))

    async def close(self) -> None:
        """Let go of both."""
        self._closing.set()
        for line in self._lines:
            await line.handler.close_async()  # type: ignore[no-untyped-call]
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def look(self) -> None:
        """Renew what has fallen silent, one at a time, and say so when nothing is connected any more."""
        now = self.clock.now()
        connected = [line for line in self._lines if await line.handler.client.is_connected()]
        self._note(bool(connected), now)
        silent = [line for line in connected if now - line.heard_at >= SILENT]
        if silent and len(connected) == len(self._lines):
            silent[0].heard_at = now
            await silent[0].handler.client.connect_to_new_endpoint(force=True)

    def _line(self) -> _Line:
        handler = AsyncSocketModeHandler(
            self.app, self.app_token, QUIET, self.client, ping_interval=PING
        )
        line = _Line(handler, self.clock.now())

        async def heard(_message: WSMessage) -> None:
            line.heard_at = self.clock.now()

        handler.client.on_message_listeners.append(heard)
        return line

    def _note(self, connected: bool, now: datetime) -> None:
        if connected:
            self._deaf_since = None
        elif self._deaf_since is None:
            self._deaf_since = now
        elif now - self._deaf_since >= DEAF:
            _LOG.error("finding slack.deaf: not connected for %s", now - self._deaf_since)
            self._deaf_since = now

    async def _watch(self) -> None:
        while not self._closing.is_set():
            await self.clock.wait(self.clock.now() + LOOK, self._closing)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the watch outlives everything
                _LOG.error("finding slack.watch: %s", type(error).__name__)


async def _connected(handler: AsyncSocketModeHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]
