"""What all checkers share: the error they raise, and what they know of the team without asking the bot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.people import Role, TeamEntry
from bot.domain.policy import Audience, Policy, Step
from tests.sim.events import Event


class Broken(AssertionError):
    """A rule does not hold.

    Attributes:
        rule: the checker's name.
        why: what was seen, in one line.
    """

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(f"{rule}: {why}")
        self.rule = rule
        self.why = why


@dataclass(slots=True)
class Known:
    """What the world is made of, read from the team file and the pack and not from the bot."""

    entry: TeamEntry
    policy: Policy
    workers: dict[str, str] = field(default_factory=dict)
    """Visit to worker, filled as visits are requested."""
    buddies: dict[str, str] = field(default_factory=dict)

    def asked_by(self, step: Step, visit_id: str) -> frozenset[str]:
        """Return whom a step asks about a visit, the worker left out."""
        worker = self.workers[visit_id]
        people: set[str] = set()
        for who in step.audience:
            if isinstance(who, Role):
                people |= set(self.entry.holders.get(who, ()))
            elif who is Audience.BUDDY:
                # Who has left the team since they accepted is asked nothing any more.
                team = {person.id for person in self.entry.people}
                people |= {self.buddies.get(visit_id, "")} & team
            else:
                people |= set(self.entry.cover)
                people |= {self.entry.standing[worker]} if worker in self.entry.standing else set()
        return frozenset(people - {worker})

    def addresses(self, people: Iterable[str]) -> frozenset[str]:
        """Return every address of these people."""
        wanted = set(people)
        return frozenset(
            way.address
            for person in self.entry.people
            if person.id in wanted
            for way in person.ways
        )


class Checker:
    """One rule. It sees every event in order, and raises `Broken`."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def see(self, event: Event) -> None:
        """Look at an event."""
        raise NotImplementedError

    def demand(self, holds: object, why: str) -> None:
        """Raise `Broken` unless `holds`."""
        if not holds:
            raise Broken(type(self).__name__, why)
