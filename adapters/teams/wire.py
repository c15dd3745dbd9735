"""The SDK's connector client over our own HTTP: nothing blocks the event loop, and each call ends within its time.

This and `turns` are all that knows botbuilder; nothing of it is stored.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from botframework.connector import BotFrameworkConnectorConfiguration
from botframework.connector.aio import ConnectorClient
from msrest.authentication import Authentication
from msrest.pipeline import AsyncHTTPSender, AsyncPipeline, Request, Response
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http import ClientRequest
from msrest.universal_http.aiohttp import AioHttpClientResponse

from adapters.teams.tokens import Tokens

ANSWERS_WITHIN = 8
"""Seconds: below the time that the outbox gives a send."""
ANSWER_MAX = 4 * 1024 * 1024
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
KEPT = 20
"""Clients kept at once: one for each address at which Teams is asked."""

for _name in ("msrest", "botframework", "botbuilder"):
    # Their own log lines may hold what people wrote: none of them is shown.
    _quiet = logging.getLogger(_name)
    _quiet.addHandler(logging.NullHandler())
    _quiet.propagate = False
    _quiet.setLevel(logging.CRITICAL + 1)


class Refused(Exception):
    """Teams' answer was another one than "taken". Of it nothing is kept but its codes: it may hold what was sent.

    Attributes:
        status: of HTTP; 0 for a good one whose answer nobody can read.
        code: Teams' own word for it; "" where it gives none.
        retry_after: how long Teams asks to wait, as it wrote it; "" where it does not.
    """

    def __init__(self, status: int, code: str = "", retry_after: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.retry_after = status, code, retry_after


class _Sender(AsyncHTTPSender):  # type: ignore[misc] # it has no types
    """Sends what the SDK has put together."""

    def __init__(self, session: aiohttp.ClientSession, tokens: Tokens) -> None:
        self._session, self._tokens = session, tokens

    def build_context(self) -> None:
        return None

    async def __aexit__(self, *_: object) -> None:
        """Let go of nothing: the session is not ours."""

    async def send(self, request: Request, **_config: Any) -> Response:  # noqa: ANN401 - the SDK's
        asked: ClientRequest = request.http_request
        token = await self._tokens.get()
        headers = dict(asked.headers) | ({"Authorization": f"Bearer {token}"} if token else {})
        async with self._session.request(
            asked.method,
            asked.url,
            data=asked.data,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=ANSWERS_WITHIN),
            allow_redirects=False,  # the token is for this address alone
        ) as answer:
            # The SDK's own reader stumbles over an answer that is not what it expects, whatever it means.
            body = await _read(answer)
            shape = _shape(body)
            if not 200 <= answer.status < 300:
                raise Refused(answer.status, _code(shape), answer.headers.get("Retry-After", ""))
            if body.strip() and not isinstance(shape, dict):
                raise Refused(0)
            found = AioHttpClientResponse(asked, answer)
            found.headers = {"content-type": "application/json"}
            found._body = body if body.strip() else b"{}"
        return Response(request, found)


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    found = b""
    async for some in answer.content.iter_chunked(65_536):
        found += some
        if len(found) > ANSWER_MAX:
            raise Refused(0)
    return found


def _shape(body: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(body)
    except ValueError:
        return None


def _code(shape: Any) -> str:  # noqa: ANN401 - JSON
    """Return the most exact word for a refusal: its sub-code, where there is one."""
    waiting, exact, rough = [shape], "", ""
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            exact = exact or str(one.get("subCode") or "")
            rough = rough or str(one.get("code") or "")
            waiting += [one[name] for name in ("innerHttpError", "body", "error") if name in one]
    found = exact or rough
    return found if _WORD.fullmatch(found) else ""


class _Pipeline(AsyncPipeline):  # type: ignore[misc] # it has no types
    def __init__(self, config: BotFrameworkConnectorConfiguration) -> None:
        super().__init__([config.user_agent_policy, RawDeserializer()], config.sender)


@dataclass(slots=True)
class Clients:
    """One client of the SDK for each address; making one costs more than many messages."""

    session: aiohttp.ClientSession
    tokens: Tokens
    _kept: dict[str, ConnectorClient] = field(default_factory=dict)

    def at(self, service: str) -> ConnectorClient:
        """Return the client for an address of Teams', which has been found to be allowed."""
        found = self._kept.get(service)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            config = BotFrameworkConnectorConfiguration(
                Authentication(),
                service,
                pipeline_type=_Pipeline,
                sender=_Sender(self.session, self.tokens),
            )
            found = self._kept[service] = ConnectorClient(None, custom_configuration=config)
        return found
