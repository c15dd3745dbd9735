"""Whether a request is Twilio's: it signs the address it asks, as it knows it, with every field that it sends. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

HEADER = "X-Twilio-Signature"


def signed(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """Return the signature of a request.

    Args:
        url: as the other side asked for it, with its query.
        fields: of its form.
    """
    text = url + "".join(f"{name}{value}" for name, value in sorted(fields))
    code = hmac.digest(token.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1)
    return base64.b64encode(code).decode()


def proven(token: str, url: str, fields: Iterable[tuple[str, str]], given: str) -> bool:
    """Return whether a signature is the right one, in constant time."""
    right = signed(token, url, fields).encode()
    return hmac.compare_digest(right, given.encode("utf-8", "surrogatepass"))
