"""Whose training is missing or out of date, by days of the calendar (S12). Pure.

Nobody's visit is refused because a refresher is late: those who lead the team hear of it. A visit with a rating of
`ratings.trained` is for those who have had the training once, however long they have been in the team.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.people import Person
from bot.domain.policy import Policy

AHEAD = timedelta(days=28)
"""How long before its last day a training is spoken of: a course has to be found and booked. No procedure says how long."""


@dataclass(frozen=True, slots=True)
class Training:
    """What is to be said of somebody's training.

    Attributes:
        by: the last day on which it is in time; None: nobody noted when they joined, nor that they had it.
        overdue: that day is over, or nobody knows it.
    """

    by: date | None
    overdue: bool


def training(person: Person, policy: Policy, today: date) -> Training | None:
    """Return what is to be said of somebody's training on a day of the team's; None while there is nothing.

    The last day itself is in time. Where nothing at all is noted it is overdue: a finding, never silence.

    Policy:
        training.within, training.every  (S12)
    """
    if not policy.training_within and not policy.training_every:
        return None
    since, months = person.trained_on, policy.training_every
    if since is None:
        since, months = person.joined_on, policy.training_within
        if since is None or not months:
            return Training(None, overdue=True)
    if not months:
        return None
    by = months_after(since, months)
    return Training(by, overdue=by < today) if by - AHEAD <= today else None


def may_go(person: Person, rating: str, policy: Policy) -> bool:
    """Return whether somebody may go to a visit with this rating as its worker: they have had the training (S12)."""
    return rating not in policy.trained_for or person.trained_on is not None


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it has no such day: 30 Nov, 28 Feb."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
