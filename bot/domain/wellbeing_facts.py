"""What can have happened about the question how a worker is. Part of `bot.domain.facts`.

Nothing in them tells who had it asked: chance, or whoever is in charge of a covert alarm (covert rules 8 and 10).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HowAsked:
    """The worker was asked how it goes. `question`: its number in the pool."""

    question: int


@dataclass(frozen=True, slots=True)
class HowAnswered:
    """The worker answered it."""

    well: bool


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """Who watches noted what the worker told them (K4); the words are this entry's note, sealed."""


WellbeingFact = HowAsked | HowAnswered | NoteTaken
