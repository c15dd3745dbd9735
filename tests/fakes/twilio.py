"""Twilio in small: calls and texts over real HTTP, strict about what it takes; people who pick up, press keys and text, signed.

What is told to be said is read as Twilio would: one response, verbs that it knows, one key gathered at a time. Everything in it
is invented.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

import aiohttp
from aiohttp import web

from adapters.twilio.signature import signed

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2
NUMBER = "+441632960000"
TEXTS_FROM, SERVICE = "+447700900998", "MG" + "0123456789abcdef" * 2
"""A number that takes texts, and a messaging service that has such numbers."""
VERBS = {"Response", "Gather", "Say", "Pause", "Hangup"}


@dataclass(frozen=True, slots=True)
class Fault:
    """How one call fails. `drop`: the connection ends without an answer, after it was taken where `taken`."""

    status: int = 500
    code: int | None = 20500
    drop: bool = False
    taken: bool = False
    body: str | None = None


@dataclass(slots=True)
class Call:
    """A call that Twilio makes."""

    sid: str
    to: str
    asked: dict[str, str]
    heard: list[str] = field(default_factory=list)
    """What was said, a line each."""
    action: str | None = None
    """Where the next key goes; None when none is waited for."""
    refused: int = 0
    """The status of an answer of ours that Twilio could not use."""


@dataclass(slots=True)
class Text:
    """A text that Twilio has taken; `told`: the status of each of our answers to what it tells of it."""

    sid: str
    to: str
    body: str
    status_url: str
    told: list[int] = field(default_factory=list)


@dataclass
class FakeTwilio:
    """One account. `url` is the address of its API, `ours` where we stand behind the public one."""

    ours: str = ""
    public: str = ""
    calls: list[Call] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    """Numbers that have texted STOP."""
    tries: int = 0
    url: str = ""
    proven: frozenset[str] | None = None
    """A trial account: the only numbers that are rung and texted."""
    _faults: list[Fault] = field(default_factory=list)

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_post(f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", self._call)
        app.router.add_post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", self._text)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        self._http = aiohttp.ClientSession()

    async def stop(self) -> None:
        """End it."""
        await self._http.close()
        await self._runner.cleanup()

    def fails(self, *faults: Fault) -> None:
        """Have the next calls fail, one after the other."""
        self._faults.extend(faults)

    def to(self, number: str) -> list[Call]:
        """Return the calls to somebody, oldest first."""
        return [one for one in self.calls if one.to == number]

    # --- what people do ------------------------------------------------------------------------------

    async def picks_up(self, call: Call, by: str = "human") -> list[str]:
        """Have somebody, or something, pick up; return what they hear."""
        return await self._asks(call, call.asked["Url"], {"AnsweredBy": by})

    async def presses(self, call: Call, digit: str) -> list[str]:
        """Have a key pressed; return what is heard then."""
        assert call.action is not None, "no key is waited for"
        return await self._asks(call, call.action, {"Digits": digit})

    async def ends(self, call: Call, status: str = "completed") -> None:
        """Have the call end."""
        await self._asks(call, call.asked["StatusCallback"], {"CallStatus": status})

    async def reports(self, text: Text, status: str, code: int | None = None) -> int:
        """Tell what became of a text; return our answer's status."""
        fields = {"MessageSid": text.sid, "SmsSid": text.sid, "AccountSid": ACCOUNT, "To": text.to}
        fields |= {"MessageStatus": status, "SmsStatus": status, "From": TEXTS_FROM}
        fields |= {} if code is None else {"ErrorCode": str(code)}
        answer, _ = await self.sends(text.status_url, fields)
        text.told.append(answer)
        return answer

    async def passes_on(self, number: str, body: str, *, sid: str) -> int:
        """Pass on what somebody has texted; return our answer's status. STOP is kept by Twilio as well."""
        fields = {"MessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "From": number}
        fields |= {"To": TEXTS_FROM, "Body": body, "NumMedia": "0", "NumSegments": "1"}
        if body.strip().upper() == "STOP":
            self.stopped.add(number)
            fields["OptOutType"] = "STOP"
        status, _ = await self.sends(f"{self.public}sms/texts", fields)
        return status

    async def sends(
        self, url: str, fields: Mapping[str, str], *, token: str = TOKEN, sign: str | None = None
    ) -> tuple[int, str]:
        """Post something to us as Twilio does; return status and text. `sign`: this signature, right or wrong."""
        right = signed(token, url, fields.items()) if sign is None else sign
        here = url.replace(self.public, self.ours)
        headers = {"X-Twilio-Signature": right} if right else {}
        async with self._http.post(here, data=dict(fields), headers=headers) as answer:
            return answer.status, await answer.text()

    async def _asks(self, call: Call, url: str, more: Mapping[str, str]) -> list[str]:
        fields = {"CallSid": call.sid, "AccountSid": ACCOUNT, "To": call.to, "From": NUMBER, **more}
        status, text = await self.sends(url, fields)
        call.action = None
        if status != 200:
            call.refused = status
            return []
        said, call.action = read(text)
        call.heard += said
        return said

    # --- what it answers -----------------------------------------------------------------------------

    async def _text(self, request: web.Request) -> web.StreamResponse:
        def taken(asked: dict[str, str]) -> str:
            words = asked["Body"]
            if self.proven is not None:
                words = f"Sent from your Twilio trial account - {words}"
            sid = f"SM{len(self.texts) + 1:032x}"
            self.texts.append(Text(sid, asked["To"], words, asked["StatusCallback"]))
            return sid

        return await self._made(request, self._wrong_text, taken)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        def taken(asked: dict[str, str]) -> str:
            sid = f"CA{len(self.calls) + 1:032x}"
            self.calls.append(Call(sid, asked["To"], asked))
            return sid

        return await self._made(request, self._wrong, taken)

    async def _made(
        self,
        request: web.Request,
        wrong: Callable[[Mapping[str, str]], int],
        taken: Callable[[dict[str, str]], str],
    ) -> web.StreamResponse:
        self.tries += 1
        fault = self._faults.pop(0) if self._faults else None
        if fault is not None and not fault.taken:
            return _failed(request, fault)
        right = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != right:
            return web.json_response({"code": 20003, "message": "Authenticate"}, status=401)
        asked = {name: str(value) for name, value in (await request.post()).items()}
        code = wrong(asked)
        if code:
            return web.json_response({"code": code, "message": "no", "status": 400}, status=400)
        sid = taken(asked)
        if fault is not None:
            return _failed(request, fault)
        return web.json_response({"sid": sid, "status": "queued"}, status=201)

    def _wrong_text(self, asked: Mapping[str, str]) -> int:
        who = "MessagingServiceSid" if "MessagingServiceSid" in asked else "From"
        assert set(asked) == {"To", "Body", "StatusCallback", who}, set(asked)
        if not re.fullmatch(r"\+[1-9][0-9]{7,14}", asked["To"]):
            return 21211
        if asked[who] not in (TEXTS_FROM, SERVICE):
            return 21606
        if not 0 < len(asked["Body"]) <= 1600:
            return 21617 if asked["Body"] else 21602
        if asked["To"] in self.stopped:
            return 21610
        if self.proven is not None and asked["To"] not in self.proven:
            return 21608
        return 0

    def _wrong(self, asked: Mapping[str, str]) -> int:
        known = {"To", "From", "Url", "Method", "MachineDetection", "Timeout"}
        known |= {"StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent"}
        assert set(asked) <= known, set(asked) - known
        if not re.fullmatch(r"\+[1-9][0-9]{7,14}", asked["To"]):
            return 21211
        if asked["From"] != NUMBER:
            return 21210
        if not asked["Url"].startswith("http"):
            return 21205
        if self.proven is not None and asked["To"] not in self.proven:
            return 21219
        return 0


def read(text: str) -> tuple[list[str], str | None]:
    """Return what is said, and where the next key goes; what Twilio would not understand fails the test."""
    root = ElementTree.fromstring(text)
    assert root.tag == "Response"
    assert {one.tag for one in root.iter()} <= VERBS
    said = [one.text or "" for one in root.iter("Say")]
    gather = root.find("Gather")
    assert gather is None or int(gather.get("numDigits", "0")) in range(1, 9)
    return list(dict.fromkeys(said)), None if gather is None else gather.get("action")


def _failed(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.drop:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if fault.body is not None:
        return web.Response(status=fault.status, text=fault.body)
    return web.json_response({"code": fault.code, "message": "no"}, status=fault.status)
