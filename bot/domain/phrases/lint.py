"""Whether a phrase that a team wants is any good: seldom said by chance, and not taken for something else."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.phrases.classify import Detector, Tier
from bot.domain.phrases.everyday import rank
from bot.domain.phrases.forms import Phrase, plain_words, weight

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_TELLING = 3.0
"""The weights of all telling words together; less is said by chance."""


class Reason(enum.Enum):
    """What is wrong with a phrase."""

    TOO_SHORT = "too_short"
    TOO_COMMON = "too_common"
    NOT_DISTINCTIVE = "not_distinctive"
    NEAR_PHRASE = "near_phrase"
    NEAR_ANSWER = "near_answer"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        reason: what.
        other: the id of the phrase that is too near; "" for other reasons.
        warning: the phrase may be used all the same, because a procedure publishes it.
    """

    reason: Reason
    other: str = ""
    warning: bool = False


def lint(
    phrase: Phrase,
    *,
    others: Iterable[Phrase] = (),
    answers: Iterable[str] = (),
    published: bool = False,
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a phrase; nothing means that it can be used.

    Args:
        phrase: the phrase as the team wants it.
        others: those that are active besides; one with the same id is passed over, being replaced.
        answers: the private stand-down answers of the team, which must never raise an alarm.
        published: it is a written procedure's own, so that everything is a warning only.
    """
    words = plain_words(phrase.text)
    reasons: list[tuple[Reason, str]] = []
    if len(words) < 3:
        reasons.append((Reason.TOO_SHORT, ""))
    telling = {word for word in words if rank(word) >= 2}
    if not any(rank(word) >= 3 for word in telling) and len(telling) < 3:
        reasons.append((Reason.NOT_DISTINCTIVE, ""))
    if sum(weight(word) for word in telling) < LEAST_TELLING and len(telling) < 3:
        reasons.append((Reason.TOO_COMMON, ""))
    reasons += [
        (Reason.NEAR_PHRASE, other.id)
        for other in others
        if other.id != phrase.id and (_near(phrase, other) or _near(other, phrase))
    ]
    if any(near_answer(answer, [phrase]) for answer in answers):
        reasons.append((Reason.NEAR_ANSWER, ""))
    return tuple(Finding(reason, other, published) for reason, other in reasons)


def near_answer(answer: str, phrases: Iterable[Phrase]) -> bool:
    """Return whether a private stand-down answer is too much like one of these phrases: said, it would be one."""
    as_phrase = Phrase("", answer)
    return any(_near(phrase, as_phrase) or _heard(answer, phrase) for phrase in phrases)


def _near(phrase: Phrase, other: Phrase) -> bool:
    return any(_heard(text, other) for text in (phrase.text, *(f.text for f in phrase.forms)))


def _heard(text: str, phrase: Phrase) -> bool:
    return Detector([phrase]).classify([text]).tier is not Tier.NONE
