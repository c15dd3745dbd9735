"""Slack in small: its web API over real HTTP, strict about what it takes, and people who write and press, signed.

What it enforces is what Slack is known to enforce (limits of blocks and texts, triggers that are good once, private chats by
an id of their own). Faults are told beforehand, one call at a time.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.slack_faults import Fault
from tests.fakes.slack_installs import Apps
from tests.fakes.slack_limits import Refused, buttons, check_blocks, check_view, read
from tests.fakes.slack_requests import asked_in, filled_in, posted_by
from tests.fakes.slack_rooms import Room
from tests.fakes.slack_scheduled import Schedule

TEAM, BOT, BOT_ID, CHANNEL = "T0TEAM", "U0BOT", "B0BOT", "C0TEAM"
TOKEN, APP_TOKEN = "xoxb-1-invented", "xapp-invented"
SECRET = "0123456789abcdef0123456789abcdef"


@dataclass(slots=True)
class Message:
    """One message as it stands."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    user: str | None = None
    only_for: str | None = None
    thread: str | None = None
    edits: int = 0
    team: str = TEAM
    fired: bool = False
    """Slack had kept it, and posted it by itself."""

    @property
    def words(self) -> str:
        """Everything one reads, a line each."""
        return "\n".join(read(self.blocks))

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """The buttons by label."""
        return buttons(self.blocks)


