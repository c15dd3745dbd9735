"""A real browser, driven in headless mode; and the chat's page over the cast, with a small bot behind it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from adapters.local import LocalChat, build
from adapters.server import Server, serve
from tests.adapters.local.cast import CountingIds, FakeClock, FakeDirectory, FakeIntake

expect.set_options(timeout=20_000)  # nothing waits for so long but on a busy machine

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    """Return where the browser is: as `make` found it, else by its usual name.

    Raises:
        FileNotFoundError: there is none; a test without its browser has failed.
    """
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("no browser: install chromium, or name one in CHROMIUM")
    return path


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Start a browser with nothing in it, and end it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=list(FLAGS)
        )
        yield browser
        await browser.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser with nothing in it."""
    async with a_browser() as browser:
        yield browser


@dataclass
class OpenPage:
    """The chat behind a real listener, and the tabs that look at it.

    Attributes:
        complaints: what the browser's console reported as an error; a test that expects none checks it is empty.
    """

    chat: LocalChat
    server: Server
    intake: FakeIntake
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server.port}/local/"

    async def blank(self) -> Page:
        """Return a new tab in a browser profile of its own, on no page yet."""
        page = await self.browser.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        return page

    async def tab(self, person_id: str) -> Page:
        """Return a new tab that is this person and is connected."""
        page = await self.blank()
        await page.goto(f"{self.url}?as={person_id}")
        await page.wait_for_selector("[data-state=live]")
        return page


@pytest.fixture
async def opened(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path
) -> AsyncIterator[OpenPage]:
    """The chat over the cast, with an intake that only listens; its indirect parameter is `secret_of`."""
    intake = FakeIntake()
    chat = await build(
        path=tmp_path / "chat.db",
        directory=FakeDirectory(),
        intake=intake,
        clock=FakeClock(),
        ids=CountingIds(),
        sealer=None,
        secret_of=getattr(request, "param", None),
    )
    server = await serve([chat.install], "127.0.0.1", 0, health=lambda: (True, {}))
    yield OpenPage(chat, server, intake, browser)
    await server.stop()
    await chat.close()
