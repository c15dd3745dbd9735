"""Twilio in small: calls over real HTTP, strict about what it takes, and people who pick up and press keys, signed.

What is told to be said is read as Twilio would: one response, verbs that it knows, one key gathered at a time. Everything in it
is invented.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

import aiohttp
from aiohttp import web

from adapters.voice.signature import signed

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2
NUMBER = "+441632960000"
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


@dataclass
class FakeTwilio:
    """One account. `url` is the address of its API, `ours` where we stand behind the public one."""

    ours: str = ""
    public: str = ""
    calls: list[Call] = field(default_factory=list)
    tries: int = 0
    url: str = ""
    proven: frozenset[str] | None = None
    """A trial account: the only numbers that are rung."""
    _faults: list[Fault] = field(default_factory=list)

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_post(f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", self._call)
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

    async def _call(self, request: web.Request) -> web.StreamResponse:
        self.tries += 1
        fault = self._faults.pop(0) if self._faults else None
        if fault is not None and not fault.taken:
            return _failed(request, fault)
        right = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != right:
            return web.json_response({"code": 20003, "message": "Authenticate"}, status=401)
        asked = {name: str(value) for name, value in (await request.post()).items()}
        code = self._wrong(asked)
        if code:
            return web.json_response({"code": code, "message": "no", "status": 400}, status=400)
        call = Call(f"CA{len(self.calls) + 1:032x}", asked["To"], asked)
        self.calls.append(call)
        if fault is not None:
            return _failed(request, fault)
        return web.json_response({"sid": call.sid, "status": "queued"}, status=201)

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
    assert gather is None or gather.get("numDigits") == "1"
    return list(dict.fromkeys(said)), None if gather is None else gather.get("action")


def _failed(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.drop:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if fault.body is not None:
        return web.Response(status=fault.status, text=fault.body)
    return web.json_response({"code": fault.code, "message": "no"}, status=fault.status)
