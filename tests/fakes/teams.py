"""Teams in small: the Bot Connector over real HTTP, strict about what it takes, and people who write and press.

What it enforces is what Teams is known to enforce (our token, the tenant, who can be reached, sizes, cards). Faults are told
beforehand, one call at a time.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.teams_cards import CARD, BadCard, buttons, check_card, read
from tests.fakes.teams_keys import ISSUER, Issuer, signed

TENANT = "0f0e0d0c-0b0a-4909-8807-060504030201"
APP_ID = "11111111-2222-4333-8444-555555555555"
PASSWORD = "invented~password"
CHANNEL = "19:team-0123456789@thread.tacv2"
BOT = f"28:{APP_ID}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call.

    Attributes:
        code, sub_code: Teams' own words for it; without any the answer is a page.
        stored: the call takes effect all the same.
        drop: no answer at all.
        body: what a good answer says instead.
    """

    status: int = 200
    code: str = ""
    sub_code: str = ""
    retry_after: str = ""
    stored: bool = False
    drop: bool = False
    body: str | None = None


@dataclass(slots=True)
class Message:
    """One message as it stands."""

    chat: str
    id: str
    activity: dict[str, Any]
    user: str | None = None
    edits: int = 0

    @property
    def card(self) -> dict[str, Any]:
        """The card of it."""
        return dict(self.activity["attachments"][0]["content"])

    @property
    def words(self) -> str:
        """Everything one reads, a line each."""
        return self.activity["text"] if self.user else "\n".join(read(self.card))

    @property
    def preview(self) -> str:
        """What a notification shows."""
        return str(self.activity.get("summary", ""))

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """The buttons by label."""
        return {} if self.user else buttons(self.card)


