"""A test of the way to somebody and back: what the test message says, and who is asked to press its button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.ports import Clock

HELLO = "This is a test of Buddyline's messages. Nothing has happened, and nothing is to be done."
PRESSED = "This was a test of Buddyline's messages. It works: the button was heard."
ASK = "Now have somebody press the button of this message in their private chat, within a minute."
BUTTON = "Press to test"
WAITS = timedelta(minutes=1)
LOOKS = timedelta(seconds=1.5)
"""One chat is looked at so often: Slack allows fifty such questions a minute."""


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody is there who presses.

    Attributes:
        asks: called once, when the messages are out, with what to do.
    """

    clock: Clock
    asks: Callable[[str], None]
