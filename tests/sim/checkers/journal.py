"""The journal tells everything: what is stored is what it rebuilds."""

from __future__ import annotations

from typing import get_args

from bot.domain import duress, escalation, visit
from bot.domain.duress_facts import DuressFact, DuressOpened
from bot.domain.facts import EscalationFact, EscalationOpened, VisitFact, VisitRequested
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import CallStands, Event, Happened, Stands

_OF_ALARM = get_args(EscalationFact)
_OF_CALL = get_args(DuressFact)
_OF_VISIT = get_args(VisitFact)


class JournalTellsAll(Checker):
    """After every commit the journal rebuilds each visit, alarm and call for help exactly as it is stored, number by number.

    That every chain's codes hold is asked of the journal itself, at the end and after each crash (`World.verify`).
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._numbers: dict[str, int] = {}
        self._visits: dict[str, visit.Visit] = {}
        self._alarms: dict[str, escalation.Escalation] = {}
        self._calls: dict[str, duress.Duress] = {}

    def see(self, event: Event) -> None:
        """Look at an event."""
        if isinstance(event, Happened):
            number = self._numbers.get(event.chain, 0) + 1
            self.demand(event.number == number, f"{event.chain} has no entry {number}")
            self._numbers[event.chain] = number
            self._lay(event)
        elif isinstance(event, Stands):
            told = self._visits.get(event.visit.id)
            self.demand(told == event.visit, f"{event.visit.id}: stored {event.visit}, told {told}")
            for alarm in event.alarms:
                of = self._alarms.get(alarm.id)
                self.demand(of == alarm, f"{alarm.id}: stored {alarm}, told {of}")

        elif isinstance(event, CallStands):
            call = self._calls.get(event.call.id)
            self.demand(call == event.call, f"{event.call.id}: stored {event.call}, told {call}")

    def _lay(self, event: Happened) -> None:
        fact = event.fact
        if isinstance(fact, VisitRequested):
            self._visits[event.chain] = visit.requested(fact, event.at)
        elif isinstance(fact, EscalationOpened):
            self._alarms[fact.escalation_id] = escalation.opened(fact, event.at)
        elif isinstance(fact, _OF_ALARM):
            alarm = self._alarms[fact.escalation_id]
            self._alarms[alarm.id] = alarm.after(fact, event.at)
        elif isinstance(fact, DuressOpened):
            self._calls[event.chain] = duress.opened(fact, event.at)
        elif isinstance(fact, _OF_CALL):
            self._calls[event.chain] = self._calls[event.chain].after(fact, event.at)
        elif isinstance(fact, _OF_VISIT):
            self._visits[event.chain] = self._visits[event.chain].after(fact, event.at)
