"""What is said when a visit is about to begin, and once it has: what it lacks, and that nobody watches (F1, F13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain import covering
from bot.domain import facts as f
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.facts import Kind, Lapse, VisitKind
from bot.domain.message import Priority
from bot.domain.notices import to_person, to_worker
from bot.domain.people import Role, Roster
from bot.domain.visit import Visit
from tests.bot.domain.rules import COVERED, ROSTER, RULES, facts, said
from tests.contract.making import MICROSECOND, MINUTE, T0, visit

PROMISED = replace(COVERED, start_at=T0 + 60 * MINUTE, end_at=T0 + 120 * MINUTE)
DUE = T0 + 2 * MINUTE


STEPS = ("mobile",)
"""The one step of the ladder asks a duty officer, and there is none."""


def test_the_worker_says_that_all_is_set() -> None:
    assert covering.ready(COVERED) == VisitDecision((Recorded(f.ReadySaid(), by="per_alice"),))


@pytest.mark.parametrize(
    ("seen", "now", "by"),
    [
        (PROMISED, T0, T0 + 60 * MINUTE),
        (PROMISED, T0 + 59 * MINUTE, T0 + 61 * MINUTE),
        (replace(PROMISED, confirmed=True), T0, None),
        (replace(PROMISED, buddy_id=None), T0, None),
    ],
    ids=["until the start", "or as long as anybody", "has confirmed", "no buddy"],
)
def test_before_it_begins_both_hear_so_and_an_early_buddy_is_asked_again(
    seen: Visit, now: datetime, by: datetime | None
) -> None:
    decision = covering.soon(seen, roster=ROSTER, policy=RULES, now=now)
    assert decision.facts == (Recorded(f.SoonTold(by, STEPS)),)
    soon = to_worker(seen, "visit.soon", Priority.REMINDER, once="soon")
    again = to_person(seen, "per_bob", "cover.confirm", Priority.REMINDER, once="confirm")
    assert decision.messages == ((soon, again) if by else (soon,))


MANNED = replace(
    ROSTER, holders={Role.TEAM_MANAGER: ("per_maya",), Role.DUTY_OFFICER: ("per_cleo",)}
)
PLACED = replace(COVERED, sealed=("address",))


def check(seen: Visit, roster: Roster = MANNED) -> VisitDecision:
    return covering.check(seen, roster=roster, policy=RULES, now=T0)


def test_a_visit_that_lacks_nothing_begins_in_silence() -> None:
    assert check(PLACED) == VisitDecision((Recorded(f.StartChecked((), ())),))


def test_what_it_lacks_is_said_to_whoever_can_supply_it() -> None:
    decision = check(COVERED)
    assert facts(decision) == [f.StartChecked(("address",), ())]
    missing = to_worker(COVERED, "start.missing", Priority.REMINDER, once="missing")
    address = to_person(
        COVERED, "per_bob", "start.no_address", Priority.REMINDER, once="no_address"
    )
    assert decision.messages == (missing, address)


def test_that_a_step_finds_nobody_is_for_those_who_answer_for_cover() -> None:
    managers = replace(ROSTER, holders={Role.TEAM_MANAGER: ("per_maya", "per_cleo")})
    seen = replace(PLACED, companions=("per_cleo",))
    decision = check(seen, managers)
    assert facts(decision) == [f.StartChecked(("step",), STEPS)]
    unmanned = to_person(
        seen, "per_maya", "start.unmanned", Priority.REMINDER, once="unmanned:per_maya"
    )
    missing = to_worker(seen, "start.missing", Priority.REMINDER, once="missing")
    assert decision.messages == (unmanned, missing)


def test_a_step_that_was_empty_before_and_is_not_now_lacks_nobody() -> None:
    assert facts(check(replace(PLACED, unmanned=STEPS))) == [f.StartChecked((), ())]


def test_without_a_buddy_the_managers_are_alarmed_once_and_nothing_else_is_asked() -> None:
    lone = replace(PLACED, buddy_id=None)
    decision = check(lone, ROSTER)
    assert facts(decision) == [f.StartChecked(("buddy", "step"), STEPS), f.StartedUncovered()]
    assert said(decision) == [("cover.none", "per_alice"), ("start.unmanned", "per_maya")]
    assert decision.opens is Kind.UNCOVERED
    told = check(replace(lone, started_uncovered=True), ROSTER)
    assert facts(told) == [f.StartChecked(("buddy", "step"), STEPS)]
    assert said(told) == [("start.unmanned", "per_maya")]
    assert told.opens is None


# --- what is due -----------------------------------------------------------------------------------


def look(seen: Visit, now: datetime = T0) -> VisitDecision:
    return covering.look(seen, roster=ROSTER, policy=RULES, now=now, busy=frozenset({"per_cem"}))


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("soon_at", f.SoonTold),
        ("confirm_at", f.CoverLapsed),
        ("check_at", f.StartChecked),
    ],
)
def test_each_is_due_at_its_instant_unless_the_visit_is_late(
    name: str, fact: type[f.VisitFact]
) -> None:
    at: dict[str, Any] = {name: T0}
    seen = replace(COVERED, **at)
    assert isinstance(facts(look(seen))[0], fact)
    assert isinstance(facts(look(seen, DUE))[0], fact)
    assert look(seen, T0 - MICROSECOND) == VisitDecision()
    assert look(replace(seen, overdue=True)) == VisitDecision()
    assert look(replace(seen, kind=VisitKind.WAY_HOME)) == VisitDecision()


def test_a_buddy_who_does_not_confirm_hears_that_they_are_none() -> None:
    decision = look(replace(COVERED, confirm_at=T0))
    assert facts(decision) == [
        f.CoverLapsed("per_bob", Lapse.UNCONFIRMED, T0 + 5 * MINUTE),
        f.CoverAsked(("per_maya",), None),
    ]
    assert decision.messages[1].fields == {"why": "unconfirmed"}


def test_whoever_is_out_is_not_asked_when_the_next_one_is_due() -> None:
    waits = visit(alarm_at=T0 + MINUTE, cover_next_at=T0, asked=("per_bob",))
    assert said(look(waits)) == [("cover.ask", "per_maya")]


def test_the_alarm_of_a_visit_whose_buddy_was_lost_is_another_message() -> None:
    lost = visit(cover_round=2)
    assert look(lost).messages[0].dedupe == "vis_1:uncovered:2"
