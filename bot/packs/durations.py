"""Durations as people write them in packs and team files: whole numbers with a unit."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(r"(-?)(?=[0-9])(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s)?")


class MissingUnitError(ValueError):
    """A number without a unit, of which nobody can say whether minutes or seconds were meant."""


def parse_duration(value: object) -> timedelta:
    """Return "15m", "2s", "3h", "1h30m" or "1h 30m" as a duration in whole seconds.

    Args:
        value: hours, minutes and seconds in this order, each at most once; "-5m" is read, so that the caller can
            say that a wait cannot be negative.

    Raises:
        MissingUnitError: a number without a unit (15, 1.5, "15", "1h30").
        ValueError: anything else that is not a duration.
    """
    bare = isinstance(value, int | float) and not isinstance(value, bool)
    if bare or (isinstance(value, str) and re.search(r"[0-9]\s*$", value)):
        raise MissingUnitError("a number without a unit")
    found = _FORM.fullmatch(value.replace(" ", "").lower()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not a duration")
    hours, minutes, seconds = (int(found[i] or 0) for i in (2, 3, 4))
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] else length


def format_duration(length: timedelta) -> str:
    """Return a duration of zero or more whole seconds in the shortest form: "15m", "1h30m", "0s"."""
    total = int(length.total_seconds())
    parts = ((total // 3600, "h"), (total // 60 % 60, "m"), (total % 60, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"
