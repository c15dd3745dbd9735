"""The demo in a browser: its time is put forward in one tab, and every tab lives through what happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot import config, demo
from tests.e2e.house import THURSDAY, House, opened
from tests.e2e.test_two_people import private
from tests.fakes.clock import VirtualClock
from tests.fakes.ids import SeededIds

pytestmark = pytest.mark.e2e

WEDNESDAY = datetime(2026, 12, 2, 13, 0, tzinfo=UTC)


@pytest.fixture
async def house(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """The demo at its opening, on a Thursday at 14:00."""
    monkeypatch.chdir(tmp_path)
    host = VirtualClock(WEDNESDAY)
    settings = demo.settings_for(config.load({"BUDDYLINE_PORT": "0"}))
    app = await demo.opened(settings, anew=False, clock=host, ids=SeededIds("demo"))
    stopping = asyncio.Event()
    running = asyncio.create_task(app.run(stopping))
    yield House(app, host, browser)
    stopping.set()
    host.advance(timedelta(minutes=1))
    await running


async def test_the_time_is_put_forward_for_everybody_and_an_alarm_comes(house: House) -> None:
    dev, carla = await house.tab("dev"), await house.tab("carla", width=390, height=844)
    for page in (dev, carla):
        await expect(page.locator("#lapse-now")).to_have_text("14:00")
        await expect(page.get_by_role("button", name="To the next deadline, 14:05")).to_be_visible()
    await carla.get_by_role("button", name="To the next deadline, 14:05").click()
    for page in (dev, carla):
        await expect(page.locator("#lapse-now")).to_have_text("14:05")
    await private(dev)
    await expect(dev.locator("#log")).to_contain_text("ring Carla on 07700 900103")
    await expect(dev.locator("#phone-clock")).to_have_text("14:05")
    await expect(carla.locator("#lapse-said")).to_have_text("At the next deadline: it is 14:05.")
    await dev.get_by_role("button", name="1 hour later").click()
    await expect(dev.locator("#lapse-now")).to_have_text("15:05", timeout=60_000)
    await expect(carla.locator("#lapse-now")).to_have_text("15:05")
    assert house.complaints == []


async def test_away_from_a_demo_there_is_nothing_to_put_forward(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path, start=THURSDAY) as plain:
        amira = await plain.tab("amira")
        await expect(amira.get_by_role("button", name="1 hour later")).to_have_count(0)
        await expect(amira.locator("#lapse")).to_be_hidden()
