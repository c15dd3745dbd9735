"""The addresses that Twilio asks during a call: only what it has signed is looked at. What is answered is in `talk`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.voice import signature
from adapters.voice.talk import ANSWERED, ENDED, NAMED, PRESSED, Fields, Talk
from bot.ports import Unavailable

BODY_MAX = 20_000


class Pages:
    """The addresses that Twilio asks."""

    def __init__(self, *, token: str, public_url: str, talk: Talk) -> None:
        """See the class. `public_url`: ours, as Twilio reaches it, with a slash at its end; it is part of what is signed."""
        self._token, self._public_url, self._talk = token, public_url, talk

    def install(self, app: web.Application) -> None:
        """Add the addresses."""
        for path, answer in (
            (ANSWERED, self._talk.answered),
            (NAMED, self._talk.named),
            (PRESSED, self._talk.pressed),
            (ENDED, self._talk.ended),
        ):
            app.router.add_post(f"/{path}", self._proven(path, answer))

    def _proven(
        self, path: str, answer: Callable[[Fields], Awaitable[str]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return the same for requests: only what Twilio has signed is looked at."""

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
                # Twilio says so to whoever listens, and asks again for how it ended.
                return web.Response(status=503)
            return web.Response(text=text, content_type="text/xml")

        return asked
