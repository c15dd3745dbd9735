"""What is said of a visit at its start besides its rating, and whose word it waits for (K11, S13, H15, S3).

The words are in the journal and in frozen rules: they stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from bot.domain.intents import Start
from bot.domain.policy import Policy, Step


class Term(StrEnum):
    """What the worker says, each in a few words behind a command."""

    ASSESSED = "assessed"
    """An individual risk assessment is recorded (K11)."""
    CHECKED = "checked"
    """The systems of the council were looked into (K11)."""
    BUILDING = "building"
    """It takes place in an office or another council building (K11)."""
    DEVICE = "device"
    """The device that the risk demands is with the worker (S13)."""
    THREAT = "threat"
    """A threat is expected there (H15)."""


AWAITED = "agreement"
"""Among the terms: by the procedure the visit waits for a manager's agreement (K11, H15)."""
BY_PHONE = "by_phone"
"""Among the terms: it is not live before somebody has its details by telephone (S3)."""
SAID: Mapping[Term, str] = {
    Term.ASSESSED: "risk assessed",
    Term.CHECKED: "systems checked",
    Term.BUILDING: "in the office",
    Term.DEVICE: "with device",
    Term.THREAT: "threat",
}
"""How each is written behind a command."""


def rated(rating: str) -> str:
    """Return a rating as one says it of a visit: "rated red", "of category 2"."""
    return f"of category {rating[3:]}" if rating.startswith("cat") else f"rated {rating}"


def awaits(intent: Start, policy: Policy, now: datetime, *, planned: bool) -> str:
    """Return whose word a start waits for before it is live: `AWAITED`, `BY_PHONE`, or "" for nobody's.

    Args:
        intent: as `demands.lacking` found nothing wanting in it.
        planned: it is one of a day's plan. Any other is unplanned when it begins within the time of `start.confirm_before`.

    Policy:
        ratings.pair, ratings.joint  (K11); start.threat_agreed  (H15); start.unplanned_by_phone  (S3)
    """
    threat = policy.threat_agreed and Term.THREAT in intent.terms
    goes_there = Term.BUILDING not in intent.terms
    if threat or (goes_there and intent.rating in {*policy.pair_for, *policy.joint_for}):
        return AWAITED
    soon = not planned and intent.start_at <= now + policy.confirm_before
    return BY_PHONE if policy.unplanned_by_phone and soon else ""


def deciding(terms: Collection[str], policy: Policy) -> tuple[Step, ...]:
    """Return the steps by which those are asked whose word a visit with these terms waits for; never empty (F7, S3)."""
    return policy.uncovered if BY_PHONE in terms else policy.agreeing
