"""GOV.UK Notify in small: its API over real HTTP, strict about what it takes, and receipts that it sends by itself.

What it refuses and in which words is what Notify documents: tokens by service and second, templates and their blanks, numbers,
trial mode, limits of the minute and of the day, and what telephone networks let through to one number in an hour. Faults are
told beforehand, one call at a time. Everything in it is invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
from aiohttp import web

SERVICE = "11111111-2222-3333-4444-555555555555"
SECRET = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
API_KEY = f"buddyline_tests-{SERVICE}-{SECRET}"
TEXT_TEMPLATE = "00000000-0000-4000-8000-000000000001"
MAIL_TEMPLATE = "00000000-0000-4000-8000-000000000002"
BROKEN_TEMPLATE = "00000000-0000-4000-8000-000000000003"
"""It has a blank that nobody fills."""
CALLBACK_TOKEN = "a-bearer-token-of-the-tests"
BLANKS = {TEXT_TEMPLATE: {"text"}, MAIL_TEMPLATE: {"subject", "text"}, BROKEN_TEMPLATE: {"name"}}
KINDS = {TEXT_TEMPLATE: "sms", MAIL_TEMPLATE: "email", BROKEN_TEMPLATE: "sms"}
SKEW = 30
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SAME_AN_HOUR, ANY_AN_HOUR = 20, 100
GSM = re.compile(r"[A-Za-z0-9 \r\n@£$¥!\"#%&'()*+,\-./:;<=>?_]*")
"""Letters that do not halve what fits into a text."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How one call fails. `drop`: the connection ends without an answer, after it was taken where `taken`."""

    status: int = 500
    errors: tuple[tuple[str, str], ...] = (("Exception", "Internal server error"),)
    drop: bool = False
    taken: bool = False
    body: str | None = None


@dataclass(slots=True)
class Sent:
    """One text or e-mail that Notify has taken."""

    id: str
    kind: str
    to: str
    reference: str
    blanks: dict[str, str]
    at: float
    status: str = "sending"
    blocked: bool = False
    """The telephone network has let it through no more: it was the same, or there were too many."""

    @property
    def text(self) -> str:
        """What one reads."""
        return self.blanks["text"]


class _Refused(Exception):
    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status, self.error, self.message = status, error, message


