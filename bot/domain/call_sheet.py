"""The questions of a call to somebody who cannot speak freely (K8): which comes next, and when there is only 999. Pure.

Whoever is in charge rings, asks what can be answered with yes or no, and presses what they hear. Yes to danger, police or a
weapon, an answer that evades, a call that is cut, and silence all lead straight to 999. What is said never proves that
somebody is safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

RING_BACK = timedelta(minutes=5)
"""When somebody who asks to be rung back is rung (K8)."""
RINGING = timedelta(minutes=2)
"""How long there is for it; after that it counts as not answered."""


class Question(StrEnum):
    """What is asked."""

    THERE = "there"
    """Whether they are at the address in the calendar."""
    ON_THE_WAY = "way"
    ELSEWHERE = "elsewhere"
    """Whether they are with somebody else whom they visit today."""
    BUILDING = "building"
    """Whether they are in one of the council's buildings."""
    DANGER = "danger"
    POLICE = "police"
    WEAPON = "weapon"
    STAFF = "staff"
    """Whether it is about a member of staff."""
    BACK = "back"
    """Whether to ring back in five minutes."""
    AGAIN = "again"
    """Whether they answered when they were rung back."""


class Said(StrEnum):
    """What was heard."""

    YES = "yes"
    NO = "no"
    EVASIVE = "evasive"
    """Something else than yes or no, or the call was cut."""
    SILENT = "silent"
    """Nobody answered."""


class End(StrEnum):
    """Where the questions end."""

    DIAL = "dial"
    """There is only 999."""
    UNPROVEN = "unproven"
    """Nothing of it was said, and that proves nothing."""


_NEXT: Mapping[Question, tuple[Question | End, Question | End]] = MappingProxyType(
    {
        Question.THERE: (Question.DANGER, Question.ON_THE_WAY),
        Question.ON_THE_WAY: (Question.DANGER, Question.ELSEWHERE),
        Question.ELSEWHERE: (Question.DANGER, Question.BUILDING),
        Question.BUILDING: (Question.DANGER, Question.DANGER),
        Question.DANGER: (End.DIAL, Question.POLICE),
        Question.POLICE: (End.DIAL, Question.WEAPON),
        Question.WEAPON: (End.DIAL, Question.STAFF),
        Question.STAFF: (Question.BACK, Question.BACK),
        Question.BACK: (Question.AGAIN, End.UNPROVEN),
        Question.AGAIN: (Question.DANGER, End.DIAL),
    }
)
"""What follows on yes, and on no."""


def stands(call: tuple[str, ...]) -> Question | End:
    """Return what is to be asked next, or where the questions have ended.

    Args:
        call: the answers so far, each as `answered` writes it; empty before the first.
    """
    at: Question | End = Question.THERE
    for each in call:
        question, said = each.split(" ")
        if said in (Said.EVASIVE, Said.SILENT):
            return End.DIAL
        at = _NEXT[Question(question)][0 if said == Said.YES else 1]
    return at


def answered(question: Question, said: Said) -> str:
    """Return one answer as a line of the call."""
    return f"{question} {said}"
