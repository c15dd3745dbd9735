"""The pictures of the documents, made by the real page: `make pictures`.

A story is told up to the moment that shows most: an alarm that somebody has taken in charge.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import a_browser
from tests.e2e.house import THURSDAY, House, opened
from tests.e2e.test_two_people import started_and_accepted, team, write

DOCS = Path(__file__).parent.parent.parent / "docs"


async def the_alarm(house: House) -> None:
    """Draw docs/screenshot.png: the team's chat, with a visit on its way and an alarm that Ben has taken."""
    _, ben = await started_and_accepted(house)
    for minutes in (35, 10):
        house.passes(minutes=minutes)
        await ben.wait_for_timeout(500)
    dev = await house.tab("dev")
    await write(dev, "visit start 14:50-15:30 CASE4071")
    await expect(dev.locator("#log")).to_contain_text("CASE4071")
    house.passes(minutes=15)
    await expect(ben.locator("#log")).to_contain_text("ring Amira on 07700 900101")
    await ben.get_by_role("button", name="I'm on it").last.click()
    await expect(ben.locator("#log")).to_contain_text("You are in charge")
    await ben.close()
    shown = await house.tab("ben", height=900)
    await team(shown)
    await expect(shown.locator("#log")).to_contain_text("Ben Carter has taken charge")
    await shown.wait_for_timeout(500)
    await shown.screenshot(path=DOCS / "screenshot.png")


async def main() -> None:
    """Draw every picture anew."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            a_browser() as browser,
            opened(browser, Path(folder), start=THURSDAY) as house,
        ):
            await the_alarm(house)
    sys.stdout.write(f"Drawn: {DOCS / 'screenshot.png'}\n")


if __name__ == "__main__":
    asyncio.run(main())
