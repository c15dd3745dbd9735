"""A team's own phrase is looked at before anybody depends on it."""

from __future__ import annotations

import pytest

from bot.domain.phrases.forms import Phrase
from bot.domain.phrases.lint import Finding, Reason, lint

GOOD = Phrase("good", "has Gwendolyn watered the yellow cactus")


def reasons(text: str, **others: object) -> set[Reason]:
    return {finding.reason for finding in lint(Phrase("new", text), **others)}  # type: ignore[arg-type]


def test_a_good_phrase_has_no_findings() -> None:
    assert lint(GOOD) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cactus", Reason.TOO_SHORT),
        ("", Reason.TOO_SHORT),
        ("call me later please", Reason.TOO_COMMON),
        ("I will be there tomorrow", Reason.NOT_DISTINCTIVE),
    ],
)
def test_a_bad_phrase_is_told_why(text: str, reason: Reason) -> None:
    assert reason in reasons(text)


def test_a_phrase_near_another_is_named_by_its_id() -> None:
    near = Phrase("new", "Gwendolyn has watered a yellow cactus")
    assert lint(near, others=[GOOD]) == (Finding(Reason.NEAR_PHRASE, "good"),)
    assert lint(Phrase("good", near.text), others=[GOOD]) == ()


def test_a_phrase_near_a_stand_down_answer_is_refused() -> None:
    assert reasons(GOOD.text, answers=["Gwendolyn's yellow cactus"]) == {Reason.NEAR_ANSWER}
    assert not reasons(GOOD.text, answers=["a pint of milk on Sunday"])


def test_a_procedure_s_own_phrase_is_only_warned_about() -> None:
    found = lint(Phrase("F9", "RED DIARY"), published=True)
    assert found
    assert all(finding.warning for finding in found)
