"""Microsoft in small as far as it proves who speaks: signing keys, their publication, and tokens signed with them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Return a key by a name; making one takes a while."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class Issuer:
    """Publishes keys and signs with them. `published`: key names to the channels that each is endorsed for."""

    published: dict[str, list[str]] = field(default_factory=lambda: {"key-1": ["msteams"]})
    asked: int = 0
    broken: bool = False

    async def metadata(self, request: web.Request) -> web.StreamResponse:
        """Say where the keys are."""
        self.asked += 1
        if self.broken:
            return web.Response(status=503, text="<html>")
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{request.url.origin()}/keys"})

    async def keys(self, _request: web.Request) -> web.StreamResponse:
        """Publish the keys."""
        found = []
        for name, endorsed in self.published.items():
            shape = json.loads(RSAAlgorithm.to_jwk(rsa_key(name).public_key()))
            found.append(shape | {"kid": name, "use": "sig", "endorsements": endorsed})
        return web.json_response({"keys": found})


def signed(claims: dict[str, Any], *, key: str = "key-1", kid: str | None = None) -> str:
    """Return a token, signed as the Bot Framework does. `kid`: the name it gives; None: the key's own."""
    return jwt.encode(claims, rsa_key(key), algorithm="RS256", headers={"kid": kid or key})
