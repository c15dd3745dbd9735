"""Whether a visit lies outside the procedure's hours, by the clock on the team's wall (F3, F8). Pure."""

from __future__ import annotations

from datetime import datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.policy import Policy


class Span(Protocol):
    """Anything with a start and an expected end, aware UTC."""

    @property
    def start_at(self) -> datetime:
        """When it begins."""

    @property
    def planned_until(self) -> datetime:
        """When it is to end."""


def outside(span: Span, policy: Policy, zone: ZoneInfo) -> bool:
    """Return whether some of a visit lies outside routine hours (F3); the limits themselves are inside.

    Policy:
        hours.routine_from, hours.routine_until  (F3)
    """
    begins, ends = _wall(span.start_at, zone), _wall(span.planned_until, zone)
    early = policy.routine_from is not None and begins.time() < policy.routine_from
    over = policy.routine_until is not None and (
        ends.date() > begins.date() or ends.time() > policy.routine_until
    )
    return early or over or late(span, policy, zone)


def late(span: Span, policy: Policy, zone: ZoneInfo) -> bool:
    """Return whether a visit may go past the hour from which it closes by voice (F8); to end at that hour is not late.

    Policy:
        hours.late_after  (F8)
    """
    if policy.late_after is None:
        return False
    begins, ends = _wall(span.start_at, zone), _wall(span.planned_until, zone)
    return ends.date() > begins.date() or ends.time() > policy.late_after


def hours(policy: Policy) -> str:
    """Return the routine hours in words: "09:30–16:30"; "" for a procedure without any."""
    ends = (policy.routine_from, policy.routine_until)
    return "–".join(f"{each:%H:%M}" for each in ends if isinstance(each, time))


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant as the wall shows it, to the minute: what somebody types has no seconds."""
    return at.astimezone(zone).replace(second=0, microsecond=0)
