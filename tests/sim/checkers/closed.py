"""Nothing new is asked about what is over."""

from __future__ import annotations

from datetime import datetime

from bot.domain import facts as f
from bot.domain.times import from_iso
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import Event, Happened, Offered, Queued, Row

OF_A_VISIT = frozenset(
    [
        *("cover.ask", "cover.none", "visit.reminder", "visit.nudge", "visit.nudge_buddy"),
        *("visit.due", "visit.extended", "visit.watch", "ladder.step"),
        *("visit.soon", "start.missing", "start.no_address", "cover.confirm", "cover.lost"),
    ]
)
OF_AN_ALARM = frozenset({"ladder.ask", "ladder.task", "ladder.informed", "ladder.late_contact"})
OF_AN_END = frozenset({"visit.nudge", "visit.nudge_buddy", "visit.due"})


class QuietAfterClosing(Checker):
    """What asks, nudges or reminds is never first posted once its visit or alarm is over, or the end it names has moved.

    Closing words, answers and changes of a card that stands there already are fine. So is a message that was queued, over
    and on its way within one and the same instant: whoever sends it may have looked just before.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._over: dict[str, datetime] = {}
        self._queued: dict[str, datetime] = {}
        self._ends: dict[str, str] = {}

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Happened(fact=f.VisitRequested() | f.Extended() | f.LeftUnheard() as fact):
                self._ends[event.chain] = f"{fact.end_at.isoformat()}"
            case Happened(fact=f.VisitEnded() | f.VisitCancelled()):
                self._over[event.chain] = event.at
            case Happened(fact=f.EscalationClosed() as closed):
                self._over[closed.escalation_id] = event.at
            case Queued(row=row):
                self._queued[row.dedupe] = event.at
            case Offered(row=row, again=False):
                self._posted(row, event.at)

    def _posted(self, row: Row, at: datetime) -> None:
        if row.key in OF_A_VISIT:
            self._still_asked(row, row.visit_id, at, "a closed visit")
        if row.key in OF_AN_ALARM:
            self._still_asked(row, row.escalation_id, at, "a closed alarm")
        if row.key in OF_AN_END and row.visit_id:
            end_at = from_iso(row.fields["end_at"]).isoformat()
            self.demand(self._ends[row.visit_id] == end_at, f"{row.dedupe} about an old end")

    def _still_asked(self, row: Row, of: str | None, at: datetime, what: str) -> None:
        over_at = self._over.get(of or "")
        at_once = over_at == at == self._queued.get(row.dedupe)
        self.demand(over_at is None or at_once, f"{row.dedupe} about {what}")
