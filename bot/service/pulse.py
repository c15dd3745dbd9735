"""The time that decisions are made with, and the pause after a failure."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.ports import Tx

log = logging.getLogger(__name__)

ENGINE = "engine"
"""The name under which the engine's last completed pass is remembered."""
JUMP = timedelta(seconds=5)
RETRY_FIRST, RETRY_LONGEST = timedelta(seconds=2), timedelta(minutes=5)


def guarded(tx: Tx, host: datetime) -> datetime:
    """Return the instant to decide with: the host's clock, but never before the last completed pass (house rule 8)."""
    passed = tx.pulses.get(ENGINE)
    if passed is None or host >= passed:
        return host
    if passed - host > JUMP:
        log.error(
            "finding clock.behind: the host's clock is %s behind the last pass", passed - host
        )
    return passed


def back_off(times: int) -> timedelta:
    """Return the pause after a row has failed `times` times in a row: doubling from 2 s, at most five minutes."""
    pause: timedelta = RETRY_FIRST * (1 << min(times - 1, 10))
    return min(RETRY_LONGEST, pause)
