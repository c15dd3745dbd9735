"""Who is in charge of an alarm: one named person, and then it is quiet; when they let it lapse, it is loud."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import facts as f
from bot.domain.intents import Answer
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import Event, Happened, Offered, Queued, Stands

CLOSING = frozenset({Answer.REACHED_SAFE, Answer.VOICE_HEARD, Answer.CALLED_OFF})
"""What ends an alarm by one tap, also of somebody who has not taken charge of it."""


@dataclass(slots=True)
class Held:
    """Who holds one alarm."""

    about: str
    by: str | None = None
    until: datetime | None = None
    asked: list[str] = field(default_factory=list)
    taken_over: str | None = None
    lapsed_at: datetime | None = None


class OneInCharge(Checker):
    """An acknowledgement is one person in charge: nobody else is asked anew while they hold it, and it lapses loudly.

    The first wins; only "something is wrong" takes a charge over. That 999 was called is heard from anybody, and leaves the
    charge where it is. Nobody is in charge of an alarm about themselves. A charge lapses when its time is up and not before;
    in the same instant everybody asked so far is asked again, but who has left the team since.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._held: dict[str, Held] = {}
        self._again: set[tuple[str, str, str]] = set()

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Queued(row=row) if row.key == "ladder.ask" and "turn" in row.fields:
                turn = row.fields["turn"]
                self._again.add((row.escalation_id or "", turn, row.person_id or ""))
            case Offered(row=row, again=False) if row.key == "ladder.ask":
                held = self._held[row.escalation_id or ""]
                quiet = held.by is None or held.by == row.person_id
                self.demand(quiet, f"{row.person_id} was asked while {held.by} is in charge")
            case Happened(fact=f.EscalationOpened() as opened):
                self._held[opened.escalation_id] = Held(opened.about)
            case Happened():
                held_ = self._held.get(getattr(event.fact, "escalation_id", ""))
                if held_:
                    self._on(held_, event)
            case Stands(alarms=alarms):
                for alarm in alarms:
                    known = self._held[alarm.id]
                    self.demand(known.taken_over is None, f"{alarm.id} was taken from its holder")
                    self.demand(known.lapsed_at is None, f"{alarm.id} lapsed, nobody was asked")
                    self.demand(not alarm.open or alarm.charge == known.by, "charge and journal")

    def _on(self, held: Held, event: Happened) -> None:
        match event.fact:
            case f.ChargeTaken() as taken:
                self.demand(taken.by != held.about, f"{taken.by} took their own alarm")
                self.demand(taken.by == event.by, f"{event.by} gave the charge to {taken.by}")
                if held.by not in (None, taken.by):
                    held.taken_over = taken.by
                held.by, held.until = taken.by, taken.until
            case f.Answered() as answered:
                if answered.answer is Answer.SOMETHING_WRONG and held.taken_over == answered.by:
                    held.taken_over = None
                closes = answered.answer in CLOSING
                beside = answered.answer is Answer.CALLED_999 and held.by is not None
                self.demand(
                    held.by == answered.by or beside or (closes and held.by is None),
                    f"{answered.by} answered while {held.by} is in charge",
                )
            case f.ChargeLapsed() as lapsed:
                self.demand(held.by == lapsed.by, f"{lapsed.by} held nothing")
                self.demand(held.until and event.at >= held.until, "a charge lapsed early")
                held.by, held.lapsed_at = None, event.at
            case f.StepEntered() as entered:
                held.asked += [who for who in entered.asked if who not in held.asked]
                if held.by is not None:
                    held.until = entered.due_at
            case f.AskedAgain() as again:
                self._asked_again(held, again, event.at)

    def _asked_again(self, held: Held, again: f.AskedAgain, at: datetime) -> None:
        self.demand(held.by is None, f"everybody was asked again while {held.by} is in charge")
        team = {person.id for person in self.known.entry.people}
        left_out = set(held.asked) & team - set(again.asked)
        self.demand(not left_out, f"{left_out} were not asked again")
        self.demand(held.about not in again.asked, "asked about themselves")
        for who in again.asked:
            told = (again.escalation_id, str(again.turn), who) in self._again
            self.demand(told, f"no message asks {who} again, turn {again.turn}")
        if held.lapsed_at is not None:
            self.demand(held.lapsed_at == at, "asked again later than the lapse")
        held.asked += [who for who in again.asked if who not in held.asked]
        held.lapsed_at = None
