"""The live stream of one viewer: Server-Sent Events, from now on. What was before is fetched with GET messages."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from aiohttp import web

from adapters.local.guard import Guard
from adapters.local.hub import Hub, Subscription
from adapters.local.reading import query_text

KEEP_ALIVE_SECONDS = 15.0
WRITE_SECONDS = 30.0
"""A reader that takes nothing for this long is let go."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The handler of the stream's route."""

    hub: Hub
    guard: Guard
    keep_alive_seconds: float = KEEP_ALIVE_SECONDS

    def routes(self) -> list[web.RouteDef]:
        """Return the stream's route below /local."""
        return [web.get("/api/stream", self.watch, allow_head=False)]

    async def watch(self, request: web.Request) -> web.StreamResponse:
        """Send every new or changed message of the viewer until either side ends it."""
        viewer = await self.guard.person(request, query_text(request, "as"))
        # Before the headers: whoever has seen them misses nothing that is said from then on.
        mine = self.hub.subscribe(viewer.id)
        response = web.StreamResponse(headers={"X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        response.charset = "utf-8"
        try:
            await response.prepare(request)
            await response.write(b"retry: 2000\n\n")
            await self._send_all(response, mine)
        except (ConnectionError, TimeoutError):
            pass  # the reader is gone, or too slow: it connects anew and fetches what it missed
        finally:
            self.hub.leave(mine)
        return response

    async def _send_all(self, response: web.StreamResponse, mine: Subscription) -> None:
        while True:
            try:
                item = await asyncio.wait_for(mine.next(), self.keep_alive_seconds)
            except TimeoutError:
                piece = ": here\n\n"
            else:
                if item is None:
                    return
                kind, content = item
                number = f"id: {content['seq']}\n" if kind == "message" else ""
                piece = f"event: {kind}\n{number}data: {json.dumps(content)}\n\n"
            await asyncio.wait_for(response.write(piece.encode()), WRITE_SECONDS)
