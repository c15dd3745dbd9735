"""Whose word a start waits for, and how a rating is said (K11, H15, S3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import terms
from bot.domain.intents import Start
from bot.domain.policy import Step, Task
from tests.bot.domain.rules import COVER_STEP, END_AT, RULES
from tests.contract.making import MICROSECOND, MINUTE, T0

ONE = Start(T0, END_AT, "WF-1", "red")
POLICY = replace(RULES, confirm_before=30 * MINUTE)
AGREE = Step("agree", Task.AGREE, (), MINUTE, "F7")


@pytest.mark.parametrize(
    ("said", "rules", "word"),
    [
        ((), {}, ""),
        (("threat",), {}, ""),
        (("threat",), {"threat_agreed": True}, "agreement"),
        ((), {"threat_agreed": True}, ""),
        ((), {"pair_for": ("red",)}, "agreement"),
        ((), {"joint_for": ("red",)}, "agreement"),
        ((), {"pair_for": ("green",)}, ""),
        (("building",), {"pair_for": ("red",)}, ""),
        (("building", "threat"), {"threat_agreed": True}, "agreement"),
    ],
)
def test_a_threat_and_a_visit_by_two_wait_for_a_manager(
    said: tuple[str, ...], rules: dict[str, Any], word: str
) -> None:
    intent = replace(ONE, terms=said)
    policy = replace(POLICY, **rules)
    assert terms.awaits(intent, policy, T0, planned=False) == word
    both = replace(policy, unplanned_by_phone=True)
    assert terms.awaits(intent, both, T0, planned=False) == (word or "by_phone")


@pytest.mark.parametrize(
    ("planned", "ahead", "word"),
    [
        (False, 30 * MINUTE, "by_phone"),
        (False, 30 * MINUTE + MICROSECOND, ""),
        (True, 0 * MINUTE, ""),
    ],
)
def test_an_unplanned_visit_is_told_by_telephone_where_the_procedure_has_it(
    planned: bool, ahead: Any, word: str
) -> None:
    policy = replace(POLICY, unplanned_by_phone=True)
    assert terms.awaits(ONE, policy, T0 - ahead, planned=planned) == word
    assert terms.awaits(ONE, POLICY, T0 - ahead, planned=planned) == ""


def test_those_are_asked_whose_word_it_is() -> None:
    policy = replace(POLICY, unsure=(AGREE,))
    assert terms.deciding(("threat", "agreement"), policy) == (AGREE,)
    assert terms.deciding(("by_phone",), policy) == (COVER_STEP,)


@pytest.mark.parametrize(
    ("rating", "words"),
    [("red", "rated red"), ("amber new", "rated amber new"), ("cat2", "of category 2")],
)
def test_a_rating_is_said_as_people_do(rating: str, words: str) -> None:
    assert terms.rated(rating) == words
