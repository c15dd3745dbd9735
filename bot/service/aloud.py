"""Telling a sink of an alarm: whatever the team's channel is told of it, and nothing else (covert rule 8)."""

from __future__ import annotations

from bot.domain.waking import reference_of
from bot.ports import Sink
from bot.service.outlook import Outlook

KEY = "ladder.step"
"""What the channel is told of each step of an ordinary alarm. A call for help is told to people alone."""


def tell(sink: Sink | None, seen: Outlook) -> None:
    """Tell a sink, once and before the channel is tried: a chat that is down is when it is wanted most."""
    row = seen.row
    first = row.ref is None and row.attempts == 0 and row.way == 0
    if sink is not None and row.key == KEY and row.channel and first:
        sink.tell(seen.told_at, reference_of(row.fields.get("escalation", row.dedupe)))
