"""Messages that Slack keeps and posts by itself: what it takes, and what it gives back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fakes.slack_limits import Refused

MOST, WINDOW = 30, 300
LAST_MINUTE = 60
FURTHEST = 120 * 24 * 3600


@dataclass(slots=True)
class Scheduled:
    """One message that waits for its second."""

    id: str
    channel: str
    post_at: int
    text: str
    blocks: list[dict[str, Any]]


@dataclass
class Schedule:
    """Everything that waits, in no order."""

    waiting: list[Scheduled] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def put(
        self, channel: str, asked: dict[str, Any], words: tuple[str, list[Any]], now: float
    ) -> dict[str, Any]:
        """Keep one; Refused as Slack refuses."""
        post_at = int(asked["post_at"])
        if "metadata" in asked:
            raise Refused("invalid_metadata_format")  # Slack takes it, and then never posts it
        if post_at <= now:
            raise Refused("time_in_past")
        if post_at > now + FURTHEST:
            raise Refused("time_too_far")
        near = [s.post_at for s in self.waiting if s.channel == channel]
        if sum(abs(at - post_at) < WINDOW for at in near) >= MOST:
            raise Refused("restricted_too_many")
        one = Scheduled(f"Q{next(self._numbers)}", channel, post_at, *words)
        self.waiting.append(one)
        return {"ok": True, "channel": channel, "scheduled_message_id": one.id, "post_at": post_at}

    def take(self, asked: dict[str, Any], now: float) -> dict[str, Any]:
        """Give one back, unless it is about to be posted."""
        key = (asked["channel"], asked["scheduled_message_id"])
        found = [s for s in self.waiting if (s.channel, s.id) == key]
        if not found or found[0].post_at - now <= LAST_MINUTE:
            raise Refused("invalid_scheduled_message_id")
        self.waiting.remove(found[0])
        return {"ok": True}

    def listed(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return one page; the cursor is where it begins."""
        at, limit = int(asked.get("cursor") or 0), int(asked.get("limit") or 100)
        page = [
            {"id": s.id, "channel_id": s.channel, "post_at": s.post_at}
            for s in self.waiting[at : at + limit]
        ]
        more = str(at + limit) if at + limit < len(self.waiting) else ""
        return {
            "ok": True,
            "scheduled_messages": page,
            "response_metadata": {"next_cursor": more},
        }

    def due(self, now: float) -> list[Scheduled]:
        """Take out what is to be posted by now, in its order."""
        due = sorted((s for s in self.waiting if s.post_at <= now), key=lambda s: s.post_at)
        self.waiting = [s for s in self.waiting if s.post_at > now]
        return due

    def next(self) -> datetime | None:
        """Return when the next one comes; None when none does."""
        at = min((s.post_at for s in self.waiting), default=None)
        return None if at is None else datetime.fromtimestamp(at, UTC)
