"""Two tabs are worker and buddy, the whole bot is behind them: from the start of a visit to its recorded outcome."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.house import THURSDAY, House, opened

pytestmark = pytest.mark.e2e


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")


async def private(page: Page) -> None:
    places = page.get_by_role("navigation").get_by_role("button", name="Buddyline")
    await places.click()


async def team(page: Page) -> None:
    places = page.get_by_role("navigation").get_by_role("button", name="Adult Care East")
    await places.click()


async def started_and_accepted(house: House) -> tuple[Page, Page]:
    amira, ben = await house.tab("amira"), await house.tab("ben")
    await write(amira, "visit start now 45m CASE123")
    for page in (amira, ben):
        await expect(page.locator(".card:visible").first).to_contain_text("CASE123")
    await private(ben)
    await ben.get_by_role("button", name="I'm on it").click()
    await expect(amira.locator(".card:visible").first).to_contain_text("Buddy: Ben Carter")
    return amira, ben


async def test_a_visit_nobody_ends_is_taken_in_charge_and_closed(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as house:
        amira, ben = await started_and_accepted(house)
        await house.passes(minutes=35)
        await private(amira)
        await expect(amira.locator("#log")).to_contain_text("due to end at 14:45")
        await house.passes(minutes=10)
        await expect(amira.locator("#log")).to_contain_text("All well?")
        await house.passes(minutes=15)
        await expect(ben.locator("#log")).to_contain_text("ring Amira on 07700 900101")
        await team(ben)
        await ben.get_by_role("button", name="I'm on it").last.click()
        await team(amira)
        await expect(amira.locator("#log")).to_contain_text("Ben Carter has taken charge")
        await private(ben)
        await ben.get_by_role("button", name="Reached, safe").last.click()
        form = ben.get_by_role("form").last
        await form.get_by_role("combobox").select_option("forgot")
        await form.get_by_role("button", name="Reached, safe").click()
        await expect(amira.locator(".card:visible").first).to_contain_text(
            "Confirmed safe at 15:00"
        )
        await private(amira)
        await expect(amira.locator("#log")).to_contain_text("noted that you are safe")
        await house.passes(minutes=120)
        await expect(ben.locator("#log")).to_contain_text("Closed: Amira Khan · CASE123")
        assert house.complaints == []


async def test_a_visit_that_ends_in_time_disturbs_nobody(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as house:
        amira, ben = await started_and_accepted(house)
        await house.passes(minutes=30)
        await private(amira)
        await amira.get_by_role("button", name="I've left").first.click()
        await team(amira)
        await expect(amira.locator(".card:visible").first).to_contain_text("Left at 14:30")
        await house.passes(minutes=120)
        await expect(ben.locator("#log")).to_contain_text("Thank you for being the buddy")
        await expect(ben.locator("#log")).not_to_contain_text("ring Amira")
        assert house.complaints == []
