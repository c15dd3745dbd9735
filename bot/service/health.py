"""Whether the bot does its work: a completed pass of the engine not long ago, and a relay that is not stuck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.ports import Clock
from bot.service.engine import Engine
from bot.service.relay import Relay

LONGEST_SILENCE = timedelta(seconds=30)
"""Twice the longest sleep: a loop that has not passed for so long does not work."""


class Health:
    """Answers the listener's /healthz. Says nothing of visits or alarms (covert rule 26)."""

    def __init__(
        self,
        engine: Engine,
        relay: Relay,
        clock: Clock,
        cut_off: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make one. `cut_off`: whether no platform knows us any more, so that nobody can be told by a message."""
        self._engine, self._relay, self._clock = engine, relay, clock
        self._cut_off = cut_off

    def __call__(self) -> tuple[bool, Mapping[str, object]]:
        """Return (all is well, details for the operator): when each loop last passed."""
        now = self._clock.now()
        engine, relay = self._engine.passed_at, self._relay.passed_at
        well = _recent(engine, now) and _recent(relay, now) and not self._relay.stuck(now)
        cut_off = self._cut_off()
        return well and not cut_off, {"engine": engine, "relay": relay, "cut_off": cut_off}


def _recent(passed_at: datetime | None, now: datetime) -> bool:
    return passed_at is not None and now - passed_at <= LONGEST_SILENCE