class Refused(Exception):
    """Teams says no."""

    def __init__(self, status: int, code: str, sub_code: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.sub_code = status, code, sub_code


@dataclass
class FakeTeams:
    """One tenant with one team; `people` are object ids, all of them in its channel."""

    people: tuple[str, ...]
    messages: list[Message] = field(default_factory=list)
    dialogs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """A person to the dialog that they look at, or the sentence in it."""
    toasts: dict[str, list[str]] = field(default_factory=dict)
    """What pressing told a person."""
    issuer: Issuer = field(default_factory=Issuer)
    calls: list[str] = field(default_factory=list)
    without_app: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    guests: set[str] = field(default_factory=set)
    taken_out: bool = False
    deleted: set[tuple[str, str]] = field(default_factory=set)
    """Chats and ids of messages that somebody has taken away."""
    limit: int = 100 * 1024
    token: str = "token-1"
    """The one that counts; "": nobody needs one."""
    now: Callable[[], datetime] = lambda: datetime(2026, 6, 1, tzinfo=UTC)
    url: str = ""
    told: Callable[[str, dict[str, Any]], None] = lambda _method, _asked: None
    """Called with every call that has taken effect, and what was asked."""
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _counts: dict[str, itertools.count[int]] = field(default_factory=dict)

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_get("/openid", self.issuer.metadata)
        app.router.add_get("/keys", self.issuer.keys)
        app.router.add_post("/login/{tenant}/oauth2/v2.0/token", self._token)
        v3 = "/amer/v3/conversations"
        app.router.add_post(v3, self._answering("create"))
        app.router.add_post(v3 + "/{chat}/activities", self._answering("send"))
        app.router.add_post(v3 + "/{chat}/activities/{id}", self._answering("send"))
        app.router.add_put(v3 + "/{chat}/activities/{id}", self._answering("update"))
        app.router.add_get(v3 + "/{chat}/pagedmembers", self._answering("members"))
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._http = aiohttp.ClientSession()

    async def stop(self) -> None:
        """End it."""
        await self._http.close()
        await self._runner.cleanup()

    @property
    def service(self) -> str:
        """Where Teams is asked."""
        return f"{self.url}/amer/"

    def fails(self, method: str, *faults: Fault) -> None:
        """Have the next calls of a method fail, one after the other: token, create, send, update, members."""
        self._faults.setdefault(method, []).extend(faults)

    # --- what people see -----------------------------------------------------------------------------

    def seen(self, person: str) -> list[Message]:
        """Return what somebody sees, oldest first."""
        mine = {CHANNEL, private(person)}
        return [m for m in self.messages if m.chat.partition(";")[0] in mine]

    def deletes(self, message: Message) -> None:
        """Have an owner or an administrator take a message away."""
        self.messages.remove(message)
        self.deleted.add((message.chat, message.id))

    def newest(self, person: str, label: str) -> Message:
        """Return the newest message that somebody sees with this button."""
        seen = self.seen(person)
        found = next((m for m in reversed(seen) if label in m.buttons), None)
        assert found, f"no {label!r} among {sorted({one for m in seen for one in m.buttons})}"
        return found

    # --- what people do ------------------------------------------------------------------------------

    def activity(self, person: str, chat: str, kind: str, **more: Any) -> dict[str, Any]:
        """Return something that a person does, as it is delivered."""
        private_one = chat == private(person)
        data: dict[str, Any] = {"tenant": {"id": TENANT}}
        if not private_one:
            data |= {"channel": {"id": chat.partition(";")[0]}, "team": {"id": CHANNEL}}
        conversation = {
            "id": chat,
            "conversationType": "personal" if private_one else "channel",
            "tenantId": TENANT,
            "isGroup": not private_one,
        }
        shape = {
            "type": kind,
            "id": self._next(f"{person}{chat}" if kind == "invoke" else chat),
            "timestamp": f"{self.now():%Y-%m-%dT%H:%M:%S.%f}1Z",
            "channelId": "msteams",
            "serviceUrl": self.service,
            "from": {"id": handle(person), "name": "Jo Smith", "aadObjectId": person.upper()},
            "recipient": {"id": BOT, "name": "Buddyline"},
            "conversation": conversation,
            "channelData": data | more.pop("channelData", {}),
        }
        return shape | more

    def says(
        self, person: str, text: str, channel: str | None = None, about: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Return something written; in a channel it names the bot. `about`: colleagues who are named by "{0}" and so on."""
        chat = channel or private(person)
        named = [(BOT, "<at>Buddyline</at>")] if channel else []
        marks = [f"<at>Name {number}</at>" for number in range(len(about))]
        named += [(handle(one), mark) for one, mark in zip(about, marks, strict=True)]
        text = text.format(*marks) if about else text
        shape = self.activity(
            person,
            chat,
            "message",
            text=f"<at>Buddyline</at>&nbsp;{text}\n" if channel else text,
            entities=[
                {"type": "mention", "text": mark, "mentioned": {"id": one, "name": mark[4:-5]}}
                for one, mark in named
            ],
        )
        if channel and ";" not in chat:
            shape["conversation"]["id"] = f"{chat};messageid={shape['id']}"
        place = shape["conversation"]["id"]
        self.messages.append(Message(place, shape["id"], shape, user=person))
        return shape

    def edits(self, said: dict[str, Any], text: str) -> dict[str, Any]:
        """Return the event of a message that was changed."""
        self._next(said["conversation"]["id"])
        changed = dict(said) | {"type": "messageUpdate", "text": text}
        data = said["channelData"] | {"eventType": "editMessage"}
        return changed | {"channelData": data, "timestamp": self.now().isoformat()}

    def press(
        self, person: str, message: Message, label: str, *, submit: bool = False
    ) -> dict[str, Any]:
        """Return a pressed button as it is delivered. `submit`: by a client that does not know Action.Execute."""
        action = message.buttons[label]
        if submit and action["type"] == "Action.Execute":
            action = action["fallback"]
        more: dict[str, Any] = {"replyToId": message.id}
        if action["type"] == "Action.Execute":
            said = {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]}
            more |= {"name": "adaptiveCard/action", "value": {"action": said, "trigger": "manual"}}
            return self.activity(person, message.chat, "invoke", **more)
        if action["data"].get("msteams", {}).get("type") == "task/fetch":
            value = {"data": action["data"], "context": {"theme": "default"}}
            more |= {"name": "task/fetch", "value": value}
            return self.activity(person, message.chat, "invoke", **more)
        return self.activity(person, message.chat, "message", value=action["data"], **more)

    def submit(self, person: str, label: str = "Send", **filled: str) -> dict[str, Any]:
        """Return the dialog that somebody looks at as it is sent, filled in by blank."""
        card = self.dialogs[person]["card"]
        data = dict(buttons(card)[label]["data"])
        for one in card["body"]:
            if one["type"].startswith("Input."):
                name = one["id"].removeprefix("f-")
                data[one["id"]] = filled.pop(name, one.get("value", ""))
        assert not filled, f"the form has no blank {sorted(filled)}"
        value = {"data": data, "context": {"theme": "default"}}
        more = {"name": "task/submit", "value": value}
        return self.activity(person, private(person), "invoke", **more)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return what a token says; a change to None takes a claim out."""
        now = int(self.now().timestamp())
        found = {
            "iss": ISSUER,
            "aud": APP_ID,
            "exp": now + 3_600,
            "nbf": now - 60,
            "serviceurl": self.service,
        }
        return {name: value for name, value in (found | changes).items() if value is not None}

    async def deliver(
        self, url: str, activity: dict[str, Any], *, token: str | None = None, bare: bool = False
    ) -> tuple[int, Any]:
        """Send something to the bot as Teams does; return status and body of the answer."""
        proof = token if token is not None else signed(self.claims())
        headers = {} if bare else {"Authorization": f"Bearer {proof}"}
        async with self._http.post(url, json=activity, headers=headers) as answer:
            text = await answer.text()
            body = json.loads(text) if text and answer.status == 200 else text
            self._show(activity, answer.status, body)
            return answer.status, body

    def _show(self, activity: dict[str, Any], status: int, body: Any) -> None:
        """Do what an answer to an invoke asks for."""
        if activity["type"] != "invoke" or status != 200:
            return
        person = activity["from"]["aadObjectId"].lower()
        if activity["name"] == "adaptiveCard/action":
            assert (body["statusCode"], body["type"]) == (
                200,
                "application/vnd.microsoft.activity.message",
            )
            self.toasts.setdefault(person, []).append(body["value"])
            return
        task = body["task"] if body else None
        if task is None:
            self.dialogs.pop(person, None)
        elif task["type"] == "continue":
            value = task["value"]
            assert value["card"]["contentType"] == CARD
            assert value["title"]
            check_card(value["card"]["content"], dialog=True)
            self.dialogs[person] = {"title": value["title"], "card": value["card"]["content"]}
        else:
            self.dialogs[person] = {"title": "", "said": task["value"]}

    # --- the Bot Connector ---------------------------------------------------------------------------

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self.calls.append("token")
        queue = self._faults.get("token", [])
        if queue:
            return self._fail(request, queue.pop(0))
        asked = await request.post()
        assert request.match_info["tenant"] == TENANT
        assert asked["scope"] == "https://api.botframework.com/.default"
        assert asked["grant_type"] == "client_credentials"
        if (asked["client_id"], asked["client_secret"]) != (APP_ID, PASSWORD):
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"access_token": self.token, "expires_in": 3_599})

    def _answering(self, method: str) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.StreamResponse:
            return await self._respond(method, request)

        return answer

    async def _respond(self, method: str, request: web.Request) -> web.StreamResponse:
        self.calls.append(method)
        queue = self._faults.get(method, [])
        fault = queue.pop(0) if queue else None
        if fault is not None and not fault.stored:
            return self._fail(request, fault)
        try:
            answer = self._do(method, request, await request.text())
        except Refused as refused:
            shape: dict[str, Any] = {"code": refused.code, "message": "words that nobody logs"}
            body = {"error": shape}
            if refused.sub_code:
                body["error"]["innerHttpError"] = {"body": {"subCode": refused.sub_code}}
            return web.json_response(body, status=refused.status)
        status = 201 if method in {"create", "send"} else 200
        return (
            web.json_response(answer, status=status)
            if fault is None
            else self._fail(request, fault)
        )

    def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.drop and request.transport is not None:
            request.transport.close()
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        if fault.body is not None or not (fault.code or fault.sub_code):
            return web.Response(status=fault.status, text=fault.body or "<html>", headers=headers)
        shape: dict[str, Any] = {"error": {"code": fault.code, "message": "words that nobody logs"}}
        shape |= {"subCode": fault.sub_code} if fault.sub_code else {}
        return web.json_response(shape, status=fault.status, headers=headers)

    def _do(self, method: str, request: web.Request, text: str) -> dict[str, Any]:
        wanted = f"Bearer {self.token}" if self.token else None
        if request.headers.get("Authorization") != wanted:
            raise Refused(401, "Unauthorized")
        if len(text.encode("utf-16-le")) > self.limit:
            raise Refused(413, "MessageSizeTooBig")
        asked = json.loads(text) if text else {}
        chat = request.match_info.get("chat", "")
        if method == "create":
            return self._create(asked)
        if method == "members":
            return self._members(chat, request.query.get("continuationToken", ""))
        if method == "send":
            return {"id": self._post(chat, asked).id}
        return self._change(chat, request.match_info["id"], asked)

    def _create(self, asked: dict[str, Any]) -> dict[str, Any]:
        data = asked.get("channelData", {})
        if data.get("tenant", {}).get("id") != TENANT:
            raise Refused(400, "BadSyntax")
        assert asked["bot"]["id"] == BOT
        if asked["isGroup"]:
            if data["channel"]["id"] != CHANNEL or self.taken_out:
                raise Refused(403, "BotNotInConversationRoster")
            if "activity" not in asked:
                raise Refused(400, "BadSyntax")
            thread = self._next(CHANNEL)
            posted = self._post(f"{CHANNEL};messageid={thread}", asked["activity"], of=thread)
            return {"id": posted.chat, "activityId": posted.id}
        (member,) = asked["members"]
        person = next((p for p in self.people if member["id"] in {p, handle(p)}), None)
        if person is None:
            raise Refused(400, "BadArgument")
        if person in self.without_app:
            raise Refused(403, "ForbiddenOperationException")
        return {"id": private(person)}

    def _post(self, chat: str, asked: dict[str, Any], *, of: str = "") -> Message:
        self._check(chat, asked)
        if (chat, chat.partition(";messageid=")[2]) in self.deleted:
            raise Refused(404, "ConversationNotFound")
        message = Message(chat, of or self._next(chat), asked)
        self.messages.append(message)
        self.told("send", {"chat": chat, "activity": asked})
        return message

    def _change(self, chat: str, message_id: str, asked: dict[str, Any]) -> dict[str, Any]:
        self._check(chat, asked)
        if (chat, message_id) in self.deleted:
            raise Refused(403, "ServiceError")  # not a 404: that is for what never was
        found = [m for m in self.messages if (m.chat, m.id, m.user) == (chat, message_id, None)]
        if not found:
            raise Refused(404, "ActivityNotFoundInConversation")
        found[0].activity = asked
        found[0].edits += 1
        self.told("update", {"chat": chat, "activity": asked})
        return {"id": message_id}

    def _check(self, chat: str, asked: dict[str, Any]) -> None:
        place = chat.partition(";")[0]
        person = next((p for p in self.people if private(p) == place), None)
        if person is None and place != CHANNEL:
            raise Refused(404, "ConversationNotFound")
        if person in self.blocked:
            raise Refused(403, "Forbidden", "MessageWritesBlocked")
        if self.taken_out and place == CHANNEL:
            raise Refused(403, "BotNotInConversationRoster")
        (attachment,) = asked["attachments"]
        if asked["type"] != "message" or attachment["contentType"] != CARD or not asked["summary"]:
            raise Refused(400, "BadSyntax")
        try:
            check_card(attachment["content"])
        except (BadCard, KeyError) as bad:
            raise AssertionError(f"Teams would not take it: {bad!r}") from bad

    def _members(self, chat: str, token: str) -> dict[str, Any]:
        if chat != CHANNEL:
            raise Refused(404, "ConversationNotFound")
        if self.taken_out:
            raise Refused(403, "BotNotInConversationRoster")
        at, most = int(token or 0), 4
        some = [*self.people, *sorted(self.guests)][at : at + most]
        members = [
            {
                "id": handle(one),
                "name": "Jo Smith",
                "objectId": one,
                "aadObjectId": one,
                "tenantId": TENANT,
                "email": f"{one[:8]}@Example.org",
                "userPrincipalName": f"{one[:8]}@tenant.example.org",
                "userRole": "guest" if one in self.guests else "user",
            }
            for one in some
        ]
        more = at + most < len(self.people) + len(self.guests)
        return {"members": members} | ({"continuationToken": str(at + most)} if more else {})

    def _next(self, whose: str) -> str:
        """Return an id. Each place is counted apart, its threads together: none shows what happens elsewhere."""
        count = self._counts.setdefault(whose.partition(";")[0], itertools.count(1_780_000_000_001))
        return str(next(count))


def handle(person: str) -> str:
    """Return what Teams calls somebody when they speak to the bot."""
    return f"29:1{person.replace('-', '')}"


def private(person: str) -> str:
    """Return the id of somebody's private chat with the bot."""
    return f"a:1{person.replace('-', '')}"
