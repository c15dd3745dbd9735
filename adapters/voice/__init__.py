"""Telephone calls over Twilio: what rings through the night. Whoever is wanted says so by a key, and may take charge by one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from adapters.voice.pages import Pages
from adapters.voice.sender import CAPABILITIES, VoiceSender
from adapters.voice.talk import Talk
from bot.ports import Clock, Intake, Receipts, Store

__all__ = ["CAPABILITIES", "Keys", "Talk", "Voice", "VoiceSender", "build"]


@dataclass(frozen=True, slots=True)
class Keys:
    """How Twilio knows us, and where it finds us. Its text shows no secret.

    Attributes:
        account: the account's id (AC…).
        token: proves us to Twilio, and Twilio to us.
        number: that calls come from.
        api_url, public_url: with a slash at their ends; the second is our own, as Twilio reaches it.
        prefixes: of the countries that are rung.
    """

    account: str
    token: str = field(repr=False)
    number: str
    api_url: str
    public_url: str
    prefixes: frozenset[str]


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
    *, keys: Keys, store: Store, intake: Intake, receipts: Receipts, clock: Clock
) -> Voice:
    """Open the adapter. Twilio itself need not be reachable for it."""
    session = aiohttp.ClientSession()
    talk = Talk(
        public_url=keys.public_url, store=store, intake=intake, receipts=receipts, clock=clock
    )
    pages = Pages(token=keys.token, public_url=keys.public_url, talk=talk)
    sender = VoiceSender(
        session,
        account=keys.account,
        token=keys.token,
        number=keys.number,
        api_url=keys.api_url,
        public_url=keys.public_url,
        prefixes=keys.prefixes,
    )
    return Voice(sender, pages.install, session.close)
