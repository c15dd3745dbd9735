"""Addresses on Teams: a person's object id, a channel's or a group chat's id. And references of messages."""

from __future__ import annotations

import re

_PERSON = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_SHARED = re.compile(r"19:[A-Za-z0-9_.-]{1,120}@thread\.(?:tacv2|skype|v2)")
_CHAT = re.compile(r"[A-Za-z0-9:;@=._~+/-]{1,250}")
_THREAD = ";messageid="


def person(text: object) -> str | None:
    """Return a person's address by an object id of Entra; None when it is none. In small letters, whatever was given."""
    found = text.lower() if isinstance(text, str) else ""
    return found if _PERSON.fullmatch(found) else None


def shared(text: object) -> str | None:
    """Return the address of a channel or a group chat, whichever thread of it is named; None when it is none."""
    found = text.partition(_THREAD)[0] if isinstance(text, str) else ""
    return found if _SHARED.fullmatch(found) else None


def in_threads(address: str) -> bool:
    """Return whether messages of a shared place stand in threads: a channel's do, a group chat's do not."""
    return not address.endswith("@thread.v2")


def reference(chat: str, message: str) -> str:
    """Return how a posted message is named."""
    return f"{chat}|{message}"


def referred(ref: str) -> tuple[str, str] | None:
    """Return conversation and message; None when it is no such reference."""
    chat, bar, message = ref.partition("|")
    known = bar and _CHAT.fullmatch(chat) and _CHAT.fullmatch(message)
    return (chat, message) if known else None
