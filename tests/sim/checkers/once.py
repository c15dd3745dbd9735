"""What a person did takes effect once, however often it arrives."""

from __future__ import annotations

from bot.domain import facts as f
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import Arrived, Decided, Event, Happened, Over


class OnceOnly(Checker):
    """An inbound event is decided once: every commit that acts for a person decides on exactly one event, new to it.

    An event that the door has taken is decided in the end; one decided before is answered as seen. A button for a later
    end, pressed twice, moves the end once.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._decided: set[str] = set()
        self._taken_in: set[str] = set()
        self._pressed: set[str] = set()
        self._extended = False

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Happened(fact=f.Extended(), commit="inbound"):
                self._extended = True
            case Happened(by=str(), commit=commit):
                self.demand(commit == "inbound", f"a person's word in a commit {commit}")
            case Decided():
                self._on_decided(event)
            case Arrived(came="seen", event_id=event_id):
                known = event_id in self._decided | self._taken_in
                self.demand(known, f"{event_id} was never there, and counts as seen")
            case Arrived(came="decided" | "kept", event_id=event_id):
                self._taken_in.add(event_id)
            case Over(inbox=inbox):
                for event_id in sorted(self._taken_in):
                    ended = inbox.get(event_id) in {"done", "refused"}
                    self.demand(ended, f"{event_id} is {inbox.get(event_id)} in the end")

    def _on_decided(self, event: Decided) -> None:
        self.demand(len(event.events) == 1, f"{event.facts} facts for events {event.events}")
        (event_id,) = event.events
        self.demand(event_id not in self._decided, f"{event_id} was decided twice")
        self._decided.add(event_id)
        extended, self._extended = self._extended, False
        if extended and event.said.startswith("extend v_"):
            self.demand(event.said not in self._pressed, f"{event.said} moved the end twice")
            self._pressed.add(event.said)
