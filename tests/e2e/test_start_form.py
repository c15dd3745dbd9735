"""A visit begun by the form: `visit` alone shows it, and the place filled in stands on no page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.house import THURSDAY, opened
from tests.e2e.test_two_people import private, write

pytestmark = pytest.mark.e2e

PLACE = "12 Hillside Road"


async def test_visit_alone_shows_a_form_that_starts_one(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as house:
        amira = await house.tab("amira")
        await private(amira)
        await write(amira, "visit")
        await expect(amira.locator("#log")).to_contain_text("A new visit")
        await amira.get_by_role("button", name="Start a visit").click()
        form = amira.get_by_role("form")
        await form.get_by_label("Until, or how long").fill("45m")
        await form.get_by_label("Case reference").fill("CASE123")
        await form.get_by_label("Rating").select_option("amber")
        await form.get_by_label("Who comes along").select_option("dev")
        await form.get_by_label("Exact address").fill(PLACE)
        await form.get_by_role("button", name="Start a visit").click()
        mine = amira.locator("#log")
        await expect(mine).to_contain_text("Your visit CASE123")
        for words in (
            "Rated amber",
            "With: Dev Patel",
            "Address: on file",
        ):
            await expect(mine).to_contain_text(words)
        assert PLACE not in await amira.content()
