"""An escalation: an alarm with a life of its own. Its state, and how facts change it. The rules are in `ladder`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain import facts as f
from bot.domain.errors import InvariantBroken
from bot.domain.facts import EscalationFact, Kind
from bot.domain.intents import Answer, Outcome
from bot.domain.making import quick
from bot.domain.replacing import replace


@quick
@dataclass(frozen=True, slots=True)
class Escalation:
    """One alarm climbing one ladder. Changed by facts only (`after`).

    Attributes:
        about: the person it is about; never asked, never in charge.
        step: index of the current step; -1 before the first.
        asked: everybody asked so far, in order, each once.
        current: those whom the current step added.
        unreachable: of the current step's people, those to whom nothing could be delivered.
        turn: how often everybody was asked again.
        charge: who has taken charge; None when nobody has.
        due_at: when the ladder acts next by itself: the next step, a lapse, or asking again. None once closed.
        seen_at: when the worker was last seen by somebody or in touch, as far as is known (S9).
        late_contact_at, late_until: when the worker last wrote since the alarm began, and until when they want to stay.
        late_word: what they wrote then, in one word; "" before they have.
        followed_up: a "no answer" was recorded; from here on steps go to people in private only.
        offered: whom the person in charge asked to take over; None once that is settled.
        passed: why the step of ringing the person visited was left out; "" when it was not.
        ticked: what of the aftercare list is seen to, in order.
        version: how many facts it has seen.
    """

    id: str
    visit_id: str
    team_id: str
    about: str
    kind: Kind
    opened_at: datetime
    step: int = -1
    asked: tuple[str, ...] = ()
    current: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    turn: int = 0
    charge: str | None = None
    charge_at: datetime | None = None
    due_at: datetime | None = None
    followed_up: bool = False
    called_999: bool = False
    offered: str | None = None
    passed: str = ""
    ticked: tuple[str, ...] = ()
    seen_at: datetime | None = None
    late_contact_at: datetime | None = None
    late_until: datetime | None = None
    late_word: str = ""
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    version: int = 1

    @property
    def open(self) -> bool:
        """Whether an outcome is still missing."""
        return self.closed_at is None

    def after(self, fact: EscalationFact, at: datetime) -> Escalation:
        """Return the escalation as it is once `fact` has happened at `at`.

        Raises:
            InvariantBroken: the fact cannot follow: a second opening, or anything but aftercare after the outcome.
        """
        if isinstance(fact, f.EscalationOpened) or self.open is isinstance(fact, f.AftercareTicked):
            raise InvariantBroken(f"{type(fact).__name__} on an escalation already decided")
        return replace(_AFTER[type(fact)](self, fact, at), version=self.version + 1)


def opened(fact: f.EscalationOpened, at: datetime) -> Escalation:
    """Return the new escalation that `fact` opens at `at`; it has entered no step yet."""
    return Escalation(
        id=fact.escalation_id,
        visit_id=fact.visit_id,
        team_id=fact.team_id,
        about=fact.about,
        kind=fact.kind,
        opened_at=at,
        seen_at=fact.seen_at,
    )


def rebuilt(history: Iterable[tuple[EscalationFact, datetime]]) -> Escalation | None:
    """Return the escalation that its journal tells of; None for an empty history.

    Raises:
        InvariantBroken: the first fact does not open it, or a later one cannot follow.
    """
    escalation: Escalation | None = None
    for fact, at in history:
        if escalation is not None:
            escalation = escalation.after(fact, at)
        elif isinstance(fact, f.EscalationOpened):
            escalation = opened(fact, at)
        else:
            raise InvariantBroken("a history that does not begin with an opening")
    return escalation


def _entered(e: Escalation, fact: f.StepEntered, _at: datetime) -> Escalation:
    return replace(
        e,
        step=fact.step,
        asked=e.asked + fact.asked,
        current=fact.asked,
        unreachable=(),
        due_at=fact.due_at,
    )


def _skipped(e: Escalation, fact: f.StepSkipped, _at: datetime) -> Escalation:
    passed = fact.reason or e.passed
    return replace(e, step=fact.step, current=(), unreachable=(), passed=passed)


def _asked_again(e: Escalation, fact: f.AskedAgain, _at: datetime) -> Escalation:
    asked = e.asked + tuple(who for who in fact.asked if who not in e.asked)
    return replace(e, turn=fact.turn, asked=asked, due_at=fact.due_at, unreachable=())


def _taken(e: Escalation, fact: f.ChargeTaken, at: datetime) -> Escalation:
    if fact.by == e.charge:
        # Held for another while: since when somebody has it does not change.
        return replace(e, due_at=fact.until)
    return replace(e, charge=fact.by, charge_at=at, due_at=fact.until, offered=None)


def _offered(e: Escalation, fact: f.ChargeOffered, _at: datetime) -> Escalation:
    asked = e.asked if fact.to in e.asked else (*e.asked, fact.to)
    return replace(e, offered=fact.to, asked=asked)


def _details_opened(e: Escalation, _fact: f.DetailsOpened, _at: datetime) -> Escalation:
    return e


def _ticked(e: Escalation, fact: f.AftercareTicked, _at: datetime) -> Escalation:
    return e if fact.item in e.ticked else replace(e, ticked=(*e.ticked, fact.item))


def _lapsed(e: Escalation, _fact: f.ChargeLapsed, _at: datetime) -> Escalation:
    return replace(e, charge=None, charge_at=None, offered=None)


def _answered(e: Escalation, fact: f.Answered, at: datetime) -> Escalation:
    seen_at = e.seen_at
    if fact.answer is Answer.SEEN:
        told = fact.called_at or at
        seen_at = max(seen_at, told) if seen_at else told
    return replace(
        e,
        seen_at=seen_at,
        followed_up=e.followed_up or fact.answer in (Answer.NO_ANSWER, Answer.SOMETHING_WRONG),
        called_999=e.called_999 or fact.answer is Answer.CALLED_999,
    )


def _late_contact(e: Escalation, fact: f.LateContactHeard, at: datetime) -> Escalation:
    word, until = fact.what, fact.until
    return replace(e, late_contact_at=at, late_until=until, late_word=word, due_at=fact.due_at)


def _unreachable(e: Escalation, fact: f.Unreachable, _at: datetime) -> Escalation:
    return replace(e, unreachable=(*e.unreachable, fact.person_id))


def _closed(e: Escalation, fact: f.EscalationClosed, at: datetime) -> Escalation:
    return replace(e, outcome=fact.outcome, closed_at=at, closed_by=fact.by, due_at=None)


_AFTER: Mapping[type, Callable[[Escalation, Any, datetime], Escalation]] = {
    f.StepEntered: _entered,
    f.StepSkipped: _skipped,
    f.AskedAgain: _asked_again,
    f.ChargeTaken: _taken,
    f.ChargeLapsed: _lapsed,
    f.Answered: _answered,
    f.LateContactHeard: _late_contact,
    f.Unreachable: _unreachable,
    f.EscalationClosed: _closed,
    f.ChargeOffered: _offered,
    f.DetailsOpened: _details_opened,
    f.AftercareTicked: _ticked,
}
