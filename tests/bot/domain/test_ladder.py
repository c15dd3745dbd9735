"""The rules of an alarm, decision by decision: whom a step asks, what an answer changes, and when it acts next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain import ladder
from bot.domain.decision import EscalationDecision
from bot.domain.details import Ring
from bot.domain.escalation import Escalation
from bot.domain.facts import Attention, Kind
from bot.domain.message import Priority, Secrecy
from bot.domain.people import Role, Roster
from bot.domain.policy import Audience, Task
from tests.bot.domain.alarms import (
    COVER,
    FIRST,
    HELD,
    HOME,
    ISO,
    LADDER,
    LAST,
    LATE,
    MOBILE,
    NOW,
    RESIDENT,
    SECOND,
    STAFF,
    charge,
    entered,
    facts,
    look,
    opens,
    said,
    shown,
)
from tests.bot.domain.rules import COVERED, refused
from tests.contract.making import MICROSECOND, MINUTE, T0, person

# --- steps -----------------------------------------------------------------------------------------


def test_each_kind_of_alarm_has_its_ladder() -> None:
    assert ladder.steps(Kind.OVERDUE, LADDER) == LADDER.ladder
    assert ladder.steps(Kind.UNCOVERED, LADDER) == (COVER,)
    mobile, resident, police = LADDER.ladder
    # Nobody rings the person visited about somebody who is on the way home.
    assert resident.task is Task.CALL_RESIDENT
    assert ladder.steps(Kind.HOME, LADDER) == (mobile, police)
    assert ladder.steps(Kind.HOME, replace(LADDER, ladder=(resident,))) == (COVER,)
    assert ladder.steps(Kind.HOME, replace(LADDER, home=(HOME,))) == (HOME,)


@pytest.mark.parametrize(
    ("audience", "changes", "people"),
    [
        ((Audience.BUDDY,), {}, ("per_bob",)),
        ((Audience.BUDDY,), {"buddy_id": None}, ()),
        ((Audience.COVER,), {}, ("per_bob", "per_cem")),
        ((Role.TEAM_MANAGER, Audience.BUDDY), {}, ("per_maya", "per_bob")),
        ((Audience.BUDDY, Audience.COVER), {}, ("per_bob", "per_cem")),
        ((Role.TEAM_MANAGER, Audience.COVER), {}, ("per_maya", "per_bob", "per_cem")),
        ((Role.DUTY_OFFICER,), {}, ()),
        ((Role.TEAM_MANAGER, Audience.COVER), {"worker_id": "per_maya"}, ("per_bob", "per_cem")),
        ((Audience.COVER,), {"companions": ("per_bob",)}, ("per_cem",)),
    ],
)
def test_a_step_asks_each_once_and_nobody_at_the_scene(
    audience: tuple[Role | Audience, ...], changes: dict[str, Any], people: tuple[str, ...]
) -> None:
    step = replace(MOBILE, audience=audience)
    assert ladder.audience(step, replace(COVERED, **changes), STAFF, T0) == people


def test_an_alarm_begins_with_its_first_step() -> None:
    decision = opens()
    assert facts(decision) == [
        f.EscalationOpened("esc_1", "vis_1", "north", "per_alice", Kind.OVERDUE),
        entered(0, "mobile", "per_bob", wait=5 * MINUTE),
    ]
    assert {each.by for each in decision.facts} == {None}
    assert said(decision) == [("ladder.ask", "per_bob"), ("ladder.step", None)]
    private, public = decision.messages
    assert private.dedupe == "esc_1:step:0:0:per_bob"
    assert private.fields == {"step": "0", "task": "call_mobile"}
    assert (private.secrecy, private.priority) == (Secrecy.RESPONDERS, Priority.ESCALATION)
    assert public.dedupe == "vis_1:esc_1:step:0"
    assert public.fields == {"escalation": "esc_1", "step": "0", "task": "call_mobile"}
    assert public.secrecy is Secrecy.ORDINARY
    assert shown(decision) == []  # the card says already that the visit is overdue


def test_a_step_with_nobody_in_it_takes_no_time() -> None:
    decision = opens(visit=replace(LATE, buddy_id=None), roster=replace(STAFF, cover=()))
    assert facts(decision)[1:] == [
        f.StepSkipped("esc_1", 0, "mobile"),
        entered(1, "resident", "per_maya", wait=6 * MINUTE),
    ]


def test_with_nobody_at_all_the_last_step_is_entered_and_repeats() -> None:
    nobody = Roster(STAFF.team)
    decision = opens(visit=replace(LATE, buddy_id=None), roster=nobody)
    assert facts(decision)[-1] == entered(2, "police", wait=7 * MINUTE)
    assert said(decision) == [("ladder.step", None)]


def test_an_alarm_for_cover_stays_off_the_channel_and_the_card() -> None:
    decision = opens(Kind.UNCOVERED, visit=replace(COVERED, buddy_id=None))
    assert facts(decision)[1:] == [entered(0, "cover", "per_maya", wait=7 * MINUTE)]
    assert said(decision) == [("ladder.ask", "per_maya")]
    assert shown(decision) == []


def test_the_card_says_that_it_is_overdue_when_it_did_not() -> None:
    decision = opens(visit=replace(LATE, attention=Attention.TAKEN, attended_by="per_bob"))
    assert shown(decision) == [(f.AttentionShown(Attention.OVERDUE, None), None)]


# --- deadlines -------------------------------------------------------------------------------------


def test_the_instant_itself_is_due_and_the_one_before_it_is_not() -> None:
    due_at = T0 + 5 * MINUTE
    assert look(FIRST, due_at - MICROSECOND) == EscalationDecision()
    decision = look(FIRST, due_at)
    assert facts(decision) == [entered(1, "resident", "per_maya", wait=6 * MINUTE, now=due_at)]
    assert said(decision) == [
        ("ladder.ask", "per_bob"),
        ("ladder.ask", "per_maya"),
        ("ladder.step", None),
    ]


@pytest.mark.parametrize("changes", [{"due_at": None}, {"closed_at": T0}])
def test_a_closed_alarm_is_never_due(changes: dict[str, Any]) -> None:
    assert look(replace(FIRST, **changes)) == EscalationDecision()


@pytest.mark.parametrize("ring", [ring for ring in Ring if ring.skips])
def test_whoever_cannot_safely_be_rung_is_not(ring: Ring) -> None:
    decision = look(FIRST, ring=ring)
    assert facts(decision) == [
        f.StepSkipped("esc_1", 1, "resident", ring.value),
        entered(2, "police", "per_hana", wait=7 * MINUTE),
    ]


def test_a_ladder_that_ends_with_that_call_keeps_its_last_step() -> None:
    short = replace(LADDER, ladder=(MOBILE, RESIDENT))
    decision = ladder.look(FIRST, visit=LATE, roster=STAFF, policy=short, now=NOW, ring=Ring.UNSAFE)
    assert facts(decision) == [entered(1, "resident", "per_maya", wait=7 * MINUTE)]


def test_the_last_step_asks_everybody_again_and_whoever_joined_since() -> None:
    joined = replace(STAFF, holders={**STAFF.holders, Role.TEAM_MANAGER: ("per_maya", "per_new")})
    decision = look(replace(LAST, turn=3), roster=joined)
    everybody = ("per_bob", "per_maya", "per_hana", "per_new")
    assert facts(decision) == [f.AskedAgain("esc_1", 4, everybody, NOW + 7 * MINUTE)]
    assert said(decision) == [("ladder.ask", who) for who in everybody]
    assert decision.messages[0].dedupe == "esc_1:turn:4:per_bob"
    fields = {"step": "2", "task": "dial_999", "turn": "4", "last": "yes"}
    assert decision.messages[0].fields == fields
    assert shown(decision) == []


def without(*, away: tuple[str, ...] = (), left: tuple[str, ...] = ()) -> Roster:
    """Return the staff with some people away for the day, and some gone for good."""
    day = (T0, T0 + 1440 * MINUTE)
    people = {
        **{f"per_{name}": replace(person(name), left=True) for name in left},
        **{
            f"per_{name}": replace(person(name), away_from=day[0], away_until=day[1])
            for name in away
        },
    }
    return replace(STAFF, people={**STAFF.people, **people})


def test_whoever_is_away_is_passed_over_and_asked_where_nobody_else_is_there() -> None:
    assert facts(look(FIRST, roster=without(away=("maya", "bob")))) == [
        f.StepSkipped("esc_1", 1, "resident"),
        entered(2, "police", "per_hana", wait=7 * MINUTE),
    ]
    assert facts(look(FIRST, roster=without(away=("bob", "maya", "hana")))) == [
        f.StepSkipped("esc_1", 1, "resident"),
        entered(2, "police", "per_hana", wait=7 * MINUTE),
    ]
    last = [f.AskedAgain("esc_1", 1, ("per_bob", "per_maya"), NOW + 7 * MINUTE)]
    assert facts(look(LAST, roster=without(away=("hana",)))) == last
    everybody = [f.AskedAgain("esc_1", 1, LAST.asked, NOW + 7 * MINUTE)]
    assert facts(look(LAST, roster=without(away=("bob", "maya", "hana")))) == everybody


def test_when_everybody_asked_has_left_the_last_step_asks_whoever_holds_it_now() -> None:
    gone = without(away=("hana",), left=("bob", "maya"))
    alarm = replace(LAST, asked=("per_bob", "per_maya"))
    assert facts(look(alarm, roster=gone)) == [
        f.AskedAgain("esc_1", 1, ("per_hana",), NOW + 7 * MINUTE)
    ]


def test_a_lapse_on_the_first_step_waits_as_that_step_does() -> None:
    again = look(replace(FIRST, **HELD), T0 + 10 * MINUTE)
    assert facts(again)[1] == f.AskedAgain("esc_1", 1, ("per_bob",), T0 + 15 * MINUTE)


def test_a_charge_without_an_answer_lapses_and_everybody_so_far_is_asked_again() -> None:
    taken = replace(LATE, attention=Attention.TAKEN, attended_by="per_bob")
    decision = look(replace(SECOND, **HELD), T0 + 10 * MINUTE, visit=taken)
    assert facts(decision) == [
        f.ChargeLapsed("esc_1", "per_bob"),
        f.AskedAgain("esc_1", 1, ("per_bob", "per_maya"), T0 + 16 * MINUTE),
    ]
    assert {each.by for each in decision.facts} == {None}
    assert said(decision) == [("ladder.ask", "per_bob"), ("ladder.ask", "per_maya")]
    assert decision.messages[0].fields == {"step": "1", "task": "call_resident", "turn": "1"}
    assert shown(decision) == [(f.AttentionShown(Attention.OVERDUE, None), None)]
    assert look(replace(SECOND, **HELD), T0 + 10 * MINUTE - MICROSECOND) == EscalationDecision()


def test_an_alarm_for_cover_asks_again_for_cover_and_changes_no_card() -> None:
    alarm = replace(FIRST, kind=Kind.UNCOVERED, asked=("per_maya",))
    again = look(alarm, visit=replace(COVERED, buddy_id=None))
    assert facts(again) == [f.AskedAgain("esc_1", 1, ("per_maya",), NOW + 7 * MINUTE)]
    assert again.messages[0].fields["task"] == "find_cover"
    taken = charge(alarm, "per_maya")
    assert taken.messages[0].fields["task"] == "find_cover"
    assert shown(taken) == []


# --- taking charge ---------------------------------------------------------------------------------


def test_whoever_takes_charge_holds_it_and_gets_the_task() -> None:
    decision = charge(SECOND, "per_maya")
    assert facts(decision) == [f.ChargeTaken("esc_1", "per_maya", NOW + 10 * MINUTE)]
    assert decision.facts[0].by == "per_maya"
    assert said(decision) == [("ladder.task", "per_maya")]
    assert decision.messages[0].dedupe == f"esc_1:charge:{ISO}:per_maya"
    assert decision.messages[0].fields == {"step": "1", "task": "call_resident"}
    assert shown(decision) == [(f.AttentionShown(Attention.TAKEN, "per_maya"), "per_maya")]


def test_the_first_one_wins() -> None:
    held = replace(SECOND, **HELD)
    assert charge(held, "per_bob") == EscalationDecision()
    assert refused(lambda: charge(held, "per_maya")) == (
        "charge_taken",
        {"name": "Bob", "at": "2026-12-03T09:00:00Z"},
    )
    assert refused(lambda: charge(replace(FIRST, closed_at=T0), "per_bob")) == ("alarm_over", {})
    assert refused(lambda: charge(FIRST, "per_alice")) == ("own_visit", {})


def test_an_offer_passes_the_charge_and_the_one_before_is_told() -> None:
    decision = charge(replace(SECOND, **HELD, offered="per_maya"), "per_maya")
    assert facts(decision) == [f.ChargeTaken("esc_1", "per_maya", NOW + 10 * MINUTE)]
    assert said(decision) == [("ladder.task", "per_maya"), ("ladder.handed_over", "per_bob")]
    assert decision.messages[1].dedupe == f"esc_1:handed:{ISO}:per_bob"
    assert decision.messages[1].fields == {"by": "per_maya"}


# --- people who cannot be reached ------------------------------------------------------------------


def unreachable(alarm: Escalation, who: str, ring: Ring = Ring.SAFE) -> EscalationDecision:
    return ladder.cannot_reach(
        alarm, who, visit=LATE, roster=STAFF, policy=LADDER, now=NOW, ring=ring
    )


def test_when_nobody_of_a_step_can_be_reached_the_next_is_entered_now() -> None:
    gone = f.Unreachable("esc_1", "per_bob")
    next_step = entered(1, "resident", "per_maya", wait=6 * MINUTE)
    decision = unreachable(FIRST, "per_bob")
    assert facts(decision) == [gone, next_step]
    assert {each.by for each in decision.facts} == {None}
    one_left = replace(FIRST, current=("per_bob", "per_cem"))
    assert facts(unreachable(one_left, "per_bob")) == [gone]
    assert facts(unreachable(replace(one_left, unreachable=("per_cem",)), "per_bob")) == [
        gone,
        next_step,
    ]


@pytest.mark.parametrize(
    ("alarm", "who"), [(replace(FIRST, **HELD), "per_bob"), (LAST, "per_hana")]
)
def test_nothing_is_hurried_while_somebody_holds_it_or_on_the_last_step(
    alarm: Escalation, who: str
) -> None:
    assert facts(unreachable(alarm, who)) == [f.Unreachable("esc_1", who)]


def test_the_step_before_the_last_is_hurried_too() -> None:
    assert facts(unreachable(SECOND, "per_maya"))[1:] == [
        entered(2, "police", "per_hana", wait=7 * MINUTE)
    ]


@pytest.mark.parametrize("changes", [{"closed_at": T0}, {"unreachable": ("per_bob",)}])
def test_somebody_unreachable_is_noted_once_and_while_it_matters(changes: dict[str, Any]) -> None:
    assert unreachable(replace(FIRST, **changes), "per_bob") == EscalationDecision()


def test_the_next_step_now_still_rings_only_who_may_be_rung() -> None:
    decision = unreachable(FIRST, "per_bob", Ring.UNSAFE)
    assert facts(decision)[1] == f.StepSkipped("esc_1", 1, "resident", "unsafe")
