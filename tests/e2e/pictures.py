"""The pictures of the documents, made by the real page: `make pictures`. The same code draws the same pictures.

A story is told up to the moment that shows most: an alarm that somebody has taken in charge.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e.conftest import a_browser
from tests.e2e.house import THURSDAY, House, opened
from tests.e2e.test_two_people import private, started_and_accepted, team, write

DOCS = Path(__file__).parent.parent.parent / "docs"


async def the_alarm(house: House) -> Page:
    """Tell the story: a visit on its way, and an alarm that Ben has taken. Returns Amira's tab."""
    amira, ben = await started_and_accepted(house)
    await private(amira)
    await expect(amira.locator("#log")).to_contain_text("Ben Carter is your buddy")
    await house.passes(minutes=35)
    await expect(amira.locator("#log")).to_contain_text("due to end at 14:45")
    await house.passes(minutes=10)
    await expect(amira.locator("#log")).to_contain_text("All well?")
    dev = await house.tab("dev")
    await write(dev, "visit start 14:50-15:30 CASE4071")
    await expect(dev.get_by_role("heading", name="Dev Patel · CASE4071")).to_be_visible()
    await draw(await house.tab("amira", width=390, height=844), "phone.png")
    await house.passes(minutes=15)
    await expect(ben.locator("#log")).to_contain_text("ring Amira on 07700 900101")
    await ben.get_by_role("button", name="I'm on it").last.click()
    await expect(ben.locator("#log")).to_contain_text("You are in charge")
    await ben.close()
    shown = await house.tab("ben", height=900)
    await team(shown)
    await expect(shown.locator("#log")).to_contain_text("Ben Carter has taken charge")
    return shown


async def draw(page: Page, name: str) -> None:
    """Draw what a tab shows, once nothing moves in it any more."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if name == "phone.png":
        await private(page)
        await expect(page.get_by_role("heading", name="All well?")).to_be_visible()
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=DOCS / name, animations="disabled", caret="hide")
    sys.stdout.write(f"Drawn: {DOCS / name}\n")


async def main() -> None:
    """Draw every picture anew."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            a_browser() as browser,
            opened(browser, Path(folder), start=THURSDAY) as house,
        ):
            await draw(await the_alarm(house), "screenshot.png")


if __name__ == "__main__":
    asyncio.run(main())
