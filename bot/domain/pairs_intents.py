"""What people can ask for about cases that nobody visits alone (F14). Part of `bot.domain.intents`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkPairs:
    """Somebody who leads the team says that nobody visits a case alone from now on; or, without `on`, that they may."""

    case_ref: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which cases of the team are not to be visited alone?"""


OfCases = MarkPairs | Pairs
"""What is said of a case, whoever visits it."""


def along_choice(command: str, *, kept: str = "") -> str:
    """Return the id of the button by which somebody who would go alone says who comes along.

    Args:
        command: that starts the visit, complete but for the companion.
        kept: the name under which the exact address is kept, see `intents.Typed`.
    """
    return f"along {command} #{kept}" if kept else f"along {command}"
