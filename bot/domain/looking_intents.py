"""What people can ask to read without changing anything, besides what is in `intents`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Today:
    """What are my visits today?"""


@dataclass(frozen=True, slots=True)
class Tips:
    """What is good to remember, on a visit and on the way (C8)?"""


@dataclass(frozen=True, slots=True)
class Procedure:
    """What does our team's procedure say?"""


@dataclass(frozen=True, slots=True)
class InDanger:
    """What does our team's procedure say for when a visit turns unpleasant (F10)?"""
