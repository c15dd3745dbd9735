"""Addresses on Slack: a workspace and a person or a channel of it, "T0123/U0456" or "T0123/C0789". And references."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(T[A-Z0-9]{1,30})/([A-Z][A-Z0-9]{1,30})")
_REFERENCE = re.compile(r"([CDG][A-Z0-9]{1,30}):(\d{1,12}\.\d{1,8})(!?)")


def joined(team: str, one: str) -> str:
    """Return the address of a person or a channel of a workspace."""
    return f"{team}/{one}"


def split(address: str) -> tuple[str, str] | None:
    """Return workspace and person or channel; None when it is no such address."""
    found = _ADDRESS.fullmatch(address)
    return None if found is None else (found[1], found[2])


def reference(channel: str, ts: str, *, fleeting: bool = False) -> str:
    """Return how a posted message is named; `fleeting`: one that only one person saw, and that nobody can change."""
    return f"{channel}:{ts}{'!' if fleeting else ''}"


def referred(ref: str) -> tuple[str, str, bool] | None:
    """Return channel, time stamp and whether it was fleeting; None when it is no such reference."""
    found = _REFERENCE.fullmatch(ref)
    return None if found is None else (found[1], found[2], bool(found[3]))
