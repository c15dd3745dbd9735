"""What a rule answers: facts, messages, alarms to open. Carried out by the services in one transaction (house rules 1, 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.domain.duress_facts import DuressFact
from bot.domain.facts import EscalationFact, Kind, VisitFact
from bot.domain.making import quick
from bot.domain.message import Message

F = TypeVar("F", VisitFact, EscalationFact, DuressFact)


@dataclass(frozen=True)  # without slots: on Python 3.11 `Recorded[X](…)` raises TypeError with them
class Recorded(Generic[F]):
    """A fact and who brought it about.

    Attributes:
        by: a person's id; None when the bot acted on a deadline.
        note: free text of a person; it is sealed and never shown in a shared place. Usually empty.
    """

    fact: F
    by: str | None = None
    note: str = ""


@quick
@dataclass(frozen=True, slots=True)
class VisitDecision:
    """What a rule of the visit decided. All parts may be empty; facts and messages are in order."""

    facts: tuple[Recorded[VisitFact], ...] = ()
    messages: tuple[Message, ...] = ()
    opens: Kind | None = None


@quick
@dataclass(frozen=True, slots=True)
class EscalationDecision:
    """What a rule of the ladder decided.

    Attributes:
        visit_facts: what the ordinary alarm changes on the visit itself: its end, and what its card says.
    """

    facts: tuple[Recorded[EscalationFact], ...] = ()
    messages: tuple[Message, ...] = ()
    visit_facts: tuple[Recorded[VisitFact], ...] = ()

    def and_then(self, other: EscalationDecision) -> EscalationDecision:
        """Return this decision followed by `other`."""
        return EscalationDecision(
            self.facts + other.facts,
            self.messages + other.messages,
            self.visit_facts + other.visit_facts,
        )


@quick
@dataclass(frozen=True, slots=True)
class DuressDecision:
    """What a rule of the covert alarm decided. It can change no visit (covert rule 8)."""

    facts: tuple[Recorded[DuressFact], ...] = ()
    messages: tuple[Message, ...] = ()

    def and_then(self, other: DuressDecision) -> DuressDecision:
        """Return this decision followed by `other`."""
        return DuressDecision(self.facts + other.facts, self.messages + other.messages)


def by_bot(facts: Iterable[F]) -> tuple[Recorded[F], ...]:
    """Return facts that a deadline brought about."""
    return tuple(Recorded(fact) for fact in facts)
