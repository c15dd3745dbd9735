"""Finding out whom a broken row is about, when the row itself may be beyond reading: the journal still knows."""

from __future__ import annotations

from typing import cast

from bot.domain.errors import InvariantBroken
from bot.domain.facts import VisitFact
from bot.domain.journal import VISIT_KINDS
from bot.domain.visit import Visit, rebuilt
from bot.ports import Tx


def visit_of(tx: Tx, subject_id: str, *, of_visit: bool) -> Visit | None:
    """Return the visit behind a due row: read, or rebuilt from its journal; None when neither is possible.

    Args:
        subject_id: the id of a visit, or of an alarm.
    """
    visit_id = subject_id if of_visit else tx.escalations.visit_id(subject_id)
    if visit_id is None:
        return None
    try:
        return tx.visits.get(visit_id)
    except Exception:  # noqa: BLE001 - unreadable in whatever way
        return _rebuilt(tx, visit_id)


def _rebuilt(tx: Tx, visit_id: str) -> Visit | None:
    try:
        history = [(entry.fact, entry.at) for entry in tx.journal.read(visit_id)]
        return rebuilt(
            (cast(VisitFact, fact), at) for fact, at in history if isinstance(fact, VISIT_KINDS)
        )
    except InvariantBroken:
        return None
