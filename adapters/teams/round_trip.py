"""A test message with a button: that it is taken proves the way to somebody, that a press is heard proves the way back.

Teams lets no bot read what stands in a chat, so that Buddyline itself, which hears the press, writes down that it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from adapters.teams import cards
from adapters.teams.people import PLATFORM
from adapters.trial import ASK, BUTTON, HELLO, LOOKS, PRESSED, WAITS, Press
from bot.domain.message import Choice
from bot.ports import Clock, Reference, Store, Tx

CHECK = "check"
"""What the button does, and the address under which it is kept which of these messages was pressed last."""


def hello(*, private: bool) -> dict[str, Any]:
    """Return the test message; with a button in a private chat alone."""
    button = Choice(CHECK, BUTTON)
    return cards.said(HELLO, buttons=(cards.pressing(CHECK, button),) if private else ())


def pressed() -> dict[str, Any]:
    """Return what the test message becomes."""
    return cards.said(PRESSED)


async def note(store: Store, ref: str, *, clock: Clock) -> None:
    """Write down that the button of a message was heard. Raises Unavailable."""
    heard = Reference(PLATFORM, CHECK, "", "", ref)

    def work(tx: Tx) -> None:
        tx.references.put(heard, now=clock.now())

    await store.run(work, name="reference")


async def came_back(store: Store, sent: Collection[str], press: Press) -> bool:
    """Wait until the button of one of the messages was heard; return False when none was within a minute."""
    press.asks(ASK)
    end = press.clock.now() + WAITS
    while not await _heard(store, sent):
        if press.clock.now() >= end:
            return False
        await press.clock.wait(press.clock.now() + LOOKS, asyncio.Event())
    return True


async def _heard(store: Store, sent: Collection[str]) -> bool:
    found = await store.read(lambda tx: tx.references.get(PLATFORM, CHECK))
    return found is not None and found.handle in sent
