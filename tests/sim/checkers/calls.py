"""A call for help is heard, goes on asking, and ends by two people's word alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import duress_facts as d
from bot.domain.duress import Duress
from bot.service.listening import AFTER_THE_ANSWER
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import CallStands, Cried, Decided, Event, Happened, Passed, Queued


class CallsAreAnswered(Checker):
    """What calls for help opens an alarm about its worker within a pass, or is a line on the open one.

    An open one has a deadline that every pass leaves in the future, and each time it asks, everybody asked so far gets a
    message of their own. Only somebody who was asked and is not kept apart acts on it. It ends on a ground that holds, by
    the word of a second person (covert rules 6, 17, 20). A pass may have looked before something came: what is still undone
    after the same process has passed once more is broken.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._cried: dict[str, str] = {}
        self._unheard: dict[str, tuple[datetime, set[str]]] = {}
        self._opened: dict[str, datetime] = {}
        self._late: dict[tuple[str, str], datetime] = {}
        self._cards: set[tuple[str, str, str]] = set()
        self._calls: dict[str, Duress] = {}
        self._apart: dict[str, set[str]] = {}

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Cried(event_id=event_id, about=about):
                self._cried[event_id] = about
            case Decided(events=events, at=at):
                for event_id in set(events) & set(self._cried):
                    self._unheard[event_id] = (at, set())
            case Queued(row=row) if row.key == "duress.card":
                call_id = row.dedupe.split(":")[0]
                self._cards.add((call_id, row.fields["turn"], row.person_id or ""))
            case Happened(fact=d.DuressOpened(about=about)):
                self._opened[about] = event.at
            case Happened(fact=d.SetApart(people=people)):
                self._apart.setdefault(event.chain, set()).update(people)
            case Happened(
                fact=d.DuressAsked() | d.StandDownNoted() | d.DuressClosed() | d.DuressTaken()
            ):
                self._acted(event)
            case CallStands(call=call):
                self._calls[call.id] = call
            case Passed():
                self._passed(event)

    def _acted(self, event: Happened) -> None:
        call = self._calls.get(event.chain)
        match event.fact:
            case d.DuressAsked(turn=turn, asked=asked):
                known = call.asked if call else ()
                # Who is set apart in the same breath is not asked any more.
                away = {*(call.apart if call else ()), *self._apart.get(event.chain, ())}
                for who in {*known, *asked} - away:
                    told = (event.chain, str(turn), who) in self._cards
                    self.demand(told, f"no message asks {who} about {event.chain}, turn {turn}")
            case d.DuressTaken(by=by) | d.StandDownNoted(by=by) if call:
                self.demand(by in call.asked, f"{by} answered {event.chain} and was not asked")
                self.demand(by not in call.apart, f"{by} answered what they are kept apart from")
            case d.DuressClosed(by=by) if call:
                self.demand(call.stood_by is not None, f"{event.chain} was closed without a ground")
                self.demand(by != call.stood_by, f"{by} closed {event.chain} by their own word")
                self.demand(by in call.asked, f"{by} closed {event.chain} and was not asked")

    def _passed(self, event: Passed) -> None:
        about = {call.about for call in event.calls}
        for event_id, (decided_at, passed) in list(self._unheard.items()):
            who = self._cried[event_id]
            if who in about or self._opened.get(who, decided_at - timedelta(1)) >= decided_at:
                del self._unheard[event_id]
            elif event.at >= decided_at + AFTER_THE_ANSWER:
                self.demand(event.by not in passed, f"{event_id}: nobody heard the call of {who}")
                passed.add(event.by)
        for call in event.calls:
            self.demand(call.due_at is not None, f"{call.id} is open without a deadline")
            due_at = call.due_at or event.at
            mark = (event.by, call.id)
            if due_at <= event.at:
                late_by = event.at - due_at
                self.demand(
                    self._late.get(mark) != due_at, f"{call.id} was left {late_by} past due"
                )
                self._late[mark] = due_at
            else:
                self._late.pop(mark, None)
