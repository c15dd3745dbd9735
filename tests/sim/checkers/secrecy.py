"""What responders read, nobody on the worker's side reads."""

from __future__ import annotations

from bot.domain import duress_facts as d
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import Event, Happened, Offered


class NothingLeaks(Checker):
    """A message for responders goes to one person in private, never to a channel and never to the worker it is about.

    A worker's number stands in no other message. What speaks of a call for help goes to nobody who is kept apart from it;
    the worker is thanked for one once it is safe to tell them. Told by the message's key and the address it goes to, not by
    how the bot has marked it.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._apart: dict[str, set[str]] = {}
        self._openly: set[str] = set()
        self._told: set[str] = set()

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Happened(fact=d.DuressOpened() as opened):
                self._apart[event.chain] = {opened.about, *opened.apart}
                if opened.how is d.How.OPENLY:
                    self._openly.add(event.chain)
            case Happened(fact=d.SetApart(people=people)):
                self._apart[event.chain].update(people)
            case Happened(fact=d.SignalNoted(what=d.How.OPENLY.value)):
                self._openly.add(event.chain)
            case Happened(fact=d.SafeToTell()):
                self._told.add(event.chain)
        self._posted(event)

    def _posted(self, event: Event) -> None:
        if not isinstance(event, Offered):
            return
        row, to = event.row, event.to
        secret = row.secrecy == "responders" or (
            row.key.startswith(("ladder.", "alarm.", "wake.")) and row.key != "ladder.step"
        )
        worker = self.known.workers.get(row.visit_id or "")
        own = self.known.addresses([worker]) if worker else frozenset[str]()
        call = row.dedupe.split(":")[0]
        if row.key == "help.thanks":
            self.demand(call in self._told, f"{row.dedupe} before it was safe to tell")
        elif row.key == "help.taken":
            self.demand(call in self._openly, f"{row.dedupe} to somebody who did not ask openly")
        elif call in self._apart:
            self.demand(to.channel is None and to.person, f"{row.key} went to {to.channel}")
            apart = self.known.addresses(self._apart[call])
            self.demand(to.person not in apart, f"{row.key} went to somebody kept apart")
        if secret:
            self.demand(to.channel is None and to.person, f"{row.key} went to {to.channel}")
            self.demand(to.person not in own, f"{row.key} went to the worker it is about")
            return
        text = "\n".join((event.what.title, event.what.text, event.what.preview))
        for person in self.known.entry.people:
            self.demand(not person.mobile or person.mobile not in text, f"a number in {row.key}")
