"""What can have happened at a case that nobody visits alone (F14). Part of `facts`, which says how they are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AloneTold:
    """Somebody was told that they are alone, or would be, where nobody goes alone; the timers run on.

    Attributes:
        who: the worker, or a companion.
        watching: who was told besides: the buddy, managers.
    """

    who: str
    watching: tuple[str, ...]
