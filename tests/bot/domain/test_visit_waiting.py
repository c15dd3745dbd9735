"""How a visit changes by what happens while it waits for somebody's word (F7, K11, H15, S3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import agreement_facts as a
from bot.domain.facts import VisitFact
from bot.domain.visit import Visit
from tests.bot.domain.rules import COVERED
from tests.contract.making import MINUTE, T0

NOW = T0 + 30 * MINUTE
WAITS = replace(
    COVERED,
    unsure_at=T0,
    agree_step=1,
    agree_asked=("per_lena",),
    agree_due_at=T0,
    agree_turn=1,
    terms=("threat", "agreement", "by_phone"),
)
ANSWERED = replace(WAITS, unsure_at=None, agree_due_at=None, answered_by="per_lena")


@pytest.mark.parametrize(
    ("before", "fact", "after"),
    [
        (
            replace(ANSWERED, held_off=True),
            a.UnsureSaid(),
            replace(
                WAITS,
                unsure_at=NOW,
                contact_at=NOW,
                agree_asked=(),
                agree_due_at=None,
                terms=("threat",),
            ),
        ),
        (
            WAITS,
            a.TermsSaid(("device",)),
            replace(WAITS, terms=("threat", "agreement", "by_phone", "device")),
        ),
        (
            replace(COVERED, terms=("threat",)),
            a.WordAwaited("agreement"),
            replace(COVERED, terms=("threat", "agreement"), unsure_at=NOW),
        ),
        (
            WAITS,
            a.AgreementAsked(2, ("per_lena", "per_maya"), NOW),
            replace(
                WAITS,
                agree_step=2,
                agree_asked=("per_lena", "per_maya"),
                agree_due_at=NOW,
                agree_turn=2,
            ),
        ),
        (WAITS, a.AgreementGiven("per_lena"), ANSWERED),
        (WAITS, a.AgreementRefused("per_lena"), replace(ANSWERED, held_off=True)),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, Visit) else "",
)
def test_a_fact_changes_this_and_nothing_else(before: Visit, fact: VisitFact, after: Visit) -> None:
    assert before.after(fact, NOW) == replace(after, version=2)
