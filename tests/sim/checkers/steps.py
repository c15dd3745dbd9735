"""The steps of a ladder: in order, once each, in their time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import facts as f
from bot.domain.intents import Answer
from bot.domain.policy import Since, Step
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import Event, Happened
from tests.sim.team import ladder_of


@dataclass(slots=True)
class Climb:
    """How far one ladder was climbed."""

    visit_id: str
    ladder: tuple[Step, ...]
    at: datetime
    seen: datetime | None
    step: int = -1
    wait_from: datetime | None = None
    hurried: bool = False
    to_the_last: bool = False
    skipping_at: datetime | None = None
    entered: list[int] = field(default_factory=list)


class StepsInOrder(Checker):
    """A ladder's steps are entered in order and once each, and none before its time.

    A step waits its pack's time from when it was entered, or from when everybody was asked again; only an answer or a
    message that could not be delivered shortens that. One that waits since the worker was last seen asks again and
    again, and is left when that is long enough ago (S9). So after an outage one step is entered, not all. A step with
    nobody in it is skipped in the same instant, one with somebody never; "something is wrong" leads to the last at once.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._climbs: dict[str, Climb] = {}

    def see(self, event: Event) -> None:
        """Look at an event."""
        if not isinstance(event, Happened):
            return
        match event.fact:
            case f.VisitRequested() as asked:
                self.known.workers[event.chain] = asked.worker_id
            case f.CoverAccepted() as accepted:
                self.known.buddies[event.chain] = accepted.buddy_id
            case f.CoverLapsed():
                self.known.buddies.pop(event.chain, None)
            case f.EscalationOpened() as opened:
                ladder = ladder_of(opened.kind, self.known.policy)
                climb = Climb(opened.visit_id, ladder, event.at, opened.seen_at)
                self._climbs[opened.escalation_id] = climb
            case _:
                known = self._climbs.get(getattr(event.fact, "escalation_id", ""))
                if known:
                    self._on(known, event)

    def _on(self, climb: Climb, event: Happened) -> None:
        if climb.skipping_at is not None:
            same = event.at == climb.skipping_at
            self.demand(same, f"an empty step of {climb.visit_id} took time")
        match event.fact:
            case f.StepSkipped() as skipped:
                self._next(climb, skipped.step)
                there = self.known.asked_by(climb.ladder[skipped.step], climb.visit_id)
                reason = bool(skipped.reason)
                self.demand(
                    reason or not there, f"step {skipped.step} was skipped with {there} in it"
                )
                self.demand(skipped.step < len(climb.ladder) - 1, "the last step was skipped")
                self._in_time(climb, event.at)
                climb.step, climb.skipping_at = skipped.step, event.at
            case f.StepEntered() as entered:
                self._entered(climb, entered, event.at)
            case f.AskedAgain():
                self._in_time(climb, event.at, again=True)
                climb.wait_from, climb.hurried = event.at, False
            case f.ChargeLapsed():
                climb.wait_from = None
            case f.Answered(answer=Answer.SEEN, called_at=told):
                climb.seen = max(filter(None, (climb.seen, told or event.at)))
            case f.Answered(answer=answer):
                climb.hurried = answer in (Answer.NO_ANSWER, Answer.SOMETHING_WRONG)
                climb.to_the_last = answer is Answer.SOMETHING_WRONG
            case f.Unreachable():
                climb.hurried = True

    def _next(self, climb: Climb, step: int) -> None:
        last = len(climb.ladder) - 1
        right = step == climb.step + 1 or (climb.to_the_last and climb.step < step == last)
        self.demand(right, f"{climb.visit_id}: step {step} came after {climb.step}")

    def _in_time(self, climb: Climb, at: datetime, *, again: bool = False) -> None:
        if climb.wait_from is None or climb.hurried:
            return
        last = climb.step == len(climb.ladder) - 1
        wait = self.known.policy.repeat_every if last else climb.ladder[climb.step].wait
        soonest = climb.wait_from + wait
        if not last and climb.ladder[climb.step].since is Since.SIGHTING:
            soonest = (climb.seen or climb.at) + wait
            if again:
                soonest = min(soonest, climb.wait_from + self.known.policy.charge_for)
        self.demand(
            at >= soonest or climb.skipping_at == at,
            f"{climb.visit_id}: step {climb.step} was left at {at}, before {soonest}",
        )

    def _entered(self, climb: Climb, entered: f.StepEntered, at: datetime) -> None:
        self._next(climb, entered.step)
        self._in_time(climb, at)
        self.demand(entered.step not in climb.entered, f"step {entered.step} was entered twice")
        step = climb.ladder[entered.step]
        self.demand(step.id == entered.step_id, f"step {entered.step} is not {entered.step_id}")
        there = self.known.asked_by(step, climb.visit_id)
        last = entered.step == len(climb.ladder) - 1
        self.demand(there or last, f"{climb.visit_id}: an empty step {entered.step} waits")
        self.demand(set(entered.asked) <= there, f"step {entered.step} asked {entered.asked}")
        climb.entered.append(entered.step)
        climb.step, climb.wait_from = entered.step, at
        climb.hurried = climb.to_the_last = False
        climb.skipping_at = None
