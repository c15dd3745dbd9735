"""A service of Apprise's in small (json://): takes what is told over real HTTP, strict about its form, or fails as told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class FakeSink:
    """One address. `url` is what is set."""

    told: list[dict[str, object]] = field(default_factory=list)
    tries: int = 0
    status: int = 200
    hangs: bool = False
    url: str = ""

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_post("/told/s3cret", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"json://127.0.0.1:{self._runner.addresses[0][1]}/told/s3cret"
        self.going_on = asyncio.Event()

    async def stop(self) -> None:
        """End it."""
        self.going_on.set()
        await self._runner.cleanup()

    @property
    def words(self) -> list[str]:
        """Return what was told, oldest first."""
        return [str(one["message"]) for one in self.told]

    async def _take(self, request: web.Request) -> web.Response:
        self.tries += 1
        said = await request.json()
        assert set(said) == {"version", "title", "message", "attachments", "type"}, set(said)
        assert said["attachments"] == []
        if self.hangs:
            await self.going_on.wait()
        if self.status == 200:
            self.told.append(said)
        return web.Response(status=self.status)
