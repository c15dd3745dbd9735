"""What Twilio asks or tells by itself: one address each, and only what it has signed is looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from adapters.twilio import signature
from bot.ports import Unavailable

BODY_MAX = 20_000

Fields = Mapping[str, str]
Answer = Callable[[Fields], Awaitable[str | None]]
"""Takes the fields that Twilio sends, and returns TwiML; None for what is not known, or not yet. Raises Unavailable."""


class Door:
    """Adds addresses for Twilio to a listener."""

    def __init__(self, token: str, public_url: str) -> None:
        """See the class.

        Args:
            token: the account's auth token, with which Twilio signs.
            public_url: ours, as Twilio reaches it, with a slash at its end; it is part of what is signed.
        """
        self._token, self._public_url = token, public_url

    def install(self, app: web.Application, pages: Mapping[str, Answer]) -> None:
        """Add addresses, by their path behind our own."""
        for path, answer in pages.items():
            app.router.add_post(f"/{path}", self._proven(path, answer))

    def _proven(
        self, path: str, answer: Answer
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def asked(request: web.Request) -> web.Response:
            if (request.content_length or 0) > BODY_MAX or request.content_length is None:
                return web.Response(status=413)
            form = [(name, str(value)) for name, value in (await request.post()).items()]
            url = f"{self._public_url}{path}"
            given = request.headers.get(signature.HEADER, "")
            if request.query_string or not signature.proven(self._token, url, form, given):
                return web.Response(status=403)
            try:
                text = await answer(dict(form))
            except Unavailable:
                return web.Response(status=503)
            if text is None:
                return web.Response(status=404)
            return web.Response(text=text, content_type="text/xml")

        return asked
