"""How an alarm ends: what is recorded, what becomes of the visit, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import facts as f
from bot.domain.closing import close, settle, tick
from bot.domain.decision import EscalationDecision, Recorded
from bot.domain.escalation import Escalation
from bot.domain.facts import Kind
from bot.domain.intents import Answer, Care, Outcome, Report, TickCare
from bot.domain.message import Priority
from bot.domain.notices import to_responder, to_worker
from bot.domain.visit import Visit
from tests.bot.domain.alarms import FIRST, LADDER, LAST, LATE, NOW, facts, said
from tests.bot.domain.rules import COVERED, refused
from tests.contract.making import MICROSECOND, MINUTE

UNCOVERED = replace(FIRST, kind=Kind.UNCOVERED)
LATER = NOW + 20 * MINUTE
OVER = replace(FIRST, closed_at=NOW, closed_by="per_bob")


def closed(
    alarm: Escalation = LAST,
    answer: Answer = Answer.REACHED_SAFE,
    *,
    visit: Visit = LATE,
    outcome: Outcome | None = Outcome.NO_SIGNAL,
    until: datetime | None = None,
) -> EscalationDecision:
    """Have Ben close an alarm."""
    intent = Report(alarm.id, alarm.step, answer, outcome, until, "INC-7", "at the gate")
    return close(alarm, intent, by="per_bob", visit=visit, policy=LADDER, now=NOW)


def test_the_visit_ends_the_worker_hears_so_and_whoever_ended_it_gets_the_aftercare_list() -> None:
    decision = closed()
    assert decision.facts == (
        Recorded(
            f.Answered("esc_1", "per_bob", 2, Answer.REACHED_SAFE, "INC-7"),
            by="per_bob",
            note="at the gate",
        ),
        Recorded(f.EscalationClosed("esc_1", "per_bob", Outcome.NO_SIGNAL), by="per_bob"),
    )
    assert decision.visit_facts == (Recorded(f.VisitEnded(), by="per_bob"),)
    others = [
        to_responder(LAST, who, "ladder.closed", once="closed", by="per_bob", outcome="no_signal")
        for who in ("per_maya", "per_hana")
    ]
    safe = to_worker(LATE, "visit.confirmed_safe", Priority.REPLY, once="safe:esc_1", by="per_bob")
    care = to_responder(LAST, "per_bob", "aftercare.list", once="aftercare")
    assert decision.messages == (*others, safe, care)


def test_nobody_at_the_scene_hears_how_it_ended() -> None:
    decision = closed(visit=replace(LATE, companions=("per_maya",)))
    assert ("ladder.closed", "per_hana") in said(decision)
    assert ("ladder.closed", "per_maya") not in said(decision)


def test_it_goes_on_until_the_time_that_was_found_out() -> None:
    decision = closed(until=LATER)
    assert decision.visit_facts == (Recorded(f.Extended(LATER, False, None), by="per_bob"),)
    goes_on = decision.messages[-1]
    assert (goes_on.key, goes_on.to.person_id) == ("visit.goes_on", "per_alice")
    assert goes_on.fields == {"end_at": "2026-12-03T09:50:00Z"}
    assert ("aftercare.list", "per_bob") not in said(decision)


def test_a_check_in_moves_and_the_end_that_was_agreed_stays() -> None:
    between = replace(LATE, goes_on_until=LATER + MINUTE)
    (moved,) = closed(visit=between, until=LATER).visit_facts
    assert moved.fact == f.Extended(LATER, False, LATER + MINUTE)


@pytest.mark.parametrize(
    ("after", "goes_on"),
    [(timedelta(), False), (MICROSECOND, True)],
    ids=["now is no later end", "an instant later is one"],
)
def test_it_goes_on_only_until_a_time_to_come(after: timedelta, goes_on: bool) -> None:
    (change,) = closed(until=NOW + after).visit_facts
    assert isinstance(change.fact, f.Extended) is goes_on


def test_without_an_outcome_it_overran() -> None:
    assert f.EscalationClosed("esc_1", "per_bob", Outcome.OVERRAN) in facts(closed(outcome=None))


def test_without_a_buddy_the_visit_is_called_off_whatever_else_was_said() -> None:
    decision = closed(UNCOVERED, Answer.CALLED_OFF, visit=COVERED, until=LATER)
    assert facts(decision)[1] == f.EscalationClosed("esc_1", "per_bob", Outcome.CALLED_OFF)
    assert decision.visit_facts == (Recorded(f.VisitCancelled(), by="per_bob"),)
    assert decision.messages == (
        to_worker(COVERED, "visit.called_off", Priority.REPLY, once="called_off", by="per_bob"),
    )


def test_a_late_visit_without_a_buddy_is_not_called_off() -> None:
    two = replace(UNCOVERED, asked=("per_bob", "per_maya"))
    decision = closed(two, Answer.CALLED_OFF, visit=LATE)
    assert decision.visit_facts == ()
    assert said(decision) == [("ladder.closed", "per_maya")]


def test_whoever_was_alarmed_hears_that_somebody_else_has_accepted() -> None:
    two = replace(UNCOVERED, asked=("per_bob", "per_maya"))
    decision = settle(two, by="per_bob", outcome=Outcome.COVERED, visit=COVERED)
    over = f.EscalationClosed("esc_1", "per_bob", Outcome.COVERED)
    assert decision.facts == (Recorded(over, by="per_bob"),)
    assert said(decision) == [("ladder.closed", "per_maya")]
    assert decision.messages[0].fields == {"by": "per_bob", "outcome": "covered"}


def test_each_thing_of_the_aftercare_is_written_with_its_note() -> None:
    decision = tick(OVER, TickCare("esc_1", Care.HURT, "a bruise"), by="per_bob")
    ticked = f.AftercareTicked("esc_1", "per_bob", "hurt")
    assert decision == EscalationDecision((Recorded(ticked, by="per_bob", note="a bruise"),))


@pytest.mark.parametrize(
    ("alarm", "by", "key"),
    [
        (FIRST, "per_bob", "old_button"),
        (OVER, "per_maya", "not_for_you"),
    ],
    ids=["it is not over", "somebody else closed it"],
)
def test_nobody_else_ticks_anything_off_and_not_before(
    alarm: Escalation, by: str, key: str
) -> None:
    assert refused(lambda: tick(alarm, TickCare("esc_1", Care.HURT), by=by)) == (key, {})
