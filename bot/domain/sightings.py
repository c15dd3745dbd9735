"""The clock that runs from the last time somebody saw the worker, or the worker was last in touch (S8, S9). Pure.

A step that waits for it asks again and again, taken or not, and is left when the clock has run out: whatever is found
out moves the clock only by saying when the worker was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.escalation import Escalation
from bot.domain.policy import Policy, Since, Step
from bot.domain.visit import Visit


def runs_out_at(ladder: Sequence[Step], number: int, escalation: Escalation) -> datetime | None:
    """Return when a step has waited long enough since the last sighting; None for one that waits since it was entered.

    The last step waits for nothing: it repeats.
    """
    if not 0 <= number < len(ladder) - 1 or ladder[number].since is not Since.SIGHTING:
        return None
    return (escalation.seen_at or escalation.opened_at) + ladder[number].wait


def due_at(
    ladder: Sequence[Step],
    number: int,
    escalation: Escalation,
    wait: timedelta,
    *,
    policy: Policy,
    now: datetime,
) -> datetime:
    """Return when a step is looked at next: after `wait`, or by its clock, and then never later than people are asked again."""
    clock = runs_out_at(ladder, number, escalation)
    if clock is None:
        return now + wait
    return max(now, min(clock, now + policy.charge_for))


def by_sighting(policy: Policy) -> bool:
    """Return whether a procedure counts anything from when the worker was last seen."""
    return any(step.since is Since.SIGHTING for step in policy.steps)


def known(visit: Visit, policy: Policy) -> datetime | None:
    """Return when a visit's worker was last in touch as far as the visit knows; None where nothing counts from it."""
    return visit.contact_at or visit.start_at if by_sighting(policy) else None


def waits(ladder: Sequence[Step], escalation: Escalation, now: datetime) -> bool:
    """Return whether the step that an alarm stands at is not left by itself yet, because its clock still runs."""
    clock = runs_out_at(ladder, escalation.step, escalation)
    return clock is not None and now < clock


def has_run_out(ladder: Sequence[Step], escalation: Escalation, now: datetime) -> bool:
    """Return whether the step that an alarm stands at is left now, whoever is in charge."""
    clock = runs_out_at(ladder, escalation.step, escalation)
    return clock is not None and clock <= now
