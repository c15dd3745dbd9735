"""What an answer changes on an alarm: where it goes on, who is in charge, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain.closing import close
from bot.domain.details import Ring
from bot.domain.facts import Attention
from bot.domain.intents import Answer, Outcome, Report
from tests.bot.domain.alarms import (
    FIRST,
    HELD,
    ISO,
    LADDER,
    LAST,
    LATE,
    NOW,
    SECOND,
    entered,
    facts,
    report,
    said,
    shown,
)
from tests.bot.domain.rules import refused
from tests.contract.making import MINUTE, T0


def test_no_answer_goes_on_at_once_with_the_same_person() -> None:
    decision = report(replace(FIRST, **HELD), Answer.NO_ANSWER, note="It rang out")
    assert facts(decision) == [
        f.Answered("esc_1", "per_bob", 0, Answer.NO_ANSWER, ""),
        entered(1, "resident", "per_maya", wait=10 * MINUTE),
    ]
    assert [(each.by, each.note) for each in decision.facts] == [
        ("per_bob", "It rang out"),
        (None, ""),
    ]
    assert said(decision) == [("ladder.task", "per_bob"), ("ladder.informed", "per_maya")]
    assert shown(decision) == [(f.AttentionShown(Attention.FOLLOWED_UP, None), None)]


def test_where_it_stays_in_the_open_the_channel_reads_of_each_step() -> None:
    told = replace(LADDER, private_from_no_answer=False)
    decision = report(replace(FIRST, **HELD), Answer.NO_ANSWER, policy=told)
    assert said(decision)[-1] == ("ladder.step", None)
    assert shown(decision) == [(f.AttentionShown(Attention.TAKEN, "per_bob"), None)]


def test_an_answer_without_a_charge_takes_it_first_and_asks_once() -> None:
    decision = report(FIRST, Answer.NO_ANSWER)
    assert facts(decision) == [
        f.ChargeTaken("esc_1", "per_bob", NOW + 10 * MINUTE),
        f.Answered("esc_1", "per_bob", 0, Answer.NO_ANSWER, ""),
        entered(1, "resident", "per_maya", wait=10 * MINUTE),
    ]
    assert said(decision) == [("ladder.task", "per_bob"), ("ladder.informed", "per_maya")]


def test_no_answer_leaves_out_a_number_that_is_not_safe_to_ring() -> None:
    decision = report(replace(FIRST, **HELD), Answer.NO_ANSWER, ring=Ring.UNSAFE)
    assert facts(decision)[1:] == [
        f.StepSkipped("esc_1", 1, "resident", "unsafe"),
        entered(2, "police", "per_hana", wait=10 * MINUTE),
    ]


def test_no_answer_on_the_last_step_holds_it_for_another_while() -> None:
    decision = report(replace(LAST, **HELD), Answer.NO_ANSWER)
    assert facts(decision) == [
        f.Answered("esc_1", "per_bob", 2, Answer.NO_ANSWER, ""),
        f.ChargeTaken("esc_1", "per_bob", NOW + 10 * MINUTE),
    ]
    assert said(decision) == []


def test_an_answer_on_the_last_step_brings_its_task_along() -> None:
    assert said(report(LAST, Answer.NO_ANSWER)) == [("ladder.task", "per_bob")]
    assert said(report(SECOND, Answer.NO_ANSWER)) == [
        ("ladder.task", "per_bob"),
        ("ladder.informed", "per_hana"),
    ]


def test_an_answer_where_it_stays_in_the_open_names_the_holder_on_the_card() -> None:
    told = replace(LADDER, private_from_no_answer=False)
    decision = report(replace(LAST, **HELD), Answer.NO_ANSWER, policy=told)
    assert shown(decision) == [(f.AttentionShown(Attention.TAKEN, "per_bob"), "per_bob")]


@pytest.mark.parametrize("answer", [Answer.REACHED_SAFE, Answer.CALLED_OFF])
@pytest.mark.parametrize("held", [HELD, {}])
def test_an_outcome_closes_whoever_is_in_charge(answer: Answer, held: dict[str, Any]) -> None:
    alarm = replace(FIRST, **held)
    intent = Report("esc_1", 0, answer, Outcome.FORGOT, NOW + 20 * MINUTE)
    decision = report(alarm, answer, outcome=Outcome.FORGOT, until=NOW + 20 * MINUTE)
    assert decision == close(alarm, intent, by="per_bob", visit=LATE, policy=LADDER, now=NOW)
    assert f.EscalationClosed("esc_1", "per_bob", Outcome.FORGOT) in facts(decision)


def test_an_answer_belongs_to_its_step_and_its_holder() -> None:
    held = replace(SECOND, **HELD)
    assert refused(lambda: report(held, Answer.NO_ANSWER, step=0)) == ("stale_step", {})
    assert refused(lambda: report(held, Answer.REACHED_SAFE, "per_maya"))[0] == "charge_taken"
    assert refused(lambda: report(held, Answer.NO_ANSWER, "per_alice"))[0] == "own_visit"
    over = replace(held, closed_at=T0)
    assert refused(lambda: report(over, Answer.REACHED_SAFE)) == ("alarm_over", {})
    assert report(held, Answer.CALLED_999, step=0).facts


def test_something_wrong_is_heard_from_anybody_and_goes_to_the_last_step() -> None:
    decision = report(replace(FIRST, **HELD), Answer.SOMETHING_WRONG, "per_maya")
    assert facts(decision) == [
        f.ChargeTaken("esc_1", "per_maya", NOW + 10 * MINUTE),
        f.Answered("esc_1", "per_maya", 0, Answer.SOMETHING_WRONG, ""),
        entered(2, "police", "per_hana", wait=10 * MINUTE),
    ]
    assert said(decision) == [("ladder.informed", "per_hana")]


def test_999_called_by_the_holder_keeps_the_charge_and_tells_the_others() -> None:
    decision = report(
        replace(LAST, **HELD),
        Answer.CALLED_999,
        reference="INC-77",
        service="police",
        called_at=NOW - MINUTE,
        note="At the gate",
    )
    assert facts(decision) == [
        f.Answered("esc_1", "per_bob", 2, Answer.CALLED_999, "INC-77", "police", NOW - MINUTE),
        f.ChargeTaken("esc_1", "per_bob", NOW + 10 * MINUTE),
    ]
    assert [(each.by, each.note) for each in decision.facts] == [
        ("per_bob", "At the gate"),
        ("per_bob", ""),
    ]
    assert said(decision) == [("ladder.called_999", "per_maya"), ("ladder.called_999", "per_hana")]
    assert decision.messages[0].dedupe == f"esc_1:999:{ISO}:per_maya"
    assert decision.messages[0].fields == {"by": "per_bob", "at": "2026-12-03T09:29:00Z"}


def test_999_called_by_another_leaves_the_charge_and_its_time() -> None:
    taken = replace(LATE, attention=Attention.TAKEN, attended_by="per_bob")
    decision = report(replace(FIRST, **HELD), Answer.CALLED_999, "per_maya", visit=taken)
    assert facts(decision) == [f.Answered("esc_1", "per_maya", 0, Answer.CALLED_999, "")]
    assert said(decision) == [("ladder.called_999", "per_bob")]
    assert decision.messages[0].fields == {"by": "per_maya", "at": ISO}
    assert shown(decision) == []


def test_999_called_with_nobody_in_charge_takes_it_and_gets_the_task() -> None:
    decision = report(FIRST, Answer.CALLED_999)
    assert [type(each) for each in facts(decision)] == [f.ChargeTaken, f.Answered, f.ChargeTaken]
    assert said(decision) == [("ladder.task", "per_bob")]


def test_nobody_at_the_scene_is_told_of_999() -> None:
    with_them = replace(LATE, companions=("per_maya",))
    decision = report(replace(LAST, **HELD), Answer.CALLED_999, visit=with_them)
    assert said(decision) == [("ladder.called_999", "per_hana")]
