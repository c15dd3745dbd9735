"""How much Teams takes of one conversation in a while, so that what is no alarm waits before Teams says no to everything."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOWS = (
    (timedelta(seconds=1), 7),
    (timedelta(seconds=2), 8),
    (timedelta(seconds=30), 60),
)
"""So many at most in so long: Teams' own numbers for one bot in one thread. The fourth, 1,800 in an hour, is left to Teams."""
FREE = 4
"""Of what Teams takes, one part in so many is kept for alarms."""
PLACES = 1_000
"""Conversations counted at once, before those of which nothing counts any more are forgotten."""


@dataclass(slots=True)
class Pace:
    """Counts what was sent, by conversation."""

    _sent: dict[str, deque[datetime]] = field(default_factory=dict)

    def wait(self, place: str, now: datetime, *, urgent: bool) -> timedelta:
        """Return how long this has to wait; with nothing to wait for it is counted, and may be sent.

        Args:
            place: the conversation, or whom a new one is to be with.
            urgent: an alarm: it is counted, and never has to wait for us.
        """
        sent = self._counted(place, now)
        waits = max(self._waits(sent, now), default=timedelta())
        if waits > timedelta() and not urgent:
            return waits
        sent.append(now)
        return timedelta()

    def _counted(self, place: str, now: datetime) -> deque[datetime]:
        if len(self._sent) >= PLACES:
            longest, _ = WINDOWS[-1]
            self._sent = {
                name: sent for name, sent in self._sent.items() if sent and now - sent[-1] < longest
            }
        return self._sent.setdefault(place, deque(maxlen=WINDOWS[-1][1]))

    def _waits(self, sent: deque[datetime], now: datetime) -> Iterator[timedelta]:
        for span, most in WINDOWS:
            allowed = most - max(most // FREE, 1)
            # A clock that was put back makes nothing wait for long.
            recent = [at for at in sent if timedelta() <= now - at < span]
            if len(recent) >= allowed:
                yield recent[-allowed] + span - now
