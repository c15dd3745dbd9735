"""How a workspace lets us in by itself: /slack/install leads to Slack's own question, /slack/oauth_redirect takes the answer.

Nobody gets further than that question whose workspace is not on the list. What leads back is proven three times: it was made
here within ten minutes, for this browser, and has not been used.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlencode, urljoin

import aiohttp
from aiohttp import web
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import words
from adapters.slack.manifest import OAUTH_PATH, SCOPES
from adapters.slack.workspaces import PLATFORM, Workspaces
from bot.domain.times import from_iso, to_iso
from bot.ports import Clock, IdSource, Install, SealBroken, Sealer, Store, Unavailable

START_PATH = "/slack/install"
GOOD_FOR = timedelta(minutes=10)
COOKIE = "__Host-buddyline-slack"
STATE_MAX = 1_000

_PLACE = "slack/install/state"
_LOG = logging.getLogger("buddyline.slack")
_CALM = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True)
class Client:
    """The app as Slack knows it. `secret` is never shown."""

    id: str
    secret: str = field(repr=False)


@dataclass(slots=True)
class Installing:
    """The two pages.

    Attributes:
        allowed: the ids of the workspaces that may let us in.
        api: a client without a token of its own.
    """

    client: Client
    allowed: frozenset[str]
    api: AsyncWebClient
    store: Store
    workspaces: Workspaces
    clock: Clock
    ids: IdSource
    sealer: Sealer

    def install(self, application: web.Application) -> None:
        """Add both pages to the listener."""
        application.router.add_get(START_PATH, self.start, allow_head=False)
        application.router.add_get(OAUTH_PATH, self.come_back, allow_head=False)

    async def start(self, _request: web.Request) -> web.Response:
        """Lead to Slack's own question, with a mark that only this browser has. Nothing is stored."""
        browser = self.ids.token(32).hex()
        state = self._state(browser, self.clock.now() + GOOD_FOR)
        asked = {"client_id": self.client.id, "scope": ",".join(sorted(SCOPES)), "state": state}
        to = f"{urljoin(self.api.base_url, '/oauth/v2/authorize')}?{urlencode(asked)}"
        answer = web.Response(status=302, headers={**_CALM, "Location": to})
        answer.set_cookie(
            COOKIE,
            browser,
            max_age=int(GOOD_FOR.total_seconds()),
            path="/",
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        return answer

    async def come_back(self, request: web.Request) -> web.Response:
        """Take Slack's answer: only one that was asked for here, once. The token goes into the store, sealed."""
        asked = request.query
        try:
            if not await self._proven(asked.get("state", ""), request.cookies.get(COOKIE, "")):
                return _page(403, words.INSTALL_STALE)
            if not asked.get("code"):
                return _page(200, words.INSTALL_REFUSED)
            return await self._let_in(asked["code"])
        except Unavailable:
            return _page(503, words.INSTALL_LATER)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, KeyError) as error:
            _LOG.error("finding slack.install: %s", type(error).__name__)
            return _page(502, words.INSTALL_LATER)

    async def _let_in(self, code: str) -> web.Response:
        """Exchange the code. Raises SlackApiError and what a lost connection raises, KeyError, Unavailable."""
        # Not by the SDK's own method: it proves us in a way that its HTTP library warns of.
        asked = {"client_id": self.client.id, "client_secret": self.client.secret, "code": code}
        answer = await self.api.api_call("oauth.v2.access", data=asked)
        workspace = str((answer.get("team") or {}).get("id") or "")
        token = str(answer["access_token"])
        if workspace not in self.allowed or answer.get("is_enterprise_install"):
            _LOG.warning("finding slack.install: a workspace that is not on the list")
            await self._give_back(token)
            return _page(403, words.INSTALL_NOT_LISTED)
        install = Install(PLATFORM, workspace, str(answer["bot_user_id"]), token)
        now = self.clock.now()
        await self.store.run(lambda tx: tx.installs.put(install, now=now), name="install")
        self.workspaces.forget(workspace)
        return _page(200, words.INSTALLED)

    async def _give_back(self, token: str) -> None:
        try:
            await self.api.api_call("auth.revoke", headers={"Authorization": f"Bearer {token}"})
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
            _LOG.warning("finding slack.install: not given back: %s", type(error).__name__)

    async def _proven(self, state: str, browser: str) -> bool:
        """Return whether we made this for that browser, lately, and nobody has used it. Raises Unavailable."""
        now, found = self.clock.now(), self._opened(state)
        if found is None:
            return False
        until, mark = found
        if until <= now or not hmac.compare_digest(mark, _mark(browser)):
            return False
        return await self.store.run(
            lambda tx: tx.installs.use(state, now=now, until=until), name="install"
        )

    def _state(self, browser: str, until: datetime) -> str:
        plain = json.dumps([to_iso(until), _mark(browser)])
        return urlsafe_b64encode(self.sealer.seal(plain, place=_PLACE)).decode().rstrip("=")

    def _opened(self, state: str) -> tuple[datetime, str] | None:
        if not state.isascii() or len(state) > STATE_MAX:
            return None
        try:
            sealed = urlsafe_b64decode(state + "=" * (-len(state) % 4))
            until, mark = json.loads(self.sealer.open(sealed, place=_PLACE))
        except (ValueError, SealBroken):
            return None
        return from_iso(until), str(mark)


def _mark(browser: str) -> str:
    return hashlib.sha256(browser.encode("utf-8", "replace")).hexdigest()


def _page(status: int, text: str) -> web.Response:
    title, _, more = text.partition("\n")
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Buddyline</title>'
        f"<h1>{escape(title)}</h1><p>{escape(more)}</p></html>"
    )
    return web.Response(status=status, text=body, content_type="text/html", headers=_CALM)
