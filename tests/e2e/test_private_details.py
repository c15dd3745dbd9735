"""Private details from the form to the dialog of a responder, with the whole bot behind the page; and the disk after."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.house import THURSDAY, opened
from tests.e2e.test_two_people import private, started_and_accepted, write

pytestmark = pytest.mark.e2e

ADDRESS, RISKS = "12 Hillside Road, E17 9ZZ", "a large dog called Rex"


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def test_the_sheet_opens_in_a_dialog_and_nothing_of_it_is_on_the_disk(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as house:
        amira, ben = await started_and_accepted(house)
        await private(amira)
        await amira.get_by_role("button", name="Add the address").click()
        await amira.get_by_label("Exact address").fill(ADDRESS)
        await amira.get_by_label("Risks").fill(RISKS)
        await amira.get_by_role("form").get_by_role("button", name="Add the address").click()
        await expect(amira.locator("#log")).to_contain_text("Thank you. Address: on file.")
        for minutes in (45, 15):
            await house.passes(minutes=minutes)
        await expect(ben.locator("#log")).to_contain_text("ring Amira on 07700 900101")
        call = ben.get_by_role("link", name="Ring Amira")
        assert await call.get_attribute("href") == "tel:07700900101"
        await ben.get_by_role("button", name="999 sheet").last.click()
        dialog = ben.get_by_role("dialog")
        await expect(dialog).to_contain_text(f"Address: {ADDRESS}")
        ringing = dialog.get_by_role("link", name="Ring 999")
        assert await ringing.get_attribute("href") == "tel:999"
        assert await ringing.text_content() == "Ring 999"
        await dialog.get_by_role("button", name="I have called 999").click()
        await dialog.get_by_label("Incident number").fill("INC-77")
        await dialog.get_by_role("form").get_by_role("button", name="I have called 999").click()
        await expect(ben.locator("#log")).to_contain_text("999 has been called.")
        await dialog.get_by_role("button", name="Close").click()
        await expect(ben.locator("dialog")).to_have_count(0)
        for page in (amira, ben):
            assert ADDRESS not in await page.content()
        while_open = contents(tmp_path)
    after = contents(tmp_path)
    assert any(b"CASE123" in content for content in after)  # the test can see
    for secret in (ADDRESS.encode(), RISKS.encode(), b"Hillside"):
        assert not any(secret in content for content in (*while_open, *after))


PHRASE = "the walrus left its umbrella on the trombone"


async def test_a_teams_own_phrases_are_set_in_a_dialog_and_nothing_of_them_stays(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as house:
        maria = await house.tab("maria", width=390)
        await private(maria)
        await write(maria, "private")
        await maria.get_by_role("button", name="Open", exact=True).click()
        dialog = maria.get_by_role("dialog").first
        await dialog.get_by_role("button", name="Set the sentences").click()
        await dialog.get_by_label("Sentence 1").fill(PHRASE)
        await dialog.get_by_role("form").get_by_role("button", name="Set the sentences").click()
        answered = maria.get_by_role("dialog").last
        await expect(answered).to_contain_text("1 sentence is set.")
        # One that is closed stays in the page for a moment yet, where nobody sees it.
        dialogs = maria.get_by_role("dialog")
        while await dialogs.count():
            await dialogs.last.get_by_role("button", name="Close").click()
        await expect(maria.locator("dialog")).to_have_count(0)
        page = await maria.content()
        while_open = contents(tmp_path)
    after = contents(tmp_path)
    assert "entence" not in page
    assert any(b"maria" in content for content in after)  # the test can see
    assert not any(b"walrus" in content for content in (*while_open, *after))
