"""A key pressed in a call takes charge, and only where a person has pressed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain import duress_facts as d
from bot.domain import facts as f
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import CallStands, Decided, Ends, Event, Happened, Rung, Stands

ENDS = (f.EscalationClosed, d.StandDownNoted, d.DuressClosed, d.SafeToTell)
"""What stands an alarm or a call for help down, or is a step to it."""


@dataclass(frozen=True, slots=True)
class Charge:
    """That somebody took charge of an alarm or of a call for help."""

    by: str
    of: str


def charges(facts: Iterable[Happened]) -> list[Charge]:
    """Return the charges that were taken among some facts."""
    found = []
    for each in facts:
        match each.fact:
            case f.ChargeTaken(by=by, escalation_id=of) | d.DuressTaken(by=by, duress_id=of):
                found.append(Charge(by, of))
    return found


class OnlyPeoplePress(Checker):
    """Of a call comes one thing: whoever was rung takes charge of what they were rung for, when they pressed 1 twice.

    Not where a machine answered, nobody did, or they pressed something else. It is of the step at which they were rung, not
    of an alarm about themselves, and ends nothing.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._calls: dict[str, Rung] = {}
        self._steps: dict[str, str] = {}
        self._about: dict[str, str] = {}
        self._facts: list[Happened] = []

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Rung(ref=ref):
                self._calls[f"{ref}:1"] = event
            case Happened(fact=fact):
                self._facts.append(event)
                if isinstance(fact, f.EscalationOpened):
                    self._about[fact.escalation_id] = fact.about
                elif isinstance(fact, d.DuressOpened):
                    self._about[event.chain] = fact.about
                elif isinstance(fact, f.StepEntered):
                    self._steps[fact.escalation_id] = str(fact.step)
            case Decided(events=events):
                for event_id in events:
                    if event_id in self._calls:
                        self._pressed(self._calls[event_id])
                self._facts.clear()
            case Stands() | CallStands():
                self._facts.clear()

    def _pressed(self, call: Rung) -> None:
        said, row = f"{call.ref}, {call.how},", call.row
        for each in self._facts:
            self.demand(call.how == Ends.TAKEN, f"{said} did something: {each}")
            self.demand(not isinstance(each.fact, ENDS), f"{said} stood an alarm down: {each}")
        of = row.escalation_id or row.dedupe.split(":")[0]
        for charge in charges(self._facts):
            self.demand(charge == Charge(row.person_id or "", of), f"{said} took {charge}")
            self.demand(self._about[of] != charge.by, f"{said} took charge of their own alarm")
            step = row.fields.get("step", "")
            at = self._steps.get(of, step)
            self.demand(at == step, f"{said} took charge at {at}, rung at {step}")
