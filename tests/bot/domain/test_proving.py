"""When a way that wakes somebody counts as failing, and when as not tested for too long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.proving import STALE_AFTER, Fault, Proof, fault, faulty

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
NEW = Proof("ben", "sms")
TESTED = replace(NEW, first_at=NOW - STALE_AFTER, tested_at=NOW)


@pytest.mark.parametrize(
    ("proof", "wrong"),
    [
        (NEW, None),
        (replace(NEW, first_at=NOW, tested_at=NOW), None),
        (TESTED, Fault.STALE),
        (replace(TESTED, first_at=NOW - STALE_AFTER + INSTANT), None),
        (replace(TESTED, proven_at=NOW - STALE_AFTER), Fault.STALE),
        (replace(TESTED, proven_at=NOW - STALE_AFTER + INSTANT), None),
        (replace(NEW, failed_at=NOW), Fault.FAILING),
        (replace(TESTED, proven_at=NOW - INSTANT, failed_at=NOW), Fault.FAILING),
        (replace(TESTED, proven_at=NOW, failed_at=NOW), None),
        (replace(TESTED, proven_at=NOW, failed_at=NOW - INSTANT), None),
    ],
)
def test_what_is_wrong_with_a_way(proof: Proof, wrong: Fault | None) -> None:
    assert fault(proof, NOW) is wrong


def test_only_those_with_which_something_is_wrong_are_named_in_their_order() -> None:
    fails = replace(NEW, platform="voice", failed_at=NOW)
    assert faulty([fails, NEW, TESTED], NOW) == ((fails, Fault.FAILING), (TESTED, Fault.STALE))
