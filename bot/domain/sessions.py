"""Lone work that is no visit to a case: what it is called when it starts, and from then on (K14, K16).

To every rule it is a visit: the same buddy, timers and steps. What stands in the place of a case reference is its kind, and
where it is, is sealed as of a visit.
"""

from __future__ import annotations

from collections.abc import Mapping

HOME_WORKING, BUILDING, LOCK_UP = "Home working", "Building", "Lock-up"
CALL_OUT, MEETING, JOURNEY = "Call-out", "Office meeting", "Journey"

_CALLED: Mapping[str, str] = {
    **dict.fromkeys(("home working", "working from home", "work from home"), HOME_WORKING),
    **dict.fromkeys(("building", "alone in the building", "in building"), BUILDING),
    **dict.fromkeys(
        (
            *("lock-up", "lock up", "lockup", "locking up", "key holder"),
            *("opening up", "early opening", "late opening"),
        ),
        LOCK_UP,
    ),
    **dict.fromkeys(
        ("call-out", "call out", "callout", "alarm call-out", "intruder alarm"), CALL_OUT
    ),
    **dict.fromkeys(("office meeting", "meeting in the office", "reception"), MEETING),
    **dict.fromkeys(("journey", "travelling"), JOURNEY),
}

NAMES = frozenset(_CALLED.values())
"""Everything that stands in the place of a case reference. Two with the same name need not be in the same place."""


def session(words: str) -> str | None:
    """Return the kind of session that `words` (in small letters) name in full, as it is called; None for none."""
    return _CALLED.get(words.removeprefix("for "))
