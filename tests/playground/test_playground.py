"""From the first word to the outcome, and a call for help, in Microsoft's own client: Amira's page and Ben's."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import a_browser
from tests.playground.client import IN_CHANNEL, PRIVATELY, Client
from tests.playground.house import House, a_house
from tests.scenarios.twins import WORDS, plain

pytestmark = pytest.mark.playground
ORDINARY = "Did you water the two plants on the window today"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The sample team in the Playground, on a Monday."""
    async with a_browser() as browser, a_house(browser, tmp_path) as opened:
        yield opened


async def test_a_visit_and_a_call_for_help_in_microsofts_own_client(house: House) -> None:
    amira, ben = await house.page("amira"), await house.page("ben")
    await starts_and_is_accepted(amira, ben)
    await stays_longer(house, amira)
    await is_overdue_and_taken_in_charge(house, amira, ben)
    await is_found_safe(amira, ben)
    await calls_for_help_and_nothing_shows(amira, ben)


async def starts_and_is_accepted(amira: Client, ben: Client) -> None:
    await amira.goes(IN_CHANNEL)
    await amira.writes_to_the_bot("visit start now 45m CASE123")
    await amira.sees("Waiting for a buddy (asked: Ben Carter)")
    await amira.draws("1-started")
    await ben.sees("can you be the buddy?")
    await ben.draws("2-asked")
    await ben.presses("I'm on it")
    await ben.sees("You are Amira Khan's buddy")
    await amira.sees("Buddy: Ben Carter")
    await expect(amira.button("I'm on it")).to_have_count(0)


async def stays_longer(house: House, amira: Client) -> None:
    await amira.goes(PRIVATELY)
    house.passes(minutes=36)
    await amira.sees("If you are staying longer, please say so now.")
    await amira.draws("3-nudged")
    await amira.presses("+15 minutes")
    await amira.sees("Noted: CASE123 goes on until")


async def is_overdue_and_taken_in_charge(house: House, amira: Client, ben: Client) -> None:
    house.passes(minutes=25)
    await amira.sees("Have you left?")
    house.passes(minutes=15)
    await ben.sees("First: ring Amira on 07700 900101.")
    await ben.draws("4-overdue")
    await ben.presses("I'm on it")
    await ben.sees("You are in charge: Amira Khan")
    await amira.goes(IN_CHANNEL)
    await amira.sees("Ben Carter has taken charge")
    await amira.draws("5-taken-in-charge")


async def is_found_safe(amira: Client, ben: Client) -> None:
    await ben.opens("Reached, safe")
    await ben.draws("6-outcome")
    await ben.page.get_by_role("combobox", name="What happened?").click()
    await ben.page.get_by_role("option").first.click()
    await ben.presses("Send")
    await amira.sees("Confirmed safe at", "Nobody is out just now.")
    await amira.draws("7-outcome-in-the-channel")


async def calls_for_help_and_nothing_shows(amira: Client, ben: Client) -> None:
    await amira.goes(PRIVATELY)
    await amira.is_left_in_peace()
    handed = []
    for words in (ORDINARY, WORDS, ORDINARY):
        before = len(amira.frames)
        await amira.writes(words)
        await amira.hears_more_than(before)
        if words == WORDS:
            await ben.sees("called for help")
            await ben.draws("8-called-for-help")
            await ben.presses("I'm on it")
            await ben.sees("What to do first is on the card.")
        handed.append(seen(amira.frames[before:]))
    await amira.draws("9-nothing-shows")
    ordinary, called, afterwards = handed
    assert called == ordinary == afterwards
    assert "Sorry, I did not understand that" in called


def seen(frames: list[dict[str, object]]) -> str:
    """Return what a page was handed, without the ids and instants of its messages."""
    text = plain(json.dumps(frames, indent=1))
    return re.sub(r'"(messageId|timestamp)": "?[0-9.]+"?', r'"\1": 0', text)
