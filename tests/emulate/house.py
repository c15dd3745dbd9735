"""The sample team at work in an emulated workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from adapters.slack import Client, Keys
from bot.clock import SystemClock
from tests.adapters.slack.house import Works, at_work, team_on_slack
from tests.emulate.workspace import Posted, Workspace, emulated
from tests.fakes.clock import VirtualClock
from tests.fakes.slack import SECRET, TOKEN
from tests.fakes.slack_installs import CLIENT_ID, CLIENT_SECRET


@dataclass(kw_only=True)
class Emulated(Works):
    """One team, and the workspace it is in."""

    workspace: Workspace

    async def does(self, body: Mapping[str, Any]) -> str:
        """Deliver what somebody does, and let everything that follows at once happen; return the answer."""
        answer = await self.workspace.deliver(self.url, body)
        await self.settles()
        return answer

    async def commands(self, who: str, text: str) -> str:
        """Have somebody send "/visit …" in the team's channel."""
        return await self.does(await self.workspace.command(who, text))

    async def says(self, who: str, text: str) -> None:
        """Have somebody write to the bot in private."""
        await self.does(await self.workspace.says(who, text))

    async def presses(self, who: str, label: str) -> Posted:
        """Have somebody press the newest button with this label."""
        message = await self.workspace.newest(who, label)
        await self.does(await self.workspace.press(who, message, label))
        return message

    async def submits(self, who: str, **filled: str) -> str:
        """Have somebody send the dialog that was opened last."""
        dialog = self.workspace.dialog()
        return await self.does(await self.workspace.submit(who, dialog, **filled))


@asynccontextmanager
async def an_emulated_house(folder: Path, *, several: bool = False) -> AsyncIterator[Emulated]:
    """Open everything, and close it.

    Its day is the next Monday: the emulator keeps messages by the machine's own clock.

    Args:
        several: as an app that this workspace has still to install.
    """
    async with emulated(folder) as workspace:
        keys = Keys(TOKEN, SECRET, workspace.bots_url)
        if several:
            client, allowed = Client(CLIENT_ID, CLIENT_SECRET), frozenset({workspace.team})
            keys = Keys("", SECRET, workspace.bots_url, client=client, allowed=allowed)
        loaded = team_on_slack(
            lambda who: f"{workspace.team}/{workspace.users[who]}",
            f"{workspace.team}/{workspace.room}",
        )
        async with at_work(keys, VirtualClock(next_monday()), loaded) as parts:
            house = Emulated(workspace=workspace, **parts)
            await house.settles()
            yield house


def next_monday() -> datetime:
    """Return the next Monday's early afternoon."""
    today = SystemClock().now().date()
    return datetime.combine(today + timedelta(days=7 - today.weekday()), time(13), UTC)
