"""A test message with a button: that it arrives proves the way to somebody, that a press changes it proves the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import blocks
from bot.ports import Clock

HELLO = "This is a test of Buddyline's messages. Nothing has happened, and nothing is to be done."
PRESSED = "This was a test of Buddyline's messages. It works: the button was heard."
ACTION = "check"
"""What the action id of the button begins with."""
WAITS = timedelta(minutes=1)
LOOKS = timedelta(seconds=2)

Sent = tuple[str, str]
"""Channel and time stamp of a test message."""


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody is there who presses.

    Attributes:
        asks: called once, when the messages are out, with what to do.
    """

    clock: Clock
    asks: Callable[[str], None]


def hello() -> dict[str, Any]:
    """Return the test message."""
    button = {
        "type": "button",
        "action_id": f"{ACTION}:0",
        "text": blocks.plain("Press to test"),
        "value": ACTION,
    }
    section = {"type": "section", "text": blocks.plain(HELLO)}
    return {"text": HELLO, "blocks": [section, {"type": "actions", "elements": [button]}]}


def pressed() -> dict[str, Any]:
    """Return what the test message becomes."""
    return {
        "text": PRESSED,
        "blocks": [{"type": "section", "text": blocks.plain(PRESSED)}],
    }


async def came_back(client: AsyncWebClient, sent: Collection[Sent], press: Press) -> bool:
    """Wait until one of the messages has changed; return False when none has within a minute.

    Args:
        sent: in private chats: what stands elsewhere the app may not read.
    """
    press.asks(
        "Now press the button of one of these messages, in its private chat, within a minute."
    )
    clock, never = press.clock, asyncio.Event()
    end = clock.now() + WAITS
    while True:
        for channel, ts in sent:
            if await _reads(client, channel, ts) == PRESSED:
                return True
        if clock.now() >= end:
            return False
        await clock.wait(clock.now() + LOOKS, never)


async def _reads(client: AsyncWebClient, channel: str, ts: str) -> str:
    data = {"channel": channel, "latest": ts, "inclusive": "true", "limit": "1"}
    try:
        answer = await client.api_call("conversations.history", data=data)
        found = answer["messages"]
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, KeyError):
        return ""
    return str(found[0].get("text", "")) if found and found[0].get("ts") == ts else ""
