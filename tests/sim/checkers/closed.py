"""Nothing new is asked about what is over."""

from __future__ import annotations

from bot.domain import facts as f
from bot.domain.times import from_iso
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import Event, Happened, Offered, Row

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

    Closing words, answers and changes of a card that stands there already are fine.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._over: set[str] = set()
        self._ends: dict[str, str] = {}

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Happened(fact=f.VisitRequested() | f.Extended() | f.LeftUnheard() as fact):
                self._ends[event.chain] = f"{fact.end_at.isoformat()}"
            case Happened(fact=f.VisitEnded() | f.VisitCancelled()):
                self._over.add(event.chain)
            case Happened(fact=f.EscalationClosed() as closed):
                self._over.add(closed.escalation_id)
            case Offered(row=row, again=False):
                self._posted(row)

    def _posted(self, row: Row) -> None:
        if row.key in OF_A_VISIT:
            self.demand(row.visit_id not in self._over, f"{row.dedupe} about a closed visit")
        if row.key in OF_AN_ALARM:
            self.demand(row.escalation_id not in self._over, f"{row.dedupe} about a closed alarm")
        if row.key in OF_AN_END and row.visit_id:
            end_at = from_iso(row.fields["end_at"]).isoformat()
            self.demand(self._ends[row.visit_id] == end_at, f"{row.dedupe} about an old end")
