"""A way that fails moves things on: to the reader's next way, and after the last one to the ladder."""

from __future__ import annotations

from bot.domain import duress_facts as d
from bot.domain import facts as f
from bot.domain.people import WAKING
from bot.domain.waking import KEY, dedupe_of
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import CallStands, Event, Happened, Queued, Relayed, Row, Told


class FailedWaysGoOn(Checker):
    """Once the bot has heard that a text or a call reached nobody it counts as sent no more.

    It goes out by another way, or has failed; and then the ladder of its alarm, or its call for help, has heard in the same
    commit that this person cannot be reached, unless the chat or another way has it or may yet have it. What only a machine
    has heard, nobody has; what has arrived once stays so, whatever is told later.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._rows: dict[str, Row] = {}
        self._arrived: set[str] = set()
        self._unsure: set[str] = set()
        self._unreached: set[tuple[str, str]] = set()
        self._over: set[str] = set()
        self._calls: set[str] = set()

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Queued(row=row):
                self._rows[row.dedupe] = row
            case Relayed(rows=rows):
                self._rows |= {row.dedupe: row for row in rows}
            case Told(arrived=True, ref=ref):
                self._arrived.add(ref)
            case Told(arrived=None, ref=ref):
                self._unsure.add(ref)
            case Told(heard=True):
                self._failed(event)
            case CallStands(call=call) if not call.open:
                self._over.add(call.id)
            case Happened():
                self._heard(event)

    def _heard(self, event: Happened) -> None:
        match event.fact:
            case f.Unreachable(escalation_id=of, person_id=who):
                self._unreached.add((of, who))
            case d.DuressOpened():
                self._calls.add(event.chain)
            case d.NotReached(person_id=who):
                self._unreached.add((event.chain, who))
            case f.EscalationClosed(escalation_id=of):
                self._over.add(of)

    def _failed(self, told: Told) -> None:
        row = told.row
        self._rows[row.dedupe] = row
        if row.key != KEY or told.ref in self._arrived | self._unsure:
            return  # an answer that does not arrive moves nothing
        self.demand(row.ref != told.ref, f"{row.dedupe} reached nobody by {told.ref}, and counts")
        of = row.escalation_id or row.dedupe.split(":")[0]
        if row.state != "failed" or of in self._over:
            return
        if not self._may_arrive(row) and self._of_an_alarm(row):
            heard = (of, row.person_id or "") in self._unreached
            self.demand(heard, f"{row.dedupe} reached nobody, and nothing follows")

    def _of_an_alarm(self, row: Row) -> bool:
        return row.escalation_id is not None or row.dedupe.split(":")[0] in self._calls

    def _may_arrive(self, row: Row) -> bool:
        """Whether what it says has arrived by another of its reader's ways, or may yet."""
        said = row.fields["of"]
        named = {said, *(dedupe_of(said, each) for each in ("", *WAKING))} - {row.dedupe}
        return any(self._rows[each].state != "failed" for each in named & set(self._rows))