@dataclass
class FakeNotify:
    """One service."""

    trial: bool = False
    team: frozenset[str] = frozenset()
    """Whom trial mode lets through."""
    a_minute: int = 3_000
    a_day: int = 250_000
    sent: list[Sent] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    now: Callable[[], float] = lambda: 1_780_000_000
    url: str = ""
    down: bool = False
    """It answers everything with 503."""
    _faults: list[Fault] = field(default_factory=list)
    _posts: list[float] = field(default_factory=list)

    async def start(self) -> None:
        """Listen on loopback; `url` is then the address of the API."""
        app = web.Application()
        app.router.add_post("/v2/notifications/{kind}", self._post)
        app.router.add_get("/v2/notifications", self._list)
        app.router.add_get("/v2/notifications/{id}", self._one)
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

    def to(self, address: str) -> list[Sent]:
        """Return what has reached somebody, oldest first."""
        return [one for one in self.sent if one.to == address and not one.blocked]

    async def reports(
        self, url: str, sent: Sent, status: str, *, token: str = CALLBACK_TOKEN, **more: Any
    ) -> int:
        """Send a receipt; return the answer's status."""
        body = {
            "id": sent.id,
            "reference": sent.reference,
            "to": sent.to,
            "status": status,
            "notification_type": sent.kind,
            "created_at": "2026-06-01T13:00:00.000000Z",
            "completed_at": "2026-06-01T13:00:05.000000Z",
            "sent_at": "2026-06-01T13:00:01.000000Z",
            "template_id": TEXT_TEMPLATE,
            "template_version": 1,
        } | more
        sent.status = status
        return await self.calls_back(f"{url}/notify/receipts", body, token=token)

    async def calls_back(self, url: str, body: Any, *, token: str = CALLBACK_TOKEN) -> int:
        """Post something to us as Notify does; return the answer's status."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._http.post(url, json=body, headers=headers) as answer:
            return answer.status

    # --- what it answers -----------------------------------------------------------------------------

    async def _post(self, request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"]
        self.calls.append(f"POST {kind}")
        fault = self._faults.pop(0) if self._faults else None
        if fault is not None and not fault.taken:
            return _failed(request, fault)
        if self.down:
            return _failed(request, Fault(503))
        try:
            self._proven(request)
            sent = self._take(kind, await request.json())
        except _Refused as refused:
            return _refusal(refused)
        if fault is not None:
            return _failed(request, fault)
        return web.json_response({"id": sent.id, "reference": sent.reference}, status=201)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        self.calls.append("GET")
        if self.down:
            return _failed(request, Fault(503))
        try:
            self._proven(request)
        except _Refused as refused:
            return _refusal(refused)
        asked = request.query
        found = [
            {"id": one.id, "reference": one.reference, "status": one.status}
            for one in self.sent
            if one.reference == asked.get("reference") and one.kind == asked.get("template_type")
        ]
        return web.json_response({"notifications": found, "links": {}})

    async def _one(self, request: web.Request) -> web.StreamResponse:
        self.calls.append("GET one")
        if self.down:
            return _failed(request, Fault(503))
        asked = request.match_info["id"]
        try:
            self._proven(request)
            if not UUID.fullmatch(asked):
                raise _Refused(400, "ValidationError", "notification_id is not a valid UUID")
            one = next((one for one in self.sent if one.id == asked), None)
            if one is None:
                raise _Refused(404, "NoResultFound", "No result found")
        except _Refused as refused:
            return _refusal(refused)
        return web.json_response(
            {"id": one.id, "reference": one.reference, "type": one.kind, "status": one.status}
        )

    def _proven(self, request: web.Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            raise _Refused(401, "AuthError", "Unauthorized: authentication token must be provided")
        try:
            claims = jwt.decode(
                token,
                SECRET,
                algorithms=["HS256"],
                options={"verify_iat": False, "verify_sub": False},
            )
        except jwt.PyJWTError:
            raise _Refused(
                403, "AuthError", "Invalid token: signature, api token not found"
            ) from None
        if claims.get("iss") != SERVICE:
            raise _Refused(403, "AuthError", "Invalid token: service not found")
        if abs(claims["iat"] - self.now()) > SKEW:
            message = "Error: Your system clock must be accurate to within 30 seconds"
            raise _Refused(403, "AuthError", message)

    def _take(self, kind: str, asked: dict[str, Any]) -> Sent:
        name = {"sms": "phone_number", "email": "email_address"}[kind]
        known = {name, "template_id", "personalisation", "reference"}
        if set(asked) - known:
            extra = min(set(asked) - known)
            message = f"Additional properties are not allowed ({extra} was unexpected)"
            raise _Refused(400, "ValidationError", message)
        self._limits()
        address = asked.get(name, "")
        good = r"\+[1-9][0-9]{7,14}" if kind == "sms" else r"[^@ ]+@[^@ ]+\.[^@ ]+"
        if not re.fullmatch(good, address):
            raise _Refused(400, "ValidationError", f"{name} is not valid")
        template = asked.get("template_id", "")
        if KINDS.get(template) != kind:
            raise _Refused(400, "BadRequestError", "Template not found")
        missing = BLANKS[template] - set(asked.get("personalisation", {}))
        if missing:
            message = f"Missing personalisation: {', '.join(sorted(missing))}"
            raise _Refused(400, "BadRequestError", message)
        if self.trial and address not in self.team:
            message = "Can't send to this recipient when service is in trial mode"
            raise _Refused(400, "BadRequestError", message)
        return self._keep(kind, address, asked)

    def _limits(self) -> None:
        now = self.now()
        self._posts = [at for at in self._posts if at > now - 60]
        if len(self._posts) >= self.a_minute:
            message = (
                f"Exceeded rate limit for key type LIVE of {self.a_minute} requests per 60 seconds"
            )
            raise _Refused(429, "RateLimitError", message)
        if len([one for one in self.sent if one.at > now - 86_400]) >= self.a_day:
            message = f"Exceeded send limits ({self.a_day}) for today"
            raise _Refused(429, "TooManyRequestsError", message)
        self._posts.append(now)

    def _keep(self, kind: str, address: str, asked: dict[str, Any]) -> Sent:
        now, blanks = self.now(), asked["personalisation"]
        assert kind != "sms" or GSM.fullmatch(blanks["text"]), "letters that halve a text"
        assert kind != "sms" or len(blanks["text"]) <= 306, "too long for two parts"
        hour = [one for one in self.sent if one.to == address and one.at > now - 3_600]
        same = [one for one in hour if one.blanks == blanks]
        blocked = kind == "sms" and (len(same) >= SAME_AN_HOUR or len(hour) >= ANY_AN_HOUR)
        number = f"00000000-0000-0000-0000-{len(self.sent) + 1:012}"
        sent = Sent(number, kind, address, asked["reference"], blanks, now, blocked=blocked)
        self.sent.append(sent)
        return sent


def _refusal(refused: _Refused) -> web.Response:
    errors = [{"error": refused.error, "message": refused.message}]
    return web.json_response(
        {"status_code": refused.status, "errors": errors}, status=refused.status
    )


def _failed(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.drop:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if fault.body is not None:
        return web.Response(status=fault.status, text=fault.body)
    errors = [{"error": error, "message": message} for error, message in fault.errors]
    return web.json_response({"status_code": fault.status, "errors": errors}, status=fault.status)
