"""Texts over Twilio: the connection, and the addresses at which it tells what became of them and what people text back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from adapters.sms.providers import NO_SUCH, STATUS, TEXTS, WITHIN, OverTwilio
from adapters.sms.told import Told
from adapters.twilio import Door, Keys, Twilio
from bot.ports import Clock, Intake, Receipts


@dataclass(frozen=True, slots=True)
class Opened:
    """The open connection.

    Attributes:
        install: adds the addresses that Twilio tells things to.
        close: lets go of every connection.
    """

    provider: OverTwilio
    install: Callable[[web.Application], None]
    close: Callable[[], Awaitable[None]]


async def over_twilio(
    *, keys: Keys, sender: str, receipts: Receipts, intake: Intake, clock: Clock
) -> Opened:
    """Open it. Twilio itself need not be reachable. `sender`: a number, or the id of a messaging service (MG…)."""
    session = aiohttp.ClientSession()
    twilio = Twilio(keys, session, way="sms", within=WITHIN, no_such=NO_SUCH)
    told = Told(receipts=receipts, intake=intake, clock=clock)
    door = Door(keys.token, keys.public_url)
    return Opened(
        OverTwilio(twilio, sender=sender, public_url=keys.public_url),
        lambda app: door.install(app, {STATUS: told.status, TEXTS: told.text}),
        session.close,
    )
