"""The sample team on Teams as Microsoft plays it: the real bot in a process of its own, the Playground, and two browsers."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from playwright.async_api import Browser

from bot.clock import SystemClock
from tests.adapters.teams.house import team_file, user
from tests.playground.client import Client, opened
from tests.playground.playground import APP_ID, TENANT, Person, Playground, playing

NAMES = {
    "amira": "Amira Khan",
    "ben": "Ben Carter",
    "carla": "Carla Mendes",
    "dev": "Dev Patel",
    "maria": "Maria Novak",
    "helen": "Helen Osei",
}
"""The Playground knows six people. The seventh of the sample team is not in it."""
PEOPLE = {who: Person(name, user(who)) for who, name in NAMES.items()}
PICTURES = "PICTURES"
"""The variable that names a folder for pictures; without it they are thrown away."""


@dataclass
class House:
    """One team at work.

    Attributes:
        ahead: the file that says by how many seconds the clocks are ahead of the machine's.
    """

    browser: Browser
    playground: Playground
    pictures: Path
    ahead: Path

    async def page(self, who: str) -> Client:
        """Open the page of somebody."""
        return await opened(self.browser, self.playground, PEOPLE[who], self.pictures)

    def passes(self, *, minutes: float) -> None:
        """Put the clocks forward; what is due then begins to happen."""
        _write(self.ahead, float(self.ahead.read_text(encoding="utf-8")) + 60 * minutes)


@asynccontextmanager
async def a_house(browser: Browser, folder: Path) -> AsyncIterator[House]:
    """Open everything on the next Monday at 13:00, and close it."""
    pictures, ahead = Path(os.environ.get(PICTURES) or folder), folder / "ahead"
    now = SystemClock().now()
    monday = now.date() + timedelta(days=7 - now.weekday())
    _write(ahead, (datetime.combine(monday, time(13), UTC) - now).total_seconds())
    async with (
        _bot(folder, ahead) as bot,
        playing(folder, tuple(PEOPLE.values()), bot=bot, ahead=ahead) as playground,
    ):
        yield House(browser, playground, pictures, ahead)


@asynccontextmanager
async def _bot(folder: Path, ahead: Path) -> AsyncIterator[str]:
    """Run the bot without credentials; yield where it listens."""
    environ = os.environ | {
        "BUDDYLINE_ADAPTERS": "teams",
        "BUDDYLINE_DATABASE_URL": f"sqlite:///{folder}/buddyline.db",
        "BUDDYLINE_KEY_FILE": str(folder / "buddyline.key"),
        "BUDDYLINE_PORT": "0",
        "BUDDYLINE_TEAM_FILE": str(_team_of_six(folder)),
        "TEAMS_APP_ID": APP_ID,
        "TEAMS_TENANT_ID": TENANT,
        "TEAMS_AUTH": "none",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.e2e.jumping_bot", str(ahead)),
        stdout=asyncio.subprocess.PIPE,
        env=environ,
    )
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.communicate()


def _team_of_six(folder: Path) -> Path:
    """Write the sample team without its last person, whose part Carla has."""
    path = team_file(folder)
    text, _, _ = path.read_text(encoding="utf-8").partition('[[team.person]]\nid = "omar"\n')
    text = text.replace('"dev", "omar"]', '"dev"]').replace('["omar"]', '["carla"]')
    path.write_text(text, encoding="utf-8")
    return path


def _write(ahead: Path, seconds: float) -> None:
    """Write it in one go: two processes read it all the time."""
    new = ahead.with_suffix(".new")
    new.write_text(str(seconds), encoding="utf-8")
    new.replace(ahead)
