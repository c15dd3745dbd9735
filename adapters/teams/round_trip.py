"""A test message with a button: that it is taken proves the way to somebody, that a press is heard proves the way back.

Teams lets no bot read what stands in a chat, so that Buddyline itself, which hears the press, writes down that it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.teams import cards
from adapters.teams.people import PLATFORM
from bot.domain.message import Choice
from bot.ports import Clock, Reference, Store, Tx

HELLO = "This is a test of Buddyline's messages. Nothing has happened, and nothing is to be done."
PRESSED = "This was a test of Buddyline's messages. It works: the button was heard."
CHECK = "check"
"""What the button does, and the address under which it is kept which of these messages was pressed last."""
WAITS = timedelta(minutes=1)
LOOKS = timedelta(seconds=1.5)


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody is there who presses.

    Attributes:
        asks: called once, when the messages are out, with what to do.
    """

    clock: Clock
    asks: Callable[[str], None]


def hello(*, private: bool) -> dict[str, Any]:
    """Return the test message; with a button in a private chat alone."""
    button = Choice(CHECK, "Press to test")
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
    press.asks(
        "Now have somebody press the button of this message in their private chat, within a minute."
    )
    end = press.clock.now() + WAITS
    while not await _heard(store, sent):
        if press.clock.now() >= end:
            return False
        await press.clock.wait(press.clock.now() + LOOKS, asyncio.Event())
    return True


async def _heard(store: Store, sent: Collection[str]) -> bool:
    found = await store.read(lambda tx: tx.references.get(PLATFORM, CHECK))
    return found is not None and found.handle in sent
