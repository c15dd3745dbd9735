"""Visits of a plan that are at the same time, put one after the other: what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bot.domain.intents import Start
from bot.domain.times import from_iso, to_iso

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
        moved = moved_to(visit, start_at)
        if moved.back_at is not None and moved.back_at < moved.end_at:
            return None
        busy.append((moved.start_at, moved.end_at))
        placed.append(moved)
    return tuple(placed)


def moved_to(visit: Start, start_at: datetime) -> Start:
    """Return a visit begun then, as long as it was; a check-in comes as long after its start as before (H3)."""
    by = start_at - visit.start_at
    check_in_at = visit.check_in_at + by if visit.check_in_at else None
    return replace(visit, start_at=start_at, end_at=visit.end_at + by, check_in_at=check_in_at)


def shorter(visits: Iterable[Start]) -> tuple[Start, ...] | None:
    """Return the visits by their starts, each ended where the next begins; None where nothing of one would be left."""
    ordered = _ordered(visits)
    ends = [min(one.end_at, following.start_at) for one, following in pairwise(ordered)]
    cut = [_cut(one, end_at) for one, end_at in zip(ordered, ends, strict=False)]
    found = (*cut, *ordered[len(cut) :])
    return found if all(visit.start_at < visit.end_at for visit in found) else None


@dataclass(frozen=True, slots=True)
class Move:
    """Where a visit of a plan is put.

    Attributes:
        later: it begins later; otherwise it is made shorter.
        start_at, end_at: where it stands then, aware UTC.
    """

    case_ref: str
    later: bool
    start_at: datetime
    end_at: datetime

    def __str__(self) -> str:
        """Return it as a text, which `read_move` reads."""
        how = "later" if self.later else "shorter"
        return f"{how} {to_iso(self.start_at)} {to_iso(self.end_at)} {self.case_ref}"


def read_move(text: str) -> Move:
    """Return the move that a text holds.

    Raises:
        ValueError: it holds none.
    """
    how, begins, ends, case_ref = text.split(" ", 3)
    return Move(case_ref, how == "later", from_iso(begins), from_iso(ends))


def first_moved(visits: Iterable[Start], put: Iterable[Start]) -> Move | None:
    """Return where the first visit goes that stands elsewhere in `put`; None when none does. Both are by their starts."""
    for was, now in zip(_ordered(visits), put, strict=False):
        if was != now:
            return Move(now.case_ref, now.start_at > was.start_at, now.start_at, now.end_at)
    return None


def _cut(visit: Start, end_at: datetime) -> Start:
    """Return a visit ended then; a check-in that would come after that goes."""
    kept = visit.check_in_at if visit.check_in_at and visit.check_in_at < end_at else None
    return replace(visit, end_at=end_at, check_in_at=kept)


def _ordered(visits: Iterable[Start]) -> list[Start]:
    return sorted(visits, key=lambda visit: visit.start_at)
