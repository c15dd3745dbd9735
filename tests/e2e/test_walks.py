"""Three people who know only the README's lines, and what the screen shows: a thumb, a desk, and an evening."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.house import THURSDAY, House, opened

pytestmark = pytest.mark.e2e

EVENING = datetime(2026, 12, 3, 19, 0, tzinfo=UTC)
PHONE = {"width": 390, "height": 844}


async def arrives(house: House, name: str, *, width: int, height: int) -> Page:
    """Open the page as it is printed, with nobody chosen, and choose oneself."""
    page = await house.blank(width=width, height=height)
    await page.get_by_role("button", name=name).click()
    await page.wait_for_selector("[data-state=live]")
    return page


async def thumb(target: Locator) -> None:
    """Tap what a thumb can hit: on the screen as it stands, and large enough (44 pixels)."""
    await target.click(trial=True)  # scrolls there; a list that is just drawn anew is waited for
    box = await target.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    await target.click()


async def test_a_worker_with_one_thumb_starts_stays_longer_and_leaves(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as house:
        page = await arrives(house, "Amira Khan", **PHONE)
        # "`visit` alone shows a form": the chip has the word, and the arrow sends it.
        await thumb(page.get_by_role("button", name="visit", exact=True))
        await thumb(page.get_by_role("button", name="Send"))
        await thumb(page.get_by_role("button", name="Start a visit"))
        form = page.get_by_role("form")
        await form.get_by_label("Until, or how long").fill("45m")
        await form.get_by_label("Case reference").fill("Mrs Smith")
        await thumb(form.get_by_role("button", name="Start a visit"))
        # She typed a name. She is told kindly, and nothing she filled in is lost.
        await expect(page.locator("#log")).to_contain_text("how your team's case references look")
        await expect(form.get_by_label("Until, or how long")).to_have_value("45m")
        await form.get_by_label("Case reference").fill("CASE123")
        await thumb(form.get_by_role("button", name="Start a visit"))
        await expect(page.get_by_role("heading", name="Amira Khan · CASE123")).to_be_visible()
        await expect(page.get_by_role("form")).to_have_count(0)
        # Her own buttons are in her private chat, which shows that something new is there.
        await thumb(page.get_by_role("button", name="Buddyline 1 unread"))
        await expect(page.get_by_role("heading", name="Your visit CASE123")).to_be_visible()
        await thumb(page.get_by_role("button", name="+15 minutes"))
        await expect(page.locator("#log")).to_contain_text("goes on until 15:00")
        await thumb(page.get_by_role("button", name="I've left").first)
        await expect(page.locator("#log")).to_contain_text("Left at 14:00")
        assert house.complaints == []


async def test_a_buddy_at_a_desk_takes_on_and_answers_an_alarm(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as house:
        worker = await arrives(house, "Amira Khan", width=1280, height=860)
        page = await arrives(house, "Ben Carter", width=1280, height=860)
        await worker.get_by_label("Message", exact=True).fill("visit start now 1m CASE123")
        await worker.keyboard.press("Enter")
        # The phone at his side lights up, and a tap on it leads to the button the README names.
        await page.locator(".preview").filter(has_text="can you be the buddy?").click()
        await page.get_by_role("button", name="I'm on it").click()
        await expect(page.locator("#log")).to_contain_text("You are Amira Khan's buddy")
        await house.passes(minutes=1)
        await expect(worker.locator("#phone-previews")).to_contain_text("CASE123: all well?")
        await house.passes(minutes=15)
        # Two say that he is needed; the one that is not from the team's chat is for him.
        asked = page.locator(".preview").filter(has_text="a visit needs you")
        await expect(asked).to_have_count(2)
        await asked.filter(has_not_text="· team").click()
        await expect(page.get_by_role("link", name="Ring Amira")).to_be_visible()
        await page.get_by_role("button", name="I'm on it").click()
        await page.get_by_role("button", name="Reached, safe").click()
        form = page.get_by_role("form")
        # He sends it empty: he is told what is missing, and the form is still there.
        await form.get_by_role("button", name="Reached, safe").click()
        await expect(page.locator("#log")).to_contain_text("Please also choose what happened")
        await form.get_by_label("What happened?").select_option("forgot")
        await form.get_by_role("button", name="Reached, safe").click()
        await expect(page.locator("#log")).to_contain_text("Closed: Amira Khan · CASE123")
        assert house.complaints == []


async def test_a_manager_at_eight_in_the_evening_is_rung_up_by_her_phone(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path, start=EVENING) as house:
        worker = await arrives(house, "Amira Khan", width=1280, height=860)
        page = await arrives(house, "Maria Novak", **PHONE)
        await worker.get_by_label("Message", exact=True).fill("visit start now 45m CASE123")
        await worker.keyboard.press("Enter")
        await expect(worker.get_by_role("heading", name="Amira Khan · CASE123")).to_be_visible()
        # Nobody takes it on: the managers are asked before anything has happened.
        await house.passes(minutes=5)
        alert = page.locator(".preview").first
        await expect(alert).to_contain_text("Buddyline: a visit needs you")
        # A lock screen at home tells the family nothing.
        await expect(page.locator("#phone-previews")).not_to_contain_text("Amira")
        await thumb(alert)
        await expect(page.get_by_role("heading", name="No buddy for Amira Khan")).to_be_visible()
        await thumb(page.get_by_role("button", name="I'm on it").last)
        await expect(page.locator("#log")).to_contain_text("in charge")
        assert house.complaints == []
