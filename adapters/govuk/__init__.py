"""GOV.UK Notify: text messages and e-mails of a public body. What both ways share: the calls, and what comes back.

It promises no speed, and knows no telephone calls. A template is fixed at Notify; what it holds is one blank, so that the
words stay ours: what a lock screen may show, a time and a reference.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from adapters.govuk.calling import Notify
from adapters.govuk.coming_back import ComingBack
from bot.ports import Clock, Intake, Receipts

__all__ = ["GovUk", "Keys", "Notify", "build"]


@dataclass(frozen=True, slots=True)
class Keys:
    """How Notify knows us. Its text shows no secret.

    Attributes:
        api_key: name, service id and secret, as Notify shows it once.
        callback_token: proves a receipt, and a text that somebody sent; "" when none are taken.
        api_url: with a slash at its end.
    """

    api_key: str = field(repr=False)
    callback_token: str = field(repr=False)
    api_url: str


@dataclass(frozen=True, slots=True)
class GovUk:
    """The open connection.

    Attributes:
        hears: receipts, and what people text back, come to us.
        install: adds the addresses that receipts and texts come to; both ways ask for it, and it is added once.
        close: lets go of every connection; may be called twice.
    """

    notify: Notify
    hears: bool
    install: Callable[[web.Application], None]
    close: Callable[[], Awaitable[None]]


async def build(*, keys: Keys, receipts: Receipts, intake: Intake, clock: Clock) -> GovUk:
    """Open it. Notify itself need not be reachable for it."""
    session = aiohttp.ClientSession()
    back = ComingBack(keys.callback_token, receipts, intake)
    notify = Notify(keys.api_key, keys.api_url, session, clock)
    return GovUk(notify, bool(keys.callback_token), back.install, session.close)
