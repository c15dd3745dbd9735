"""A test message with a button: that it arrives proves the way to somebody, that a press changes it proves the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from itertools import cycle
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import blocks
from adapters.trial import ASK, BUTTON, HELLO, LOOKS, PRESSED, WAITS, Press

ACTION = "check"
"""What the action id of the button begins with."""

Sent = tuple[str, str]
"""Channel and time stamp of a test message."""


def hello(*, private: bool) -> dict[str, Any]:
    """Return the test message; with a button in a private chat alone, for what becomes of it elsewhere we may not read."""
    button = {
        "type": "button",
        "action_id": f"{ACTION}:0",
        "text": blocks.plain(BUTTON),
        "value": ACTION,
    }
    section = {"type": "section", "text": blocks.plain(HELLO)}
    actions = [{"type": "actions", "elements": [button]}] if private else []
    return {"text": HELLO, "blocks": [section, *actions]}


def pressed() -> dict[str, Any]:
    """Return what the test message becomes."""
    return {
        "text": PRESSED,
        "blocks": [{"type": "section", "text": blocks.plain(PRESSED)}],
    }


async def came_back(client: AsyncWebClient, sent: Collection[Sent], press: Press) -> bool:
    """Wait until one of the messages has changed; return False when none has within a minute.

    Args:
        sent: in private chats; at least one.
    """
    press.asks(ASK)
    clock, never = press.clock, asyncio.Event()
    end = clock.now() + WAITS
    for channel, ts in cycle(sent):
        if await _reads(client, channel, ts) == PRESSED:
            return True
        if clock.now() >= end:
            break
        await clock.wait(clock.now() + LOOKS, never)
    # Of many, not each was looked at since.
    return PRESSED in [await _reads(client, channel, ts) for channel, ts in sent]


async def _reads(client: AsyncWebClient, channel: str, ts: str) -> str:
    data = {"channel": channel, "latest": ts, "inclusive": "true", "limit": "1"}
    try:
        answer = await client.api_call("conversations.history", data=data)
        found = answer["messages"]
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, KeyError):
        return ""
    return str(found[0].get("text", "")) if found and found[0].get("ts") == ts else ""
