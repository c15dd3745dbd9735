"""The questions of a call to somebody who cannot speak freely (K8): which comes next, and when there is only 999."""

from __future__ import annotations

import pytest

from bot.domain.call_sheet import End, Question, Said, answered, stands


def call(*answers: str) -> tuple[str, ...]:
    """Return a call by its questions; each answered with no, or with what stands behind a colon."""
    pairs = (each.partition(":") for each in answers)
    return tuple(answered(Question(name), Said(said or "no")) for name, _, said in pairs)


PLACES = ("there", "way", "elsewhere", "building")
CALM = ("there:yes", "danger", "police", "weapon", "staff")


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ((), Question.THERE),
        *((PLACES[:number], Question(name)) for number, name in enumerate(PLACES)),
        *(
            ((*PLACES[:number], f"{name}:yes"), Question.DANGER)
            for number, name in enumerate(PLACES)
        ),
        (PLACES, Question.DANGER),
        (CALM[:2], Question.POLICE),
        (CALM[:3], Question.WEAPON),
        (CALM[:4], Question.STAFF),
        (CALM, Question.BACK),
        ((*CALM[:4], "staff:yes"), Question.BACK),
        ((*CALM, "back"), End.UNPROVEN),
        ((*CALM, "back:yes"), Question.AGAIN),
        ((*CALM, "back:yes", "again"), End.DIAL),
        ((*CALM, "back:yes", "again:yes"), Question.DANGER),
        *((((*CALM[:number], f"{CALM[number]}:yes")), End.DIAL) for number in (1, 2, 3)),
    ],
)
def test_each_answer_leads_on(answers: tuple[str, ...], found: Question | End) -> None:
    assert stands(call(*answers)) is found


@pytest.mark.parametrize("said", [Said.EVASIVE, Said.SILENT])
@pytest.mark.parametrize("question", list(Question))
def test_whoever_evades_or_is_silent_may_need_999(question: Question, said: Said) -> None:
    assert stands((answered(question, said),)) is End.DIAL
    assert stands((*call("there"), answered(question, said), *call("danger"))) is End.DIAL
