"""What is said of a visit at its start besides its rating, and whether it waits for a manager (K11, S13, H15).

The words are in the journal and in frozen rules: they stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.intents import Start
from bot.domain.policy import Policy


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


def agreed_first(intent: Start, policy: Policy) -> bool:
    """Return whether a start waits for a manager's agreement, because of its rating or of a threat.

    Args:
        intent: as `demands.lacking` found nothing wanting in it.

    Policy:
        ratings.pair, ratings.joint  (K11); start.threat_agreed  (H15)
    """
    if policy.threat_agreed and Term.THREAT in intent.terms:
        return True
    return (
        intent.rating in {*policy.pair_for, *policy.joint_for} and Term.BUILDING not in intent.terms
    )
