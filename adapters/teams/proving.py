"""Proving that a request comes from Microsoft's Bot Framework, for us: its token held against its published keys.

Done here and not by the SDK: that one answers half of all forged tokens with a 500, fetches keys in the event loop without a
time limit, and after a change of keys hears nobody for up to a day.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from bot.ports import Clock

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
SKEW = timedelta(minutes=5)
"""How far a token's times and this machine's clock may be apart."""
KEPT = timedelta(hours=24)
"""How long keys are used before they are fetched again."""
AGAIN = timedelta(minutes=1)
"""How soon an unknown key has them fetched once more: anybody can name one."""
ANSWERS_WITHIN = 5
"""Seconds."""
TOKEN_MAX = 16_384

_LOG = logging.getLogger("buddyline.teams")


class Unproven(Exception):
    """The request is not Microsoft's, or not for us. Says why, in words that hold nothing of the request."""


class NoKeys(Exception):
    """Nobody can tell now: the keys cannot be fetched, and none are known."""


@dataclass(frozen=True, slots=True)
class Key:
    """One published key, and the channels that may sign with it."""

    key: PyJWK
    endorsed: frozenset[str]


@dataclass(slots=True)
class Keys:
    """The published keys, fetched when they are needed.

    Args:
        metadata: the address that says where they are.
    """

    metadata: str
    session: aiohttp.ClientSession
    clock: Clock
    _known: Mapping[str, Key] = field(default_factory=dict)
    _fetched_at: datetime | None = None
    _tried_at: datetime | None = None
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def named(self, name: str) -> Key | None:
        """Return a key by its name; None for one that is not published. Raises NoKeys."""
        now = self.clock.now()
        old = self._fetched_at is None or now - self._fetched_at >= KEPT
        if old or name not in self._known:
            await self._refresh(now, missing=name)
        if not self._known:
            raise NoKeys
        return self._known.get(name)

    async def _refresh(self, now: datetime, *, missing: str) -> None:
        async with self._fetching:
            just_now = self._tried_at is not None and now - self._tried_at < AGAIN
            fresh = self._fetched_at is not None and now - self._fetched_at < KEPT
            if just_now or (fresh and missing in self._known):
                return
            self._tried_at = now
            try:
                self._known = await self._fetch()
                self._fetched_at = now
            except (
                aiohttp.ClientError,
                OSError,
                TimeoutError,
                ValueError,
                KeyError,
                TypeError,
            ) as error:
                # Those that are known go on counting: without any, nobody would be heard.
                _LOG.error("finding teams.keys: %s", type(error).__name__)

    async def _fetch(self) -> Mapping[str, Key]:
        where = await self._get(self.metadata)
        address = str(where["jwks_uri"])
        ours, theirs = urlsplit(self.metadata), urlsplit(address)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise ValueError("keys that lie elsewhere")
        found: dict[str, Key] = {}
        for one in (await self._get(address))["keys"]:
            if one.get("kty") != "RSA" or not one.get("kid"):
                continue
            try:
                made = PyJWK(one, algorithm="RS256")
            except PyJWTError:
                continue
            found[str(one["kid"])] = Key(made, frozenset(map(str, one.get("endorsements") or ())))
        if not found:
            raise ValueError("no keys")
        return found

    async def _get(self, address: str) -> Any:  # noqa: ANN401 - JSON
        async with self.session.get(
            address, timeout=aiohttp.ClientTimeout(total=ANSWERS_WITHIN), allow_redirects=False
        ) as answer:
            if answer.status != 200:
                raise ValueError("no answer with keys")
            return await answer.json(content_type=None)


@dataclass(frozen=True, slots=True)
class Proof:
    """Holds requests against the keys.

    Args:
        app_id: ours; no token for another app is taken.
    """

    app_id: str
    keys: Keys
    clock: Clock

    async def check(self, authorization: str, service_url: str) -> None:
        """Return when the request is Microsoft's and for us.

        Args:
            authorization: the header; "" when there was none.
            service_url: what the activity says; the token has to name the same.

        Raises:
            Unproven: it is not.
            NoKeys: nobody can tell now.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > TOKEN_MAX:
            raise Unproven("no token")
        claims = await self._claims(token.strip())
        self._check_times(claims)
        if not service_url or claims.get("serviceurl") != service_url:
            raise Unproven("another service address")

    async def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            head = jwt.get_unverified_header(token)
        except PyJWTError:
            raise Unproven("no token that can be read") from None
        if head.get("alg") != "RS256":
            raise Unproven("another algorithm")
        key = await self.keys.named(str(head.get("kid", "")))
        if key is None:
            raise Unproven("an unknown key")
        if CHANNEL not in key.endorsed:
            raise Unproven("a key that is not endorsed for Teams")
        try:
            return dict(
                jwt.decode(
                    token,
                    key.key,
                    algorithms=["RS256"],
                    audience=self.app_id,
                    issuer=ISSUER,
                    # Its times are held against the clock that was handed in.
                    options={
                        "require": ["exp", "iss", "aud"],
                        "verify_exp": False,
                        "verify_nbf": False,
                        "verify_iat": False,
                    },
                )
            )
        except PyJWTError as wrong:
            raise Unproven(type(wrong).__name__) from None

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now, skew = self.clock.now().timestamp(), SKEW.total_seconds()
        try:
            if now >= float(claims["exp"]) + skew:
                raise Unproven("expired")
            if now < float(claims.get("nbf", 0)) - skew:
                raise Unproven("not valid yet")
        except (TypeError, ValueError, OverflowError):
            raise Unproven("times that are none") from None
