"""Every screen for everybody: axe finds nothing, in light and dark, on a phone and a desk; the keyboard alone does it all."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.ports import Destination
from tests.adapters.local.cast import BUDDY, WORKER
from tests.e2e.conftest import OpenPage
from tests.e2e.house import THURSDAY, opened
from tests.e2e.test_page import CARD
from tests.e2e.test_two_people import private, started_and_accepted, team, write

pytestmark = pytest.mark.e2e

NORTH = Destination(channel="north")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
SIZES: tuple[ViewportSize, ...] = (
    {"width": 390, "height": 844},
    {"width": 1180, "height": 800},
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def clean(page: Page, screen: str) -> None:
    """Fail with what axe finds on this screen, in either scheme and size."""
    found = []
    for size in SIZES:
        await page.set_viewport_size(size)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            results = await Axe().run(page, options=RULES)
            for fault in results.response["violations"]:
                where = [node["target"] for node in fault["nodes"]][:5]
                found.append(f"{screen}, {size['width']}, {scheme}: {fault['id']} {where}")
    assert not found, "\n".join(found)


async def test_nothing_is_found_on_the_screens_of_a_visit_and_its_alarm(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as house:
        amira = await house.tab("amira")
        await clean(amira, "nothing yet")
        await private(amira)
        await write(amira, "visit")
        await amira.get_by_role("button", name="Start a visit").click()
        await clean(amira, "the form of a new visit")
        await amira.close()
        amira, ben = await started_and_accepted(house)
        await clean(amira, "the team's chat with a card")
        await private(amira)
        await amira.get_by_role("button", name="Add the address").click()
        await clean(amira, "the form of private details")
        for minutes in (45, 15):
            await house.passes(minutes=minutes)
        await private(ben)
        await expect(ben.locator("#log")).to_contain_text("ring Amira on 07700 900101")
        await ben.get_by_role("button", name="Reached, safe").last.click()
        await clean(ben, "an alarm and the form of its outcome")
        await ben.get_by_role("button", name="999 sheet").last.click()
        await expect(ben.get_by_role("dialog")).to_be_visible()
        await clean(ben, "the 999 sheet")
        await team(amira)
        await clean(amira, "the team's chat during an alarm")


async def test_nothing_is_found_where_something_goes_wrong(page_of: OpenPage) -> None:
    page = await page_of.blank()
    await page.goto(f"{page_of.url}?as=p-nobody")
    await expect(page.get_by_role("alert")).to_be_visible()
    await clean(page, "who are you")
    page = await page_of.tab(WORKER.id)
    await page_of.chat.sender.post(NORTH, CARD, key="k")
    page_of.intake.down = True
    await write(page, "arrived")
    await expect(page.locator(".not-sent")).to_be_visible()
    await page.get_by_role("button", name="All well").click()
    await expect(page.locator(".card-error:visible")).to_be_visible()
    await clean(page, "nothing gets through")


@pytest.fixture
def page_of(opened: OpenPage) -> OpenPage:
    """The chat over the cast, under a name of its own beside the house's."""
    return opened


async def focused(page: Page) -> str:
    return str(
        await page.evaluate(
            "(document.activeElement.getAttribute('aria-label') || document.activeElement.labels?.[0]?.textContent"
            " || document.activeElement.innerText).replace(/\\s+/g, ' ').trim()"
        )
    )


async def test_the_keyboard_alone_goes_through_the_page_in_order(page_of: OpenPage) -> None:
    page = await page_of.tab(BUDDY.id)
    await page_of.chat.sender.post(NORTH, CARD, key="k")
    await expect(page.get_by_role("button", name="All well")).to_be_visible()
    walked = []
    for _ in range(8):
        await page.keyboard.press("Tab")
        walked.append(await focused(page))
    assert walked[0] == "Skip to writing"
    assert BUDDY.name in walked[1]
    assert walked[1].endswith("be somebody else")
    assert walked[2:4] == [BUDDY.team_name, "Buddyline"]
    assert walked[4].endswith("A visit has started")
    assert walked[6:8] == ["All well", "Safe"]


async def test_the_keyboard_alone_fills_in_a_form_and_leaves_it(page_of: OpenPage) -> None:
    page = await page_of.tab(BUDDY.id)
    await page_of.chat.sender.post(NORTH, CARD, key="k")
    safe = page.get_by_role("button", name="Safe", exact=True).first
    await safe.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("What was it?")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(safe).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.type("For")
    while not await page.get_by_label("Note").evaluate("n => n === document.activeElement"):
        await page.keyboard.press("Tab")
    await page.keyboard.type("rang back")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".card-result")).to_have_text("Safe – sent")
    assert page_of.intake.heard[0].fields == {"outcome": "forgot", "note": "rang back"}


async def test_the_skip_link_leads_to_writing_and_what_comes_is_said_aloud(
    page_of: OpenPage,
) -> None:
    page = await page_of.tab(BUDDY.id)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()
    await page_of.chat.sender.post(NORTH, CARD, key="k")
    said = page.locator("[aria-live=polite]#announcer")
    await expect(said).to_contain_text("Buddyline in Housing North: Visit CASE123")
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()


async def test_whoever_wants_no_motion_gets_none(page_of: OpenPage) -> None:
    page = await page_of.tab(BUDDY.id)
    await page.emulate_media(reduced_motion="reduce")
    await page_of.chat.sender.post(NORTH, CARD, key="k")
    await expect(page.locator(".card")).to_be_visible()
    moving = "[...document.querySelectorAll('*')].filter(n => getComputedStyle(n).animationName !== 'none').length"
    assert await page.evaluate(moving) == 0
