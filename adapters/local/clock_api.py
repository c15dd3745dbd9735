"""The time that the page shows; and, in a demo alone, putting it forward (docs/local-api.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from aiohttp import web

from adapters.local.chat_message import instant
from adapters.local.guard import Guard
from adapters.local.hub import Hub
from adapters.local.reading import optional_text, query_text, read_body, text_of
from adapters.local.refusals import Refusal
from bot.ports import Clock

FURTHEST = timedelta(hours=25)
"""How far one request goes: a whole day, also one on which the clocks are put back."""
NEXT = "next"


class Lapse(Protocol):
    """What puts a demo's clock forward (`bot.service.timelapse.TimeLapse`)."""

    async def next_due(self) -> datetime | None:
        """Return the earliest deadline ahead; None when there is none."""

    async def forward_to(self, at: datetime) -> None:
        """Live through everything up to `at`; an instant that has passed changes nothing."""


@dataclass(frozen=True, slots=True)
class ClockApi:
    """The handlers; `lapse` is None but in a demo."""

    guard: Guard
    hub: Hub
    clock: Clock
    lapse: Lapse | None

    def routes(self) -> list[web.RouteDef]:
        """Return the routes below /local."""
        return [
            web.get("/api/clock", self.show, allow_head=False),
            web.post("/api/clock", self.move),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Answer what time it is, and whether it can be put forward."""
        await self.guard.person(request, query_text(request, "as"))
        return web.json_response(await self._time())

    async def move(self, request: web.Request) -> web.Response:
        """Put the clock forward, to an instant or to the next deadline; answer what time it is then."""
        body = await read_body(request)
        await self.guard.person(request, optional_text(body, "as"))
        if self.lapse is None:
            raise Refusal(
                403,
                "not_a_demo",
                "Only the clock of a demo can be put forward. Start one with: buddyline --demo",
            )
        await self.lapse.forward_to(await self._wanted(text_of(body, "to"), self.lapse))
        time = await self._time()
        self.hub.tell_all("clock", time)
        return web.json_response(time)

    async def _wanted(self, to: str, lapse: Lapse) -> datetime:
        if to == NEXT:
            due = await lapse.next_due()
            if due is None:
                raise Refusal(
                    409, "nothing_ahead", "Nothing is due: nobody is out. Start a visit first."
                )
            return due
        at = _instant(to)
        if at > self.clock.now() + FURTHEST:
            raise Refusal(422, "bad_to", "That is too far ahead: at most 25 hours in one request.")
        return at

    async def _time(self) -> dict[str, Any]:
        due = None if self.lapse is None else await self.lapse.next_due()
        return {
            "now": instant(self.clock.now()),
            "demo": self.lapse is not None,
            "next": None if due is None else instant(due),
        }


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refusal(
        422,
        "bad_to",
        '"to" must be "next", or an instant with its zone: {"to": "2026-11-24T14:05:00.000Z"}.',
    )
