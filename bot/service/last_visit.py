"""The visit that somebody is on the way home from: what is sealed there is what 999 can be told of where they were."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.face import case_of
from bot.domain.facts import VisitKind
from bot.domain.visit import Visit
from bot.ports import Tx

LONGEST_DAY = timedelta(hours=24)
A_MOMENT = timedelta(microseconds=1)


def last_visit(tx: Tx, way: Visit) -> Visit | None:
    """Return the visit before a way home; None when it is not there any more."""
    latest = way.start_at + A_MOMENT
    of_day = tx.visits.of_day(way.worker_id, way.start_at - LONGEST_DAY, latest)
    found = [
        visit
        for visit in of_day
        if visit.kind is VisitKind.VISIT and visit.closed_at and visit.case_ref == case_of(way)
    ]
    return max(found, key=lambda visit: (visit.closed_at, visit.id), default=None)


def sealed_at(tx: Tx, visit: Visit) -> Visit:
    """Return the visit whose sealed details speak of where a worker is, or was last: itself, but for the way home."""
    if visit.kind is not VisitKind.WAY_HOME:
        return visit
    return last_visit(tx, visit) or visit
