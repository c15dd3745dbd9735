"""What the card of an overdue visit says of those who follow it up, where the worker reads too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import facts as f
from bot.domain.attention import show
from bot.domain.decision import Recorded
from bot.domain.facts import Attention, Kind
from tests.bot.domain.alarms import FIRST, HELD, LADDER, LATE

MINE = replace(FIRST, **HELD)
TAKEN = replace(LATE, attention=Attention.TAKEN, attended_by="per_bob")
TOLD = replace(LADDER, private_from_no_answer=False)


@pytest.mark.parametrize(
    ("held", "by", "shown"),
    [
        (True, None, f.AttentionShown(Attention.TAKEN, "per_bob")),
        (True, "per_maya", f.AttentionShown(Attention.TAKEN, "per_maya")),
        (False, None, f.AttentionShown(Attention.OVERDUE, None)),
    ],
    ids=["in charge", "another one now", "nobody any more"],
)
def test_it_names_whoever_is_in_charge_while_they_are(
    held: bool, by: str | None, shown: f.VisitFact
) -> None:
    before = replace(LATE, attention=Attention.FOLLOWED_UP)
    assert show(MINE, before, LADDER, held=held, by=by) == (Recorded(shown, by=by),)


def test_after_a_no_answer_it_names_nobody_where_the_procedure_has_that() -> None:
    alarm = replace(MINE, followed_up=True)
    (recorded,) = show(alarm, LATE, LADDER, held=True)
    assert recorded.fact == f.AttentionShown(Attention.FOLLOWED_UP, None)
    (recorded,) = show(alarm, LATE, TOLD, held=True)
    assert recorded.fact == f.AttentionShown(Attention.TAKEN, "per_bob")


def test_what_it_says_already_is_not_said_again() -> None:
    assert show(MINE, TAKEN, LADDER, held=True) == ()
    assert show(MINE, TAKEN, LADDER, held=True, by="per_maya")
    assert show(replace(MINE, kind=Kind.UNCOVERED), LATE, LADDER, held=True) == ()
