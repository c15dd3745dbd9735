"""No overdue visit in silence, and no alarm that has stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import facts as f
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import Event, Happened, Passed, Queued


class NoSilence(Checker):
    """Once end and allowance have passed (the instant itself counts) a visit is over, or has an open overdue alarm.

    Checked after every completed pass of the engine, against the ends told by the journal. Every open alarm has a deadline
    that the pass left in the future. No visit becomes overdue before its time. A row that cannot be processed is excused,
    but people must have been told of it.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._ends: dict[str, datetime] = {}
        self._homeward: set[str] = set()
        self._left: set[str] = set()
        self._told: set[str] = set()

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Happened(fact=fact):
                self._heard(event, fact)
            case Queued(row=row) if row.key == "alarm.plain" and row.visit_id:
                self._told.add(row.visit_id)
            case Passed():
                self._passed(event)

    def _heard(self, event: Happened, fact: f.Fact) -> None:
        if isinstance(fact, f.VisitRequested) and fact.kind is f.VisitKind.WAY_HOME:
            self._homeward.add(event.chain)
        if isinstance(fact, f.VisitRequested | f.Extended | f.LeftUnheard):
            self._ends[event.chain] = fact.end_at
            if isinstance(fact, f.LeftUnheard):
                self._left.add(event.chain)
            elif isinstance(fact, f.Extended):
                self._left.discard(event.chain)
        elif isinstance(fact, f.VisitEnded | f.VisitCancelled):
            self._ends.pop(event.chain, None)
        elif isinstance(fact, f.BecameOverdue):
            overdue_at = self._ends[event.chain] + self._allowance(event.chain)
            self.demand(event.at >= overdue_at, f"{event.chain} alarmed before {overdue_at}")

    def _allowance(self, visit_id: str) -> timedelta:
        way_home, left = visit_id in self._homeward, visit_id in self._left
        return self.known.policy.allowance(way_home=way_home, left=left)

    def _passed(self, event: Passed) -> None:
        open_ = {visit.id for visit in event.visits}
        self.demand(
            open_ == set(self._ends),
            f"open visits differ from the journal: {open_ ^ set(self._ends)}",
        )
        watched = {a.visit_id for a in event.alarms if a.kind is not f.Kind.UNCOVERED}
        for visit_id, end_at in self._ends.items():
            late = end_at + self._allowance(visit_id) <= event.at
            told = visit_id in event.poisoned and visit_id in self._told
            heard = not late or visit_id in watched or told
            self.demand(heard, f"{visit_id} is overdue in silence")
        for alarm in event.alarms:
            if alarm.visit_id in event.poisoned:
                if alarm.due_at and alarm.due_at <= event.at:
                    self.demand(alarm.visit_id in self._told, f"{alarm.id} is stuck, nobody told")
                continue
            self.demand(alarm.due_at is not None, f"{alarm.id} is open without a deadline")
            late_by = event.at - (alarm.due_at or event.at)
            self.demand(
                alarm.due_at and alarm.due_at > event.at, f"{alarm.id} was left {late_by} past due"
            )
