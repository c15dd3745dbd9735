"""When a worker is asked how it goes, and what an answer does (covert rule 10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import wellbeing
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.facts import VisitKind
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_worker
from bot.domain.visit import Visit, VisitState
from bot.domain.wellbeing_facts import HowAnswered, HowAsked, NoteTaken
from tests.bot.domain.rules import COVERED, END_AT, refused
from tests.contract.making import MICROSECOND, MINUTE, T0

HOUR = 60 * MINUTE
LOTS = [f"lot_{number}" for number in range(2_000)]
ASKED = replace(COVERED, how_asked_at=T0)


def test_one_visit_in_ten_is_asked_or_each_one_always_at_the_same_instant() -> None:
    times: dict[str, Any] = {"start_at": T0, "end_at": END_AT}
    drawn = [wellbeing.drawn(lot, **times) for lot in LOTS]
    always = [wellbeing.drawn(lot, always=True, **times) for lot in LOTS]
    assert drawn == [at if once else None for at, once in zip(always, drawn, strict=True)]
    assert 150 < len([at for at in drawn if at]) < 250
    assert None not in always
    assert wellbeing.drawn("lot_1", **times, always=True) == always[1]


def test_it_is_asked_between_a_fifth_and_four_fifths_of_the_time_in_whole_seconds() -> None:
    start_at = T0 + MICROSECOND
    drawn = [
        wellbeing.drawn(lot, start_at=start_at, end_at=start_at + 1_000 * MINUTE, always=True)
        for lot in LOTS
    ]
    shares = {(at - T0) // MINUTE for at in drawn if at is not None}
    assert (min(shares), max(shares)) == (200, 800)
    assert len(shares) > 500
    assert {at.microsecond for at in drawn if at is not None} == {0}


@pytest.mark.parametrize("always", [True, False])
def test_a_visit_that_is_too_short_has_no_midst(always: bool) -> None:
    def found(lasts: timedelta) -> bool:
        ends = T0 + lasts
        lots = LOTS[:100]
        return any(wellbeing.drawn(lot, start_at=T0, end_at=ends, always=always) for lot in lots)

    assert found(20 * MINUTE)
    assert not found(20 * MINUTE - MICROSECOND)


@pytest.mark.parametrize(
    ("changes", "now", "may"),
    [
        ({}, T0, True),
        ({}, T0 - MICROSECOND, False),
        ({}, END_AT - MICROSECOND, True),
        ({}, END_AT, False),
        ({"goes_on_until": END_AT + HOUR}, END_AT, True),
        ({"end_at": T0 + 20 * MINUTE}, T0, True),
        ({"end_at": T0 + 20 * MINUTE - MICROSECOND}, T0, False),
        ({"state": VisitState.ENDED}, T0, False),
        ({"kind": VisitKind.WAY_HOME}, T0, False),
        ({"how_asked_at": T0}, T0, False),
        ({"left_at": T0}, T0, False),
        ({"nudged": True}, T0, False),
    ],
)
def test_it_is_asked_once_and_while_the_visit_goes_on(
    changes: dict[str, Any], now: Any, may: bool
) -> None:
    seen = replace(COVERED, how_at=now, **changes)
    assert wellbeing.may_be_asked(seen, now) is may
    assert wellbeing.look(seen, now) == (wellbeing.ask(seen) if may else None)


@pytest.mark.parametrize("how_at", [None, T0 + MICROSECOND])
def test_chance_asks_at_its_instant_and_not_before(how_at: Any) -> None:
    assert wellbeing.look(replace(COVERED, how_at=how_at), T0) is None
    assert wellbeing.look(replace(COVERED, how_at=T0), T0 + MINUTE) is not None


def test_the_question_is_one_of_the_pool_and_the_same_however_it_came() -> None:
    asked = [wellbeing.ask(replace(COVERED, id=f"vis_{number}")) for number in range(100)]
    numbers = {each.facts[0].fact for each in asked}
    assert numbers == {HowAsked(number) for number in range(wellbeing.QUESTIONS)}
    one = wellbeing.ask(COVERED)
    (recorded,) = one.facts
    assert isinstance(recorded.fact, HowAsked)
    assert recorded.by is None
    number = str(recorded.fact.question)
    assert one.messages == (
        to_worker(COVERED, "how.ask", Priority.REMINDER, once="how", question=number),
    )


def test_of_a_bad_answer_whoever_watches_is_told() -> None:
    decision = wellbeing.answer(ASKED, well=False, by="per_alice")
    assert decision.facts == (Recorded(HowAnswered(False), by="per_alice"),)
    assert decision.messages == (
        Message(
            key="how.told",
            to=To("north", "per_bob"),
            priority=Priority.ESCALATION,
            dedupe="vis_1:how:per_bob",
            visit_id="vis_1",
            secrecy=Secrecy.RESPONDERS,
        ),
    )


@pytest.mark.parametrize(
    ("changes", "well"),
    [({}, True), ({"buddy_id": None}, False), ({"companions": ("per_bob",)}, False)],
    ids=["all is well", "nobody watches", "the buddy is there"],
)
def test_otherwise_it_is_noted(changes: dict[str, Any], well: bool) -> None:
    decision = wellbeing.answer(replace(ASKED, **changes), well=well, by="per_alice")
    assert decision == VisitDecision((Recorded(HowAnswered(well), by="per_alice"),))


@pytest.mark.parametrize(
    ("seen", "by", "key"),
    [
        (ASKED, "per_bob", "not_for_you"),
        (COVERED, "per_alice", "old_button"),
        (replace(ASKED, state=VisitState.ENDED), "per_alice", "old_button"),
    ],
)
def test_only_the_worker_answers_and_what_was_asked(seen: Visit, by: str, key: str) -> None:
    assert refused(lambda: wellbeing.answer(seen, well=True, by=by)) == (key, {})


def test_a_note_is_kept_with_the_visit() -> None:
    assert wellbeing.note("all quiet", by="per_bob") == VisitDecision(
        (Recorded(NoteTaken(), by="per_bob", note="all quiet"),)
    )


def test_the_visit_keeps_when_it_was_asked_and_what_was_answered() -> None:
    now = T0 + MINUTE
    due = replace(COVERED, how_at=T0, how_well=False)
    assert due.after(HowAsked(1), now) == replace(COVERED, how_asked_at=now, version=2)
    answered = replace(ASKED, how_well=False, contact_at=now, version=2)
    assert ASKED.after(HowAnswered(False), now) == answered
    assert ASKED.after(NoteTaken(), now) == replace(ASKED, version=2)
