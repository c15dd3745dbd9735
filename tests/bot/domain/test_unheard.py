"""Late visits close by voice (F8): a message that one has left ends nothing until somebody has spoken to the worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain import unheard
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.facts import VisitFact
from bot.domain.visit import Visit, VisitState
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES, facts, refused, said
from tests.contract.making import MINUTE, visit

LEFT_AT = END_AT - 10 * MINUTE
LEFT = replace(COVERED, left_at=LEFT_AT, next_place="CASE456")


def left(one: Visit, fact: VisitFact, now: datetime = LEFT_AT) -> VisitDecision:
    """Have the worker write that they have left."""
    ends = Recorded(fact, by="per_cleo", note="in a hurry")
    return unheard.leave(one, ends, roster=ROSTER, policy=RULES, now=now)


def test_the_words_of_who_left_are_kept_with_what_comes_next() -> None:
    decision = left(COVERED, f.VisitEnded("CASE456"))
    (recorded,) = decision.facts
    assert recorded.fact == f.LeftUnheard(LEFT_AT, "CASE456")
    assert (recorded.by, recorded.note) == ("per_cleo", "in a hurry")
    assert said(decision) == [("voice.ask", "per_bob")]


def test_a_fact_that_names_no_next_place_leads_nowhere() -> None:
    assert facts(left(COVERED, f.VisitCancelled())) == [f.LeftUnheard(LEFT_AT, "")]


def test_after_its_end_it_was_over_at_its_end() -> None:
    assert facts(left(COVERED, f.VisitEnded(), END_AT + MINUTE)) == [f.LeftUnheard(END_AT, "")]


def test_without_a_buddy_those_who_answer_for_cover_are_asked() -> None:
    assert said(left(visit(), f.VisitEnded())) == [("voice.ask", "per_maya")]
    assert left(LEFT, f.VisitEnded()) == VisitDecision()


def test_whoever_has_heard_the_voice_ends_it() -> None:
    decision = unheard.hear(LEFT, by="per_bob", roster=ROSTER)
    assert facts(decision) == [f.VoiceHeard("per_bob"), f.VisitEnded("CASE456")]
    assert {recorded.by for recorded in decision.facts} == {"per_bob"}
    assert said(decision) == [("visit.confirmed_safe", "per_alice")]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"state": VisitState.ENDED, "closed_at": END_AT}, "visit_over"),
        ({"overdue": True}, "heard_late"),
        ({"left_at": None}, "not_left"),
    ],
)
def test_no_voice_ends_what_is_over_or_late_or_was_not_left(
    changes: dict[str, Any], key: str
) -> None:
    wrong = replace(LEFT, **changes)
    assert refused(lambda: unheard.hear(wrong, by="per_bob", roster=ROSTER)) == (key, {})
