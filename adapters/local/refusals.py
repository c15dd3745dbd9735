"""Every refusal of the API: a stable code, an HTTP status, and a sentence that shows the right form."""

from __future__ import annotations

import json

from aiohttp import web


class Refusal(Exception):
    """A request that is not carried out.

    Attributes:
        code: stable; programs branch on it (docs/local-api.md lists them all).
        message: for people; may change.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message

    def response(self) -> web.Response:
        """Return the refusal as a JSON response."""
        headers = {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if self.status == 503:
            headers["Retry-After"] = "1"
        body = json.dumps({"error": {"code": self.code, "message": self.message}})
        return web.Response(
            status=self.status, text=body, content_type="application/json", headers=headers
        )


def unknown_person() -> Refusal:
    """Refuse a stranger. Nothing was done."""
    return Refusal(
        403,
        "unknown_person",
        'Sorry, you are not in this chat. Choose yourself from the list of people: "as" is the id of one of them.',
    )


def unknown_message() -> Refusal:
    """Refuse a message that is not there or not for this viewer: the same words for both."""
    return Refusal(
        404,
        "unknown_message",
        'There is no such message here. "message" is the id of a message you see.',
    )


def unknown_place() -> Refusal:
    """Refuse a place that is neither of the two."""
    return Refusal(
        404, "unknown_place", 'There is no such place here. "place" is "channel" or "private".'
    )


def unavailable() -> Refusal:
    """Ask to send again: nothing can be stored now."""
    return Refusal(
        503,
        "unavailable",
        "Not received just now. Please send it again in a moment, with the same key.",
    )