@dataclass
class FakeSlack:
    """One workspace with one channel; `people` are its users, all of them in the channel."""

    people: tuple[str, ...]
    messages: list[Message] = field(default_factory=list)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict)
    """A user to the dialog they look at."""
    room: Room = field(default_factory=Room)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    revoked: bool = False
    now: Callable[[], float] = lambda: 1_780_000_000
    """Slack's clock, in seconds since 1970: it stamps messages."""
    url: str = ""
    schedule: Schedule = field(default_factory=Schedule)
    apps: Apps = field(default_factory=Apps)
    """Whom workspaces have let in, besides us by our token."""
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _triggers: dict[str, str] = field(default_factory=dict)
    links: list[web.WebSocketResponse] = field(default_factory=list)
    """Connections of Socket Mode, oldest first."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _acks: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _spoken_in: str = TEAM
    told: Callable[[str, dict[str, Any]], None] = lambda _method, _asked: None
    """Called with every call that has taken effect, and what was asked."""
    _counts: dict[str, itertools.count[int]] = field(default_factory=dict)

    async def start(self) -> None:
        """Listen on loopback; `url` is then the address of the API."""
        app = web.Application()
        app.router.add_post("/api/{method}", self._answer)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        self._http = aiohttp.ClientSession()

    async def stop(self) -> None:
        """End it."""
        await self._http.close()
        await self._runner.cleanup()

    def fails(self, method: str, *faults: Fault) -> None:
        """Have the next calls of a method fail, one after the other."""
        self._faults.setdefault(method, []).extend(faults)

    def fires(self) -> None:
        """Post what Slack has kept until now. The bot has no part in it."""
        for one in self.schedule.due(self.now()):
            ts = self._ts(one.channel)
            self.messages.append(Message(one.channel, ts, one.text, one.blocks, fired=True))

    # --- what people see -----------------------------------------------------------------------------

    def seen(self, user: str) -> list[Message]:
        """Return what somebody sees, oldest first."""
        mine = {CHANNEL, private(user)}
        return [m for m in self.messages if m.channel in mine and m.only_for in {None, user}]

    def newest(self, user: str, label: str) -> Message:
        """Return the newest message that somebody sees with this button."""
        seen = self.seen(user)
        found = next((m for m in reversed(seen) if label in m.buttons), None)
        assert found, f"no {label!r} among {sorted({one for m in seen for one in m.buttons})}"
        return found

    def dialog(self, user: str) -> dict[str, Any]:
        """Return the dialog somebody looks at."""
        return self.views[self.opened[user]]

    # --- what people do ------------------------------------------------------------------------------

    def says(self, user: str, text: str, channel: str | None = None) -> tuple[str, dict[str, Any]]:
        """Return time stamp and event of something written; it stands in the chat then."""
        place = channel or private(user)
        ts = self._ts(place)
        self.messages.append(Message(place, ts, text, [], user=user))
        kind = "message" if channel is None else "app_mention"
        event = {"type": kind, "user": user, "text": text, "ts": ts, "channel": place}
        if channel is None:
            event["channel_type"] = "im"
        return ts, self.event(event)

    def edits(self, user: str, ts: str, text: str) -> dict[str, Any]:
        """Return the event of a message that was changed."""
        message = next(m for m in self.messages if m.ts == ts)
        before, message.text = message.text, text
        changed = {"type": "message", "user": user, "text": text, "ts": ts}
        return self.event(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": message.channel,
                "channel_type": "im",
                "ts": self._ts(message.channel),
                "message": changed | {"edited": {"user": user, "ts": self._ts(message.channel)}},
                "previous_message": changed | {"text": before},
            }
        )

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return an event as it is delivered."""
        return {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0APP",
            "event_id": self._next("Ev", str(event.get("channel", ""))),
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "event": dict(event),
        }

    def command(self, user: str, text: str, channel: str = CHANNEL) -> dict[str, str]:
        """Return a slash command as it is delivered."""
        return {
            "command": "/visit",
            "text": text,
            "team_id": TEAM,
            "user_id": user,
            "channel_id": channel,
            "trigger_id": self._trigger(user),
            "response_url": f"{self.url}respond",
        }

    def press(self, user: str, message: Message, label: str) -> dict[str, Any]:
        """Return a pressed button as it is delivered."""
        return {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "channel": {"id": message.channel},
            "container": {"type": "message", "message_ts": message.ts},
            "trigger_id": self._trigger(user),
            "actions": [message.buttons[label] | {"type": "button"}],
        }

    def press_in_dialog(self, user: str, label: str) -> dict[str, Any]:
        """Return a button pressed in the dialog somebody looks at."""
        return self._press_in(user, label, self.dialog(user))

    def press_at_home(self, user: str, label: str) -> dict[str, Any]:
        """Return a button pressed on somebody's own page."""
        return self._press_in(user, label, self.homes[user] | {"id": "V0HOME"})

    def _press_in(self, user: str, label: str, view: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "trigger_id": self._trigger(user),
            "actions": [buttons(view["blocks"])[label] | {"type": "button"}],
        }

    def shortcut(self, user: str, callback_id: str) -> dict[str, Any]:
        """Return a global shortcut as it is delivered."""
        who = {"id": user, "team_id": TEAM}
        trigger = self._trigger(user)
        shape = {"type": "shortcut", "team": {"id": TEAM}, "user": who, "trigger_id": trigger}
        return shape | {"callback_id": callback_id}

    def on_message(self, user: str, callback_id: str, message: Message) -> dict[str, Any]:
        """Return a shortcut on a message as it is delivered."""
        wrote = {"user": message.user or BOT, "text": message.text, "ts": message.ts}
        wrote |= {} if message.user else {"bot_id": BOT_ID}
        shape = self.shortcut(user, callback_id) | {"type": "message_action", "message": wrote}
        return shape | {"channel": {"id": message.channel}}

    def submit(self, user: str, **filled: str) -> dict[str, Any]:
        """Return the dialog that somebody looks at as it is sent, filled in by blank."""
        view = self.dialog(user)
        values: dict[str, Any] = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            name, element = block["block_id"], block["element"]
            values[name] = {element["action_id"]: filled_in(element, filled.pop(name, None))}
        assert not filled, f"the form has no blank {sorted(filled)}"
        return {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "trigger_id": self._trigger(user),
            "view": view | {"state": {"values": values}},
        }

    async def deliver(
        self, url: str, body: Mapping[str, Any], *, at: float, secret: str = SECRET
    ) -> tuple[int, str]:
        """Send something to the bot as Slack does; return status and text of the answer."""
        raw, headers = posted_by(body, at=at, secret=secret)
        async with self._http.post(url, data=raw, headers=headers) as answer:
            text = await answer.text()
        self._update(body, text)
        return answer.status, text

    async def deliver_by_socket(self, body: Mapping[str, Any], *, within: float = 10.0) -> str:
        """Send something over the newest connection; return what was answered with the acknowledgement.

        Raises:
            TimeoutError: it was not acknowledged.
        """
        envelope, answered = self._next("env"), asyncio.get_running_loop().create_future()
        kind = "slash_commands" if "command" in body else "interactive"
        kind = "events_api" if body.get("type") == "event_callback" else kind
        self._acks[envelope] = answered
        shape = {"envelope_id": envelope, "type": kind, "payload": dict(body)}
        await self.links[-1].send_json(shape | {"accepts_response_payload": kind != "events_api"})
        async with asyncio.timeout(within):
            payload = await answered
        text = json.dumps(payload) if payload else ""
        self._update(body, text)
        return text

    async def linked(self, count: int) -> None:
        """Wait until there are so many connections."""
        async with asyncio.timeout(10):
            while sum(not link.closed for link in self.links) < count:
                await self._changed.wait()
                self._changed.clear()

    async def _link(self, request: web.Request) -> web.StreamResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        await link.send_json({"type": "hello", "num_connections": len(self.links) + 1})
        self.links.append(link)
        self._changed.set()
        async for message in link:
            found = json.loads(message.data)
            answered = self._acks.pop(found.get("envelope_id", ""), None)
            if answered is not None and not answered.done():
                answered.set_result(found.get("payload"))
        self.links.remove(link)
        self._changed.set()
        return link

    def _update(self, body: Mapping[str, Any], text: str) -> None:
        """Do what an answer asks for: show something else in the dialog, or close it."""
        if body.get("type") != "view_submission":
            return
        user, view_id = body["user"]["id"], body["view"]["id"]
        answer = json.loads(text) if text else {}
        if answer.get("response_action") == "update":
            check_view(answer["view"])
            self.views[view_id] = answer["view"] | {"id": view_id}
        elif answer.get("response_action") != "errors":
            self.opened.pop(user, None)

    # --- the API -------------------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        queue = self._faults.get(method, [])
        fault = queue.pop(0) if queue else None
        if fault is not None and not fault.stored:
            return self._fail(request, fault)
        try:
            asked = await asked_in(request)
            if method == "oauth.v2.access":
                return web.json_response(self.apps.exchanged(asked))
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            self._spoken_in = self._workspace(method, token)
            if method == "auth.revoke":
                return web.json_response(self.apps.revoked(token))
            answer = self._do(method, asked)
            self.told(method, asked)
        except Refused as refused:
            answer = {"ok": False, "error": str(refused)}
        return web.json_response(answer) if fault is None else self._fail(request, fault)

    def _workspace(self, method: str, token: str) -> str:
        """Return the workspace that a token speaks in."""
        if token == (APP_TOKEN if method == "apps.connections.open" else TOKEN):
            if self.revoked:
                raise Refused("token_revoked")
            return TEAM
        return self.apps.workspace(token)

    def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.drop and request.transport is not None:
            request.transport.close()
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        if fault.status != 200 and not fault.error:
            return web.Response(status=fault.status, text="<html>", headers=headers)
        shape = {"ok": False, "error": fault.error}
        return web.json_response(shape, status=fault.status, headers=headers)

    def _do(  # noqa: PLR0911 - one for each method
        self, method: str, asked: dict[str, Any]
    ) -> dict[str, Any]:
        match method:
            case "auth.test":
                return {"ok": True, "team_id": self._spoken_in, "user_id": BOT, "bot_id": BOT_ID}
            case "apps.connections.open":
                return {
                    "ok": True,
                    "url": f"{self.url.replace('http', 'ws').removesuffix('api/')}link",
                }
            case "chat.postMessage":
                return self._post(asked)
            case "chat.postEphemeral":
                return self._post_ephemeral(asked)
            case "chat.update":
                return self._change(asked)
            case "views.publish":
                view = (
                    asked["view"] if isinstance(asked["view"], dict) else json.loads(asked["view"])
                )
                assert view["type"] == "home"
                check_blocks(view["blocks"])
                self.homes[asked["user_id"]] = view
                return {"ok": True}
            case "conversations.open":
                return {"ok": True, "channel": {"id": self._channel(asked["users"])}}
            case "views.open" | "views.push":
                return self._open(asked)
        return self._keep(method, asked)

    def _keep(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        if method == "conversations.info":
            return self.room.info(self._channel(asked["channel"]))
        if method.startswith("users."):
            return self.room.answer(method, asked, self.people, self._spoken_in)
        match method:
            case "pins.add" | "pins.remove":
                place = (self._channel(asked["channel"]), asked["timestamp"])
                stands = place in {(m.channel, m.ts) for m in self.messages}
                return self.room.pin(place, up=method == "pins.add", stands=stands)
            case "conversations.members":
                return self.room.members([BOT, *self.people], asked)
            case "conversations.history":
                at = (asked["channel"], asked["latest"])
                found = [m for m in self.messages if (m.channel, m.ts) == at]
                return {"ok": True, "messages": [{"ts": m.ts, "text": m.text} for m in found]}
            case "chat.scheduleMessage":
                # By a user's id it could not be taken back: only by the chat's.
                assert asked["channel"] not in self.people
                channel = self._channel(asked["channel"])
                return self.schedule.put(channel, asked, self._words(asked), self.now())
            case "chat.deleteScheduledMessage":
                return self.schedule.take(asked, self.now())
            case "chat.scheduledMessages.list":
                return self.schedule.listed(asked)
        raise Refused("unknown_method")

    def _post(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.room.open(asked["channel"])
        channel = self._channel(asked["channel"])
        message = Message(
            channel, self._ts(channel), *self._words(asked), thread=asked.get("thread_ts")
        )
        message.team = self._spoken_in
        self.messages.append(message)
        return {"ok": True, "channel": channel, "ts": message.ts}

    def _post_ephemeral(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.room.open(asked["channel"], asked["user"])
        if asked["user"] not in self.people:
            raise Refused("user_not_in_channel")
        channel = self._channel(asked["channel"])
        text, blocks = self._words(asked)
        message = Message(channel, self._ts(channel), text, blocks, only_for=asked["user"])
        self.messages.append(message)
        return {"ok": True, "message_ts": message.ts}

    def _change(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["channel"].startswith("U"):
            raise Refused("channel_not_found")
        found = [
            m
            for m in self.messages
            if (m.channel, m.ts) == (asked["channel"], asked["ts"]) and m.only_for is None
        ]
        if not found:
            raise Refused("message_not_found")
        if found[0].user is not None:
            raise Refused("cant_update_message")
        found[0].text, found[0].blocks = self._words(asked)
        found[0].edits += 1
        return {"ok": True, "channel": asked["channel"], "ts": asked["ts"]}

    def _open(self, asked: dict[str, Any]) -> dict[str, Any]:
        user = self._triggers.pop(asked["trigger_id"], None)
        if user is None:
            raise Refused("expired_trigger_id")
        view = json.loads(asked["view"]) if isinstance(asked["view"], str) else asked["view"]
        check_view(view)
        view_id = self._next("V", user)
        self.views[view_id] = view | {"id": view_id}
        self.opened[user] = view_id
        return {"ok": True, "view": self.views[view_id]}

    def _words(self, asked: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        blocks = asked.get("blocks", [])
        blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
        if not asked.get("text"):
            raise Refused("no_text")
        if len(blocks) > 50:
            raise Refused("invalid_blocks")
        check_blocks(blocks)
        return asked["text"], blocks

    def _channel(self, asked: str) -> str:
        if asked in self.people:
            return private(asked)
        if asked != CHANNEL and asked not in map(private, self.people):
            raise Refused("channel_not_found")
        return asked

    def _next(self, kind: str, whose: str = "") -> str:
        """Return an id that no other one is like. Each person and channel is counted apart: none shows what others do."""
        count = self._counts.setdefault(f"{kind}{whose}", itertools.count(1))
        return f"{kind}{whose}{next(count)}"

    def _ts(self, channel: str) -> str:
        count = self._counts.setdefault(f"ts{channel}", itertools.count(1))
        return f"{int(self.now())}.{next(count):06d}"

    def _trigger(self, user: str) -> str:
        trigger = f"{self._next('', user)}.trigger"
        self._triggers[trigger] = user
        return trigger


def private(user: str) -> str:
    """Return the id of somebody's private chat with the bot."""
    return f"D{user[1:]}"
