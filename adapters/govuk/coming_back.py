"""What GOV.UK Notify sends by itself: what became of a message, and what people text back. A token proves that it is Notify."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import web

from adapters.govuk.calling import BECAME
from bot import reach
from bot.ports import InboundEvent, InboundKind, Intake, Receipts, Unavailable

PATH = "/notify/receipts"
TEXTS = "/notify/texts"
BODY_MAX = 100_000
TEXT_MAX = 20_000
_LOG = logging.getLogger("buddyline.notify")


class ComingBack:
    """Hears receipts and texts. Without a token nothing is listened to."""

    def __init__(self, token: str, receipts: Receipts, intake: Intake) -> None:
        self._token, self._receipts, self._intake = token, receipts, intake
        self._installed = False

    def install(self, app: web.Application) -> None:
        """Add the address that receipts come to: one for both ways, so that the second time adds nothing."""
        if self._token and not self._installed:
            app.router.add_post(PATH, self._receipt)
            app.router.add_post(TEXTS, self._text)
            self._installed = True

    async def _receipt(self, request: web.Request) -> web.Response:
        said = await proven(request, self._token)
        if isinstance(said, web.Response):
            return said
        platform, ref = said.get("notification_type"), said.get("id")
        what = BECAME.get(str(said.get("status")))
        if platform not in ("sms", "email") or not isinstance(ref, str) or not 0 < len(ref) <= 100:
            return web.Response(status=400)
        if what is None:
            _LOG.warning("finding notify.receipt: a status that is not known")
            return web.Response(status=204)
        try:
            known = await self._receipts.receipt(str(platform), ref, what)
        except Unavailable:
            return web.Response(status=503)
        # One that came before our own note of the message comes again in five minutes.
        return web.Response(status=204 if known else 404)

    async def _text(self, request: web.Request) -> web.Response:
        said = await proven(request, self._token)
        if isinstance(said, web.Response):
            return said
        event = read_text(said)
        if event is None:
            return web.Response(status=400)
        try:
            # A stranger gets no answer: it would go to whatever number somebody has put there.
            await self._intake.receive(event)
        except Unavailable:
            return web.Response(status=503)
        return web.Response(status=204)


def read_text(said: Mapping[str, object]) -> InboundEvent | None:
    """Return what somebody has texted; None when it is no text. Its sender is written as between countries."""
    found = {name: said.get(name) for name in ("id", "source_number", "message", "date_received")}
    if not all(isinstance(value, str) for value in found.values()):
        return None
    event_id, source, text, sent = (str(value) for value in found.values())
    if not 0 < len(event_id) <= 100 or len(source) > 100:
        return None
    try:
        sent_at = datetime.fromisoformat(sent)
    except ValueError:
        return None
    if sent_at.tzinfo is None:
        sent_at = sent_at.replace(tzinfo=UTC)
    return InboundEvent(
        platform="sms",
        event_id=event_id,
        kind=InboundKind.TEXT,
        sender=reach.number(source) or source,
        sent_at=sent_at.astimezone(UTC),
        text=text.encode("utf-8", "replace").decode()[:TEXT_MAX],
    )


async def proven(request: web.Request, token: str) -> Mapping[str, object] | web.Response:
    """Return what Notify said, once it is proven to be Notify; the refusal otherwise."""
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
        return web.Response(status=401)
    if (request.content_length or 0) > BODY_MAX:
        return web.Response(status=413)
    body = await request.content.read(BODY_MAX + 1)
    if len(body) > BODY_MAX:
        return web.Response(status=413)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return web.Response(status=400)
    return said if isinstance(said, dict) else web.Response(status=400)
