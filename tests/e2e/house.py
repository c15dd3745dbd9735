"""The whole bot with its page, on a clock that the story moves: real store, engine, relay, listener and browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, Page

from bot import config
from bot.main import App, build
from bot.ports import Tx
from tests.fakes.clock import VirtualClock
from tests.fakes.ids import SeededIds

QUIET_LOOKS = 2
"""What is claimed is no longer due, and not yet among what is being sent: the second look finds it there."""

THURSDAY = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)


@dataclass
class House:
    """The bot with its sample team, and the tabs that look at it.

    Attributes:
        complaints: what the browser's console reported as an error.
    """

    app: App
    clock: VirtualClock
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    async def tab(self, person_id: str, *, width: int = 1180, height: int = 800) -> Page:
        """Return a new tab, in a browser profile of its own, that is this person and is connected."""
        page = await self.blank(width=width, height=height, query=f"?as={person_id}")
        await page.wait_for_selector("[data-state=live]")
        return page

    async def blank(self, *, width: int = 1180, height: int = 800, query: str = "") -> Page:
        """Return a new tab, in a browser profile of its own, on the page as its address was printed."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, timezone_id="Europe/London", locale="en-GB"
        )
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        await page.clock.set_fixed_time(self.clock.now())
        await page.goto(f"http://127.0.0.1:{self.app.server.port}/local/{query}")
        return page

    async def passes(self, *, minutes: float) -> None:
        """Let time go by, once all that is due now is done; what becomes due is done by the running loops.

        A press that is still on its way is not waited for: a test expects its answer on the screen first.
        """
        quiet = 0
        while quiet < QUIET_LOOKS:
            await self.app.relay.drain()
            quiet = 0 if await self.app.store.read(self._waits) else quiet + 1
        self.clock.advance(timedelta(minutes=minutes))

    def _waits(self, tx: Tx) -> bool:
        """Return whether the engine or the relay has something to do at this instant."""
        now = self.clock.now()
        found = (tx.next_due(), tx.outbox.next_due(now))
        return any(at is not None and at <= now for at in found)


@asynccontextmanager
async def opened(browser: Browser, folder: Path, *, start: datetime) -> AsyncIterator[House]:
    """Run the bot in a folder, listening on a free port, until the story is over; then drain it."""
    clock = VirtualClock(start)
    settings = config.load(
        {
            "BUDDYLINE_DATABASE_URL": f"sqlite:///{folder / 'buddyline.db'}",
            "BUDDYLINE_KEY_FILE": str(folder / "buddyline.key"),
            "BUDDYLINE_PORT": "0",
        }
    )
    app = await build(settings, clock=clock, ids=SeededIds("e2e"))
    stopping = asyncio.Event()
    running = asyncio.create_task(app.run(stopping))
    try:
        yield House(app, clock, browser)
    finally:
        stopping.set()
        clock.advance(timedelta(minutes=1))
        await running
