"""Telephone calls over Twilio: what rings through the night. Whoever is wanted says so by a key, and may take charge by one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from adapters.twilio import Door, Keys, Twilio
from adapters.voice.sender import CAPABILITIES, NO_SUCH, WITHIN, VoiceSender
from adapters.voice.talk import ANSWERED, ENDED, NAMED, PRESSED, Talk
from bot.ports import Clock, Intake, Receipts, Store

__all__ = ["CAPABILITIES", "Talk", "Voice", "VoiceSender", "build"]


@dataclass(frozen=True, slots=True)
class Voice:
    """The open adapter.

    Attributes:
        install: adds the addresses that Twilio asks what to say.
        close: lets go of every connection.
    """

    sender: VoiceSender
    install: Callable[[web.Application], None]
    close: Callable[[], Awaitable[None]]


async def build(
    *,
    keys: Keys,
    number: str,
    prefixes: frozenset[str],
    store: Store,
    intake: Intake,
    receipts: Receipts,
    clock: Clock,
) -> Voice:
    """Open the adapter. Twilio itself need not be reachable for it.

    Args:
        number: that calls come from.
        prefixes: of the countries that are rung.
    """
    session = aiohttp.ClientSession()
    twilio = Twilio(keys, session, way="voice", within=WITHIN, no_such=NO_SUCH)
    ours = keys.public_url
    talk = Talk(public_url=ours, store=store, intake=intake, receipts=receipts, clock=clock)
    door = Door(keys.token, ours)

    def install(app: web.Application) -> None:
        pages = {
            ANSWERED: talk.answered,
            NAMED: talk.named,
            PRESSED: talk.pressed,
            ENDED: talk.ended,
        }
        door.install(app, pages)

    sender = VoiceSender(twilio, number=number, public_url=ours, prefixes=prefixes)
    return Voice(sender, install, session.close)
