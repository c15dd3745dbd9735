"""Whom a platform is to wake when nothing comes from us, and when: always some minutes after our own next act."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import placed
from bot.domain.duress_facts import How
from bot.domain.facts import VisitKind
from bot.domain.people import Role
from bot.domain.placed import GRACE, GRACE_IN_A_CALL, MOST
from bot.domain.policy import Step, Task
from bot.domain.visit import Visit, VisitState
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES
from tests.contract.making import MINUTE, T0, duress, escalation, visit

MANAGER = "per_maya"
CALL = Step("mobile", Task.CALL_MOBILE, (Role.TEAM_MANAGER,), 5 * MINUTE, "F6")
POLICY = replace(RULES, ladder=(CALL,))
OVERDUE = END_AT + 15 * MINUTE


def of(one: Visit, *alarms: object, **changes: object) -> dict[str, object]:
    policy = replace(POLICY, **changes)  # type: ignore[arg-type]
    return dict(placed.of_visit(one, alarms, roster=ROSTER, policy=policy))  # type: ignore[arg-type]


def test_the_buddy_and_the_first_role_are_woken_after_it_is_overdue() -> None:
    assert of(COVERED) == {"per_bob": OVERDUE + GRACE, MANAGER: OVERDUE + GRACE}


def test_of_a_step_that_turns_to_several_roles_the_first_one_is_woken() -> None:
    both = replace(CALL, audience=(Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE))
    roster = replace(ROSTER, holders={**ROSTER.holders, Role.HEAD_OF_SERVICE: ("per_hana",)})
    policy = replace(POLICY, ladder=(both,))
    assert "per_hana" not in placed.of_visit(COVERED, (), roster=roster, policy=policy)


def test_without_a_buddy_the_first_one_who_would_be_alarmed_is_woken_earlier() -> None:
    assert of(visit(alarm_at=T0 + 5 * MINUTE)) == {MANAGER: T0 + 5 * MINUTE + GRACE}


@pytest.mark.parametrize(
    ("changes", "policy", "after"),
    [
        ({"kind": VisitKind.WAY_HOME}, {"home_overdue_after": 40 * MINUTE}, 40 * MINUTE),
        ({}, {"overdue_after": timedelta()}, timedelta()),
        ({"left_at": END_AT}, {"overdue_after": timedelta(), "charge_for": 9 * MINUTE}, 9 * MINUTE),
    ],
)
def test_it_follows_the_procedures_own_allowance(
    changes: dict[str, object], policy: dict[str, object], after: timedelta
) -> None:
    found = of(replace(COVERED, **changes), **policy)  # type: ignore[arg-type]
    assert found["per_bob"] == END_AT + after + GRACE


def test_nobody_is_woken_once_it_is_over() -> None:
    assert of(replace(COVERED, state=VisitState.ENDED, closed_at=T0)) == {}


def test_of_an_alarm_those_who_were_asked_last_are_woken_or_whoever_has_taken_charge() -> None:
    late = replace(COVERED, overdue=True)
    asked = tuple(f"per_{n}" for n in range(MOST + 2))
    alarm = escalation(due_at=OVERDUE, asked=("per_bob", *asked), current=asked)
    assert of(late, alarm) == dict.fromkeys(asked[:MOST], OVERDUE + GRACE)
    assert of(late, replace(alarm, charge="per_cem")) == {"per_cem": OVERDUE + GRACE}
    assert of(late, replace(alarm, closed_at=T0, due_at=None)) == {}


def test_the_workers_side_is_never_woken() -> None:
    beside = replace(COVERED, companions=("per_bob", MANAGER))
    assert of(beside) == {}
    assert of(replace(COVERED, worker_id="per_bob")) == {MANAGER: OVERDUE + GRACE}


def test_whoever_is_away_then_is_left_to_the_others_unless_nobody_is_left() -> None:
    def away(*people: str) -> dict[str, object]:
        gone = {
            who: replace(ROSTER.people[who], away_from=T0, away_until=OVERDUE + 60 * MINUTE)
            for who in people
        }
        roster = replace(ROSTER, people={**ROSTER.people, **gone})
        return dict(placed.of_visit(COVERED, (), roster=roster, policy=POLICY))

    assert set(away("per_bob")) == {MANAGER}
    assert set(away("per_bob", MANAGER)) == {"per_bob", MANAGER}


def test_in_a_call_for_help_everybody_who_was_asked_is_woken_but_nobody_apart() -> None:
    call = duress(asked=("per_bob", "per_cem", "per_alice"), apart=("per_cem",))
    assert dict(placed.of_call(call)) == {"per_bob": T0 + GRACE_IN_A_CALL}
    assert placed.of_call(replace(call, how=How.DRILL)) == {}
    assert placed.of_call(replace(call, closed_at=T0, due_at=None)) == {}


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        ({"contact_at": T0}, False),
        ({"nudged": True}, False),
        ({"end_at": END_AT + MINUTE}, True),
        ({"buddy_id": "per_cem"}, True),
        ({"left_at": T0}, True),
        ({"overdue": True}, True),
        ({"state": VisitState.ENDED}, True),
        ({"companions": ("per_bob",)}, True),
    ],
)
def test_what_cannot_move_it_is_not_looked_at(change: dict[str, object], moves: bool) -> None:
    assert placed.moves(COVERED, replace(COVERED, **change)) is moves  # type: ignore[arg-type]
    assert placed.moves(None, COVERED)
