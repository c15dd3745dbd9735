"""One person's page of the Playground, and what they do in it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from tests.playground.playground import BOT, GENERAL, TEAM, Person, Playground

PRIVATELY, IN_CHANNEL = "Personal Chat", f"{TEAM} - {GENERAL}"
"""The two places of a page, by their names in its list."""
Shape = dict[str, Any]


@dataclass
class Client:
    """A page in a browser profile of its own.

    Attributes:
        frames: everything that the server has handed to it since it was opened, oldest first.
        pictures: where pictures of it go.
    """

    who: Person
    page: Page
    playground: Playground
    pictures: Path
    frames: list[Shape] = field(default_factory=list)

    async def goes(self, place: str) -> None:
        """Go to a place. What is said elsewhere meanwhile is there later."""
        await self.page.get_by_role("treeitem", name=place).click()

    async def writes(self, text: str) -> None:
        """Write in the private chat."""
        box = self.page.get_by_role("textbox").last
        await box.click()
        await box.press_sequentially(text)
        await self.page.get_by_role("button", name="Send Message").click()

    async def writes_to_the_bot(self, text: str) -> None:
        """Write in the channel, the bot picked from the list of those who can be named."""
        box = self.page.get_by_role("textbox").first
        await box.click()
        await box.press_sequentially(f"@{BOT['name'][:5]}")
        await self.page.get_by_role("menuitem", name=BOT["name"]).click()
        await box.press_sequentially(f" {text}")
        await self.page.get_by_role("button", name="Post").click()

    def button(self, label: str) -> Locator:
        """Return the newest button with this label."""
        return self.page.get_by_role("button", name=label, exact=True).last

    async def presses(self, label: str) -> None:
        """Press the newest button with this label."""
        await self.button(label).click()

    async def hears_more_than(self, frames: int) -> None:
        """Wait until the server has handed more to the page than so many frames."""
        async with asyncio.timeout(15):
            while len(self.frames) <= frames:
                await self.page.wait_for_timeout(50)

    async def is_left_in_peace(self) -> None:
        """Wait until nothing was handed to the page for two seconds: what changes in older messages comes in its own time."""
        async with asyncio.timeout(30):
            before = -1
            while before != len(self.frames):
                before = len(self.frames)
                await self.page.wait_for_timeout(2_000)

    async def sees(self, *texts: str) -> None:
        """Wait until the place shows these."""
        for text in texts:
            await expect(self.page.get_by_text(text).last).to_be_visible()

    async def opens(self, label: str) -> None:
        """Press the newest button that opens a dialog; what is in the dialog stands in the private chat then."""
        found = [one for frame in self.frames for one in _actions(frame, label)]
        assert found, f"no button {label!r}"
        dialog = (await self.playground.invoke(self.who, "task/fetch", found[-1]["data"]))["task"]
        await self.playground.lay_out(self.who, dialog["value"]["card"])

    async def draws(self, name: str) -> None:
        """Draw what the page shows."""
        await self.page.screenshot(path=self.pictures / f"{name}.png", animations="disabled")


async def opened(browser: Browser, playground: Playground, who: Person, pictures: Path) -> Client:
    """Open a page that is this person's, in their private chat."""
    context = await browser.new_context(viewport={"width": 1440, "height": 1000})
    page = await context.new_page()
    page.set_default_timeout(15_000)
    client = Client(who, page, playground, pictures)
    told, chat = json.dumps(await playground.told(who)), await playground.chat_of(who)
    await page.route("**/*", lambda route: _on_loopback(route, playground.url))
    await page.route("**/_internal/v1/config", lambda route: route.fulfill(body=told))
    if who != playground.people[0]:
        # The server would tell the bot that its current user has put the app into this chat.
        await page.route("**/_debug/conversation/**", lambda route: route.fulfill(status=200))
    await page.route("**/_conversation/v1/submit", lambda route: _submitted(route, client))
    await page.route_web_socket("**/_ws_conversation/**", lambda ws: _listening(ws, client, chat))
    await page.goto(playground.url)
    await page.get_by_title("Hide log panel").click()
    await client.goes(PRIVATELY)
    return client


async def _on_loopback(route: Route, url: str) -> None:
    await (route.fallback() if route.request.url.startswith(url) else route.abort())


def _listening(page: WebSocketRoute, client: Client, chat: str) -> None:
    """Hand a page what its person may see: the server hands everything to every page, which then stumbles."""

    def said(text: str | bytes) -> None:
        frame = json.loads(text)
        where = str(frame.get("actionConversationId", ""))
        if where == chat or where.startswith("19:"):
            client.frames.append(frame)
            page.send(text)

    page.connect_to_server().on_message(said)


async def _submitted(route: Route, client: Client) -> None:
    """Take what was filled into the card of a dialog to where Teams takes it."""
    data = json.loads(route.request.post_data or "{}")["value"]
    answer = await client.playground.invoke(client.who, "task/submit", data)
    await route.fulfill(body=json.dumps(answer))


def _actions(frame: Shape, label: str) -> list[Shape]:
    """Return the buttons with this label in what a page was handed."""
    found, waiting = [], [frame]
    while waiting:
        one: Any = waiting.pop()
        if isinstance(one, dict) and one.get("title") == label and "data" in one:
            found.append(one)
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return found
