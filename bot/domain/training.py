"""When somebody's training for lone working is due, and whether it counts (S12). Pure; days are of the team's calendar."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Training:
    """What is known of somebody.

    Attributes:
        joined: their first day; None when it is not known.
        trained: the day of their last training; None for none.
    """

    joined: date | None = None
    trained: date | None = None

    def counts(self, policy: Policy, today: date) -> bool:
        """Return whether they are trained: their last training is not too old, its last day included."""
        if self.trained is None:
            return False
        return not policy.trained_again or today <= months_after(self.trained, policy.trained_again)

    def due(self, policy: Policy, today: date) -> bool:
        """Return whether they have to be trained by now, or again; where nobody knows since when they are here, they have."""
        if self.trained is not None:
            return not self.counts(policy, today)
        if not policy.trained_first or self.joined is None:
            return bool(policy.trained_first)
        return today > months_after(self.joined, policy.trained_first)


def months_after(day: date, months: int) -> date:
    """Return the same day of the month so many months later; the last of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
