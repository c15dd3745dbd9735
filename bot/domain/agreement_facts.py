"""What can have happened while a visit waits for agreement (F7). Part of `facts`, which says how they are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class UnsureSaid:
    """The worker said that they are not sure; why is this entry's note. From now on the visit waits for agreement."""


@dataclass(frozen=True, slots=True)
class TermsSaid:
    """What the worker said of the visit at its start, in words of `terms.Term` (K11, S13, H15)."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordAwaited:
    """By the procedure the visit is not live before somebody's word; `why`: as in `bot.domain.terms` (K11, H15, S3)."""

    why: str = "agreement"


@dataclass(frozen=True, slots=True)
class AgreementAsked:
    """These managers were asked. `step`: of the pack's steps for it; `due_at`: when others are asked, or all again."""

    step: int
    asked: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementGiven:
    """A manager agreed that the visit goes ahead. `police`: whether they attend, where that was decided (H15)."""

    by: str
    police: bool | None = None


@dataclass(frozen=True, slots=True)
class AgreementRefused:
    """A manager said that it does not. A visit that has not begun is cancelled with that; one that has, is left first."""

    by: str


AgreementFact = (
    UnsureSaid | TermsSaid | WordAwaited | AgreementAsked | AgreementGiven | AgreementRefused
)
