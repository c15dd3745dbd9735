"""What each fact makes of an alarm, and which facts cannot follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain.errors import InvariantBroken
from bot.domain.escalation import Escalation, opened, rebuilt
from bot.domain.facts import EscalationFact
from bot.domain.intents import Answer, Outcome
from tests.contract.making import MINUTE, T0

OPENED = f.EscalationOpened("esc_1", "vis_1", "north", "per_alice", f.Kind.HOME)
PLAIN = opened(OPENED, T0)
AT = T0 + 3 * MINUTE
LATER = T0 + 9 * MINUTE
CLOSED = f.EscalationClosed("esc_1", "per_bob", Outcome.OVERRAN)
TICKED = f.AftercareTicked("esc_1", "per_bob", "worker_called")


def answered(answer: Answer) -> f.Answered:
    return f.Answered("esc_1", "per_bob", 0, answer, "")


def test_an_alarm_begins_before_its_first_step() -> None:
    assert Escalation("esc_1", "vis_1", "north", "per_alice", f.Kind.HOME, T0) == PLAIN
    assert PLAIN.open
    assert (PLAIN.step, PLAIN.version) == (-1, 1)


UNDER_WAY: dict[str, Any] = {
    "step": 0,
    "asked": ("per_bob",),
    "current": ("per_bob",),
    "unreachable": ("per_bob",),
    "due_at": AT,
}
HELD: dict[str, Any] = UNDER_WAY | {"charge": "per_bob", "charge_at": T0, "offered": "per_cem"}


@pytest.mark.parametrize(
    ("before", "fact", "changes"),
    [
        (
            UNDER_WAY,
            f.StepEntered("esc_1", 2, "police", ("per_cem",), LATER),
            {
                "step": 2,
                "asked": ("per_bob", "per_cem"),
                "current": ("per_cem",),
                "unreachable": (),
                "due_at": LATER,
            },
        ),
        (
            UNDER_WAY,
            f.StepSkipped("esc_1", 1, "resident", "unsafe"),
            {"step": 1, "current": (), "unreachable": (), "passed": "unsafe"},
        ),
        (
            {"passed": "unsafe"},
            f.StepSkipped("esc_1", 1, "resident"),
            {"step": 1, "passed": "unsafe"},
        ),
        (
            UNDER_WAY,
            f.AskedAgain("esc_1", 4, ("per_bob", "per_cem"), LATER),
            {"turn": 4, "asked": ("per_bob", "per_cem"), "due_at": LATER, "unreachable": ()},
        ),
        (
            HELD,
            f.ChargeTaken("esc_1", "per_cem", LATER),
            {"charge": "per_cem", "charge_at": AT, "due_at": LATER, "offered": None},
        ),
        (HELD, f.ChargeTaken("esc_1", "per_bob", LATER), {"due_at": LATER}),
        (
            HELD,
            f.ChargeLapsed("esc_1", "per_bob"),
            {"charge": None, "charge_at": None, "offered": None},
        ),
        (
            UNDER_WAY,
            f.ChargeOffered("esc_1", "per_bob", "per_cem"),
            {"offered": "per_cem", "asked": ("per_bob", "per_cem")},
        ),
        (UNDER_WAY, f.ChargeOffered("esc_1", "per_cem", "per_bob"), {"offered": "per_bob"}),
        (UNDER_WAY, answered(Answer.NO_ANSWER), {"followed_up": True}),
        (UNDER_WAY, answered(Answer.SOMETHING_WRONG), {"followed_up": True}),
        (UNDER_WAY, answered(Answer.CALLED_999), {"called_999": True}),
        (UNDER_WAY, answered(Answer.REACHED_SAFE), {}),
        (UNDER_WAY, answered(Answer.VOICE_HEARD), {}),
        ({"followed_up": True, "called_999": True}, answered(Answer.REACHED_SAFE), {}),
        (
            UNDER_WAY,
            f.LateContactHeard("esc_1", "extend", LATER, AT + MINUTE),
            {
                "late_contact_at": AT,
                "late_until": AT + MINUTE,
                "late_word": "extend",
                "due_at": LATER,
            },
        ),
        (
            UNDER_WAY,
            f.Unreachable("esc_1", "per_cem"),
            {"unreachable": ("per_bob", "per_cem")},
        ),
        (
            HELD,
            CLOSED,
            {
                "outcome": Outcome.OVERRAN,
                "closed_at": AT,
                "closed_by": "per_bob",
                "due_at": None,
            },
        ),
        (HELD, f.DetailsOpened("esc_1", "per_bob", "sheet", ("address",)), {}),
    ],
)
def test_a_fact_changes_what_it_tells_and_nothing_else(
    before: dict[str, Any], fact: EscalationFact, changes: dict[str, Any]
) -> None:
    alarm = replace(PLAIN, **before)
    assert alarm.after(fact, AT) == replace(alarm, **changes, version=2)


def test_after_the_outcome_only_the_aftercare_list_goes_on() -> None:
    closed = PLAIN.after(CLOSED, AT)
    assert not closed.open
    once = closed.after(TICKED, LATER)
    assert once == replace(closed, ticked=("worker_called",), version=3)
    assert once.after(TICKED, LATER).ticked == ("worker_called",)
    other = replace(TICKED, item="risk_noted")
    assert once.after(other, LATER).ticked == ("worker_called", "risk_noted")


@pytest.mark.parametrize(
    ("alarm", "fact", "named"),
    [
        (PLAIN, OPENED, "EscalationOpened"),
        (PLAIN, TICKED, "AftercareTicked"),
        (PLAIN.after(CLOSED, AT), CLOSED, "EscalationClosed"),
        (PLAIN.after(CLOSED, AT), OPENED, "EscalationOpened"),
        (PLAIN.after(CLOSED, AT), f.ChargeTaken("esc_1", "per_bob", LATER), "ChargeTaken"),
    ],
)
def test_what_cannot_follow_is_a_bug_that_is_named(
    alarm: Escalation, fact: EscalationFact, named: str
) -> None:
    with pytest.raises(InvariantBroken, match=f"^{named} on an escalation already decided$"):
        alarm.after(fact, LATER)


def test_its_journal_rebuilds_an_alarm() -> None:
    entered = f.StepEntered("esc_1", 0, "mobile", ("per_bob",), LATER)
    history: list[tuple[EscalationFact, Any]] = [(OPENED, T0), (entered, AT), (CLOSED, LATER)]
    assert rebuilt(history) == PLAIN.after(entered, AT).after(CLOSED, LATER)
    assert rebuilt([]) is None


def test_a_history_without_its_beginning_is_refused() -> None:
    with pytest.raises(InvariantBroken, match=r"^a history that does not begin with an opening$"):
        rebuilt([(CLOSED, AT)])
