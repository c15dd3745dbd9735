"""Visits of a plan that are at the same time, put one after the other: what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.domain.intents import Start

Span = tuple[datetime, datetime]
"""From when until when, aware UTC; the end itself is free again."""


def later(visits: Iterable[Start], taken: Iterable[Span] = ()) -> tuple[Start, ...] | None:
    """Return the visits by their starts, each as long as it was and begun no earlier, none at the same time as another.

    Args:
        taken: what they may not be moved onto either.

    Returns:
        None where the time back that was given would then come before an end.
    """
    busy, placed = list(taken), list[Start]()
    for visit in _ordered(visits):
        start_at, lasts = visit.start_at, visit.end_at - visit.start_at
        for begins, ends in sorted(busy):
            if begins < start_at + lasts and start_at < ends:
                start_at = ends
        moved = replace(visit, start_at=start_at, end_at=start_at + lasts)
        if moved.back_at is not None and moved.back_at < moved.end_at:
            return None
        busy.append((moved.start_at, moved.end_at))
        placed.append(moved)
    return tuple(placed)


def shorter(visits: Iterable[Start]) -> tuple[Start, ...] | None:
    """Return the visits by their starts, each ended where the next begins; None where nothing of one would be left."""
    ordered = _ordered(visits)
    ends = [min(one.end_at, following.start_at) for one, following in pairwise(ordered)]
    cut = [replace(one, end_at=end_at) for one, end_at in zip(ordered, ends, strict=False)]
    found = (*cut, *ordered[len(cut) :])
    return found if all(visit.start_at < visit.end_at for visit in found) else None


def first_moved(visits: Iterable[Start], put: Iterable[Start]) -> tuple[Start, Start] | None:
    """Return the first visit that stands elsewhere in `put`, as it was and as it is there; both by their starts."""
    pairs = zip(_ordered(visits), put, strict=False)
    return next(((was, now) for was, now in pairs if was != now), None)


def _ordered(visits: Iterable[Start]) -> list[Start]:
    return sorted(visits, key=lambda visit: visit.start_at)
