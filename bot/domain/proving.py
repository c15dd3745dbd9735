"""Whether a way that wakes somebody is known to work: it is tested, and what came of the test counts for a while. Pure.

Only tests count. What becomes of an alarm's messages changes nothing here: it would show that there was an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EVERY = timedelta(days=7)
"""How often a way is tested."""
STALE_AFTER = timedelta(days=15)
"""A proof that is older has been missed twice, and counts no more."""
NOT_AGAIN = timedelta(minutes=10)
"""Somebody who was just tested is not tested again for so long: it costs money, and it rings."""
WITHIN = timedelta(minutes=10)
"""A test that has not arrived by then did not arrive."""
FROM, UNTIL = 10 * 60, 16 * 60
"""Between which minutes of the day people are tested unasked, on the team's wall: nobody is woken for a test."""


class Fault(StrEnum):
    """What is wrong with a way."""

    FAILING = "failing"
    """The last test did not arrive."""
    STALE = "stale"
    """No test has arrived for too long."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one way of somebody.

    Attributes:
        first_at, tested_at: the first test, and the last.
        proven_at, failed_at: the last that arrived, and the last that did not. None: none ever.
    """

    person_id: str
    platform: str
    first_at: datetime | None = None
    tested_at: datetime | None = None
    proven_at: datetime | None = None
    failed_at: datetime | None = None


def fault(proof: Proof, now: datetime) -> Fault | None:
    """Return what is wrong with a way at an instant; None: it works, or is too new to say."""
    if proof.failed_at is not None and (
        proof.proven_at is None or proof.proven_at < proof.failed_at
    ):
        return Fault.FAILING
    last = proof.proven_at or proof.first_at
    return Fault.STALE if last is not None and now - last >= STALE_AFTER else None


def faulty(proofs: Iterable[Proof], now: datetime) -> tuple[tuple[Proof, Fault], ...]:
    """Return the ways with which something is wrong, in their order."""
    found = ((proof, fault(proof, now)) for proof in proofs)
    return tuple((proof, wrong) for proof, wrong in found if wrong is not None)
