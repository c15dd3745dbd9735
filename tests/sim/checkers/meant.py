"""Times of day are the team's: a visit is at the instants that its worker had in mind, whatever the clocks do."""

from __future__ import annotations

from bot.domain import facts as f
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import Decided, Event, Happened, Meant


class AsMeant(Checker):
    """A visit asked for with times of day begins and ends when its worker had in mind, on the day of a clock change too.

    People name no time that the clocks show twice or not at all. Decided on only after that end, the same words mean another
    day, and are left alone here.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._meant: dict[str, Meant] = {}
        self._asked: Happened | None = None

    def see(self, event: Event) -> None:
        """Look at an event."""
        if isinstance(event, Meant):
            self._meant[event.event_id] = event
        elif isinstance(event, Happened) and isinstance(event.fact, f.VisitRequested):
            self._asked = event
        elif isinstance(event, Decided):
            asked, self._asked = self._asked, None
            for meant in [self._meant[e] for e in event.events if e in self._meant]:
                if asked is not None:
                    self._compare(meant, asked)

    def _compare(self, meant: Meant, asked: Happened) -> None:
        fact = asked.fact
        assert isinstance(fact, f.VisitRequested)
        right = (fact.start_at, fact.goes_on_until or fact.end_at) == (meant.start_at, meant.end_at)
        late = asked.at >= meant.end_at
        self.demand(
            right or late, f"{meant.event_id}: {fact.start_at} to {fact.end_at}, not {meant}"
        )
