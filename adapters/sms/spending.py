"""How many texts go out in a day. Nothing holds back an alarm; what is none waits for nobody's budget."""

from __future__ import annotations

import logging
from datetime import date

from bot.domain.errors import DeliveryFailed
from bot.ports import Clock

_LOG = logging.getLogger("buddyline.sms")


class Spending:
    """Counts the texts of this process by days in UTC. A new process begins at nothing."""

    def __init__(self, most: int, clock: Clock) -> None:
        """See the class. `most`: texts a day, after which only alarms go out."""
        self._most, self._clock = most, clock
        self._day: date | None = None
        self._sent = 0

    def check(self, *, urgent: bool) -> None:
        """Let a text go. Raises DeliveryFailed, permanent, for what is no alarm once the day's texts are used up."""
        self._turn()
        if self._sent >= self._most and not urgent:
            raise DeliveryFailed("the day's texts are used up", permanent=True)

    def sent(self) -> None:
        """Count one; the first beyond the limit is a finding."""
        self._turn()
        self._sent += 1
        if self._sent == self._most + 1:
            _LOG.error("finding sms.spending: more texts than allowed in a day; alarms go on")

    def _turn(self) -> None:
        today = self._clock.now().date()
        if today != self._day:
            self._day, self._sent = today, 0
