"""docs/slack.md, followed word by word by somebody new: from an empty folder to the first visit, with the command itself."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.slack import PATH
from adapters.slack.manifest import problems
from tests.adapters.slack.house import PEOPLE
from tests.crash.house import ENDED_WITHIN, READY_WITHIN, ROOT, pause
from tests.emulate.workspace import BOT, Posted, Workspace, emulated
from tests.fakes.slack import SECRET, TOKEN

pytestmark = pytest.mark.emulate

GUIDE = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
PROGRAM = ".venv/bin/buddyline"
COMMANDS = re.findall(rf"^    {PROGRAM} ([^#\n]+)", GUIDE, re.MULTILINE)
COMES_WITHIN = 30.0


@dataclass
class Newcomer:
    """Somebody with an empty folder, a workspace, and the guide. `done`: the commands of the guide that were typed."""

    folder: Path
    workspace: Workspace
    done: list[str] = field(default_factory=list)
    port: int = 0

    def program(self, command: str) -> tuple[list[str], dict[str, str]]:
        """Return what is started for a command of the guide, and in which environment: nothing but the path."""
        return [sys.executable, "-m", "bot", *shlex.split(command)], {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "PATH": os.environ["PATH"],
        }

    def of_the_guide(self, begins: str) -> str:
        """Return a command as the guide has it."""
        command: str = next(one for one in COMMANDS if one.startswith(begins)).strip()
        self.done.append(command)
        return command

    async def types(self, command: str) -> tuple[int, str]:
        """Type a command; return its status and what it said. "> FILE" writes its output into a file."""
        command, _, into = command.partition(" > ")
        process = await self.starts(command)
        said, _ = await asyncio.wait_for(process.communicate(), READY_WITHIN)
        if into:
            (self.folder / into).write_bytes(said)
        return process.returncode or 0, said.decode()

    async def starts(self, command: str) -> asyncio.subprocess.Process:
        """Start a command, and do not wait for its end."""
        words, environment = self.program(command)
        return await asyncio.create_subprocess_exec(
            *words,
            cwd=self.folder,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    def writes_settings(self, **more: str) -> None:
        """Write the .env file as the guide has it, with where the emulator is instead of Slack."""
        settings = {
            "BUDDYLINE_ADAPTERS": "slack",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.workspace.bots_url,
            "BUDDYLINE_PORT": "0",
            **more,
        }
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        (self.folder / ".env").write_text(lines, encoding="utf-8")

    async def writes_the_team_file(self) -> None:
        """Copy the sample, and say by what the command finds who is who."""
        text = (ROOT / "bot" / "samples" / "team.toml").read_text(encoding="utf-8")
        found = self.of_the_guide("team find").split()[:2]
        emails = {f"{who}@emulate.dev": who for who in PEOPLE}
        status, said = await self.types(" ".join([*found, *emails]))
        assert status == 0, said
        text = text.replace('ways = ["local:amira"]\n', "")
        for line in said.splitlines():
            email, _, ways = line.partition(": ")
            assert re.fullmatch(r'ways = \["slack:T[A-Z0-9]+/U[A-Z0-9]+"\]', ways), line
            at = f'id = "{emails[email]}"\n'
            text = text.replace(f"[[team.person]]\n{at}", f"[[team.person]]\n{at}{ways}\n")
        room = f'channel = "slack:{self.workspace.team}/{self.workspace.room}"'
        text = text.replace('channel = "local:adult-care"', room)
        (self.folder / "our-team.toml").write_text(text, encoding="utf-8")

    async def sees(self, who: str, text: str, button: str = "") -> Posted:
        """Wait until somebody sees a message with this text, a pattern, and with a button that begins so."""
        async with asyncio.timeout(COMES_WITHIN):
            while True:
                for message in await self.workspace.seen(who):
                    said = re.search(text, f"{message.text}\n{message.words}")
                    if message.user == BOT and said and (not button or message.begins(button)):
                        return message
                await pause(0.05)

    async def does(self, body: object) -> str:
        """Deliver what somebody does to the running command."""
        assert isinstance(body, dict)
        return await self.workspace.deliver(f"http://127.0.0.1:{self.port}{PATH}", body)

    async def presses(self, who: str, text: str, label: str) -> None:
        """Press the button that begins so, as soon as it is there: at night it says by which way, too (F8)."""
        message = await self.sees(who, text, label)
        await self.does(await self.workspace.press(who, message, message.begins(label)))


@asynccontextmanager
async def running(new: Newcomer) -> AsyncIterator[None]:
    """Start the command, and let it end as somebody ends it who presses Ctrl-C."""
    process = await new.starts(new.of_the_guide("run"))
    try:
        assert process.stdout is not None
        async with asyncio.timeout(READY_WITHIN):
            while b"is running on port" not in (line := await process.stdout.readline()):
                assert line, "it has ended"
        new.port = int(line.decode().rstrip().rstrip(".").rpartition(" ")[2])
        yield
        process.send_signal(signal.SIGINT)
        said, _ = await asyncio.wait_for(process.communicate(), ENDED_WITHIN)
        assert process.returncode == 0, said.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_from_nothing_to_the_first_visit(tmp_path: Path) -> None:
    async with emulated(tmp_path) as workspace:
        (tmp_path / "new").mkdir()
        new = Newcomer(tmp_path / "new", workspace)

        # 1. Make the app
        status, said = await new.types(new.of_the_guide("manifest"))
        assert status == 0, said
        manifest = json.loads((new.folder / "slack-manifest.json").read_text(encoding="utf-8"))
        assert list(problems(manifest)) == []

        # 2. Give Buddyline its keys, 3. Say who is who
        new.writes_settings()
        await new.writes_the_team_file()
        new.writes_settings(BUDDYLINE_TEAM_FILE="our-team.toml")

        # 4. Check, and start
        async with running(new):
            checking = asyncio.create_task(new.types(new.of_the_guide("check")))
            await new.presses("ben", "This is a test of Buddyline's messages", "Press to test")
            status, said = await checking
            assert status == 0, said
            assert "All is well" in said

            # 5. The first visit
            first = re.search(r"`/visit (start [^`]+)`", GUIDE[GUIDE.index("## 5.") :])
            assert first is not None
            await new.does(await workspace.command("amira", first[1]))
            await new.presses("ben", "Can you be", "I'm on it")
            await new.sees("carla", "Buddy: Ben Carter")
            for words, answer in (
                ("arrived", "noted"),
                ("extend 30m", "goes on until"),
                # A late one closes when somebody has heard the worker.
                ("left", "is over|you have left"),
            ):
                await new.does(await workspace.says("amira", words))
                await new.sees("amira", answer)
        assert workspace.refused() == []
        assert sorted(new.done) == sorted(one.strip() for one in COMMANDS), (
            "what the guide has besides"
        )
