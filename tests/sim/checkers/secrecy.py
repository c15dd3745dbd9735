"""What responders read, nobody on the worker's side reads."""

from __future__ import annotations

from tests.sim.checkers.base import Checker
from tests.sim.events import Event, Offered


class NothingLeaks(Checker):
    """A message for responders goes to one person in private, never to a channel and never to the worker it is about.

    A worker's number stands in no other message. Told by the message's key and the address it goes to, not by how the
    bot has marked it.
    """

    def see(self, event: Event) -> None:
        """Look at an event."""
        if not isinstance(event, Offered):
            return
        row, to = event.row, event.to
        secret = row.secrecy == "responders" or (
            row.key.startswith(("ladder.", "alarm.")) and row.key != "ladder.step"
        )
        worker = self.known.workers.get(row.visit_id or "")
        own = self.known.addresses([worker]) if worker else frozenset[str]()
        if secret:
            self.demand(to.channel is None and to.person, f"{row.key} went to {to.channel}")
            self.demand(to.person not in own, f"{row.key} went to the worker it is about")
            return
        text = "\n".join((event.what.title, event.what.text, event.what.preview))
        for person in self.known.entry.people:
            self.demand(not person.mobile or person.mobile not in text, f"a number in {row.key}")
