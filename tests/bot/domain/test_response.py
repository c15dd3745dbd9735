"""Whom a call for help tells, in which order, and when it goes on (covert rules 4, 7, 14)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import duress_facts as f
from bot.domain import response
from bot.domain.decision import DuressDecision, Recorded
from bot.domain.duress import Duress
from bot.domain.duress_facts import How, Urgency
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import Role
from bot.domain.policy import Audience, Step, Task
from bot.domain.visit import Visit
from tests.bot.domain.calls import (
    DOUBT,
    DRILL,
    FAR,
    FRESH,
    HELP,
    KNOW,
    NEAR,
    NEARBY,
    NOW,
    OVER,
    TEAM,
    asked,
    cards,
    facts,
    raised,
    said,
    world,
)
from tests.contract.making import MICROSECOND, MINUTE, T0, person, visit

OPENED = f.DuressOpened(
    *("dur_1", "north", "per_alice", "vis_1", Urgency.ALARM, How.WORDS, T0, "d"),
    ("per_alice", "per_dan"),
)


# --- its steps -------------------------------------------------------------------------------------


def test_the_steps_are_those_that_ask_somebody_to_act() -> None:
    assert response.steps(HELP) == (NEAR, FAR)


@pytest.mark.parametrize("duress", [(), (KNOW,)])
def test_without_any_it_is_everybody_of_the_ladders_at_once(duress: tuple[Step, ...]) -> None:
    every = (Audience.BUDDY, Role.DUTY_OFFICER, Role.TEAM_MANAGER)
    alone = Step("all", Task.DIAL_999, every, 7 * MINUTE, "F6")
    assert response.steps(replace(HELP, duress=duress)) == (alone,)


def test_it_may_turn_to_every_role_of_its_procedure_and_whoever_leads_each_once() -> None:
    assert response.roles(HELP) == (
        Role.TEAM_MANAGER,
        Role.HEAD_OF_SERVICE,
        Role.SAFEGUARDING_LEAD,
        Role.LINE_MANAGER,
        Role.DIRECTOR,
        Role.DUTY_OFFICER,
        Role.SERVICE_MANAGER,
        Role.SENIOR_MANAGER,
        Role.ASSISTANT_DIRECTOR,
    )
    plain = response.roles(replace(HELP, duress=()))
    assert plain[:2] == (Role.DUTY_OFFICER, Role.TEAM_MANAGER)


# --- how it begins and goes on ---------------------------------------------------------------------


def test_a_plain_call_tells_all_of_the_first_step_at_once_and_those_who_are_to_know() -> None:
    decision = response.open_(OPENED, **world())
    assert facts(decision) == [
        OPENED,
        asked(0, 1, "per_bob", "per_maya", wait=3 * MINUTE),
        f.DuressInformed("dur_1", ("per_sam",)),
    ]
    assert said(decision) == [*cards("per_bob", "per_maya"), ("duress.informed", "per_sam")]
    assert decision.messages[0] == Message(
        key="duress.card",
        to=To("north", "per_bob"),
        priority=Priority.DURESS,
        dedupe="dur_1:turn:1:per_bob",
        fields={"turn": "1"},
        duress_id="dur_1",
        secrecy=Secrecy.RESPONDERS,
    )
    assert decision.messages[2].dedupe == "dur_1:informed:per_sam"


@pytest.mark.parametrize(("raised_by", "by"), [("", None), ("per_cem", "per_cem")])
def test_its_opening_is_recorded_as_of_whoever_raised_it(raised_by: str, by: str | None) -> None:
    opening = replace(OPENED, by=raised_by)
    assert response.open_(opening, **world()).facts[0] == Recorded(opening, by=by)


def test_a_doubt_asks_two_people() -> None:
    decision = response.open_(replace(OPENED, urgency=Urgency.CHECK), **world())
    assert facts(decision)[1:] == [asked(-1, 1, "per_bob", "per_maya", wait=2 * MINUTE)]
    assert said(decision) == cards("per_bob", "per_maya")


def test_a_doubt_with_nobody_but_the_buddy_to_look_asks_nobody_else() -> None:
    alone = replace(HELP, duress=(replace(NEAR, audience=(Audience.BUDDY,)),))
    decision = response.open_(replace(OPENED, urgency=Urgency.CHECK), **world(policy=alone))
    assert said(decision) == cards("per_bob")


def test_a_doubt_with_nobody_to_look_is_an_alarm() -> None:
    doubt = replace(OPENED, urgency=Urgency.CHECK)
    nobody = replace(TEAM, holders={}, cover=())
    decision = response.open_(doubt, **world(visit=None, roster=nobody))
    assert facts(decision) == [doubt, raised("unanswered"), asked(1, 1, wait=7 * MINUTE)]


@pytest.mark.parametrize("seen", [None, visit()], ids=["no visit", "a visit without a buddy"])
def test_where_nobody_watches_the_standing_buddy_counts(seen: Visit | None) -> None:
    roster = replace(TEAM, cover=("per_cem", "per_cleo"))
    decision = response.look(FRESH, **world(visit=seen, roster=roster))
    assert facts(decision)[0] == asked(0, 1, "per_cem", "per_maya", wait=3 * MINUTE)


def test_nobody_is_told_who_is_apart_or_has_left_but_whoever_is_away_is() -> None:
    people = {
        "per_gone": replace(person("gone"), left=True),
        "per_away": replace(person("away"), away_from=T0, away_until=NOW + MINUTE),
    }
    managers = ("per_alice", "per_dan", "per_gone", "per_away", "per_bob")
    roster = replace(TEAM, people=people, holders={Role.TEAM_MANAGER: managers})
    decision = response.look(FRESH, **world(roster=roster))
    assert said(decision) == cards("per_bob", "per_away")
    mine = replace(FRESH, apart=("per_dan",))
    assert said(response.look(mine, **world(roster=roster))) == cards("per_bob", "per_away")


def test_with_nobody_on_its_steps_it_is_whoever_leads_and_the_cover_order() -> None:
    desk = Step("desk", Task.DIAL_999, (Role.OUT_OF_HOURS_DESK,), MINUTE, "K9")
    decision = response.look(FRESH, **world(policy=replace(HELP, duress=(desk,))))
    people = ("per_lena", "per_maya", "per_hana", "per_dora", "per_cem", "per_bob")
    assert facts(decision) == [asked(0, 1, *people, wait=7 * MINUTE)]


def test_the_last_step_comes_next_and_those_told_before_are_told_again() -> None:
    decision = response.look(NEARBY, **world())
    assert facts(decision) == [asked(1, 2, "per_hana", "per_cem", wait=7 * MINUTE)]
    assert said(decision) == cards("per_bob", "per_maya", "per_hana", "per_cem")
    assert decision.messages[0].dedupe == "dur_1:turn:2:per_bob"
    assert decision.messages[0].fields == {"turn": "2"}


def test_after_the_last_step_everybody_is_told_again_for_as_long_as_it_takes() -> None:
    every = replace(NEARBY, step=1, turn=2, asked=(*NEARBY.asked, "per_hana", "per_cem"))
    decision = response.look(every, **world())
    people = ("per_maya", "per_hana", "per_bob", "per_cem")
    assert facts(decision) == [asked(1, 3, *people, wait=7 * MINUTE)]
    assert said(decision) == cards("per_bob", "per_maya", "per_hana", "per_cem")


@pytest.mark.parametrize("changes", [{"informed": ()}, {"informed": ("per_cleo",)}])
def test_whoever_is_to_know_hears_of_it_once_and_not_besides_acting(
    changes: dict[str, Any],
) -> None:
    informed = {Role.SAFEGUARDING_LEAD: ("per_bob", "per_cleo", "per_dan", "per_sam", "per_gone")}
    people = {"per_gone": replace(person("gone"), left=True)}
    roster = replace(TEAM, people=people, holders={**TEAM.holders, **informed})
    call = replace(NEARBY, step=1, **changes)
    decision = response.look(call, **world(roster=roster))
    now_told = tuple(who for who in ("per_cleo", "per_sam") if who not in call.informed)
    assert facts(decision)[-1] == f.DuressInformed("dur_1", now_told)


def test_a_step_with_nobody_new_takes_no_time() -> None:
    maya = {Role.TEAM_MANAGER: ("per_maya",), Role.HEAD_OF_SERVICE: ("per_maya",)}
    three = (NEAR, replace(FAR, id="same", audience=(Role.HEAD_OF_SERVICE,)), FAR)
    policy = replace(HELP, duress=three)
    decision = response.look(NEARBY, **world(roster=replace(TEAM, holders=maya), policy=policy))
    assert facts(decision) == [asked(2, 2, "per_cem", wait=7 * MINUTE)]


def test_a_step_is_not_gone_back_to_for_somebody_new_on_it() -> None:
    roster = replace(TEAM, holders={**TEAM.holders, Role.TEAM_MANAGER: ("per_maya", "per_nina")})
    decision = response.look(NEARBY, **world(roster=roster))
    assert facts(decision) == [asked(1, 2, "per_hana", "per_cem", wait=7 * MINUTE)]
    every = replace(NEARBY, step=1, asked=(*NEARBY.asked, "per_hana", "per_cem"))
    assert ("duress.card", "per_nina") in said(response.look(every, **world(roster=roster)))


def test_a_step_between_has_its_own_wait() -> None:
    policy = replace(HELP, duress=(NEAR, FAR, replace(NEAR, id="third")))
    decision = response.look(NEARBY, **world(policy=policy))
    assert facts(decision) == [asked(1, 2, "per_hana", "per_cem", wait=4 * MINUTE)]


# --- what is due -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [replace(FRESH, due_at=NOW + MICROSECOND), replace(FRESH, due_at=None), OVER],
    ids=["before it is due", "nothing is due", "it is over"],
)
def test_nothing_happens_before_its_time(call: Duress) -> None:
    assert response.look(call, **world()) == DuressDecision()


def test_nothing_happens_once_it_is_over_though_something_is_owed() -> None:
    owed = replace(OVER, owed=("per_lena",), due_at=NOW)
    assert response.look(owed, **world()) == DuressDecision()


def test_a_charge_without_news_lapses_and_it_goes_on() -> None:
    held = replace(NEARBY, charge="per_bob")
    decision = response.look(held, **world())
    assert facts(decision) == [
        f.DuressLapsed("dur_1", "per_bob"),
        asked(1, 2, "per_hana", "per_cem", wait=7 * MINUTE),
    ]


def test_an_unanswered_doubt_is_an_alarm_for_the_first_step_again() -> None:
    decision = response.look(DOUBT, **world())
    assert facts(decision)[:2] == [raised("unanswered"), asked(0, 2, wait=3 * MINUTE)]
    assert said(decision)[:2] == cards("per_bob", "per_maya")


def test_a_doubt_of_which_nobody_was_told_is_told_first() -> None:
    decision = response.look(replace(DOUBT, turn=0, asked=()), **world())
    assert facts(decision) == [asked(-1, 1, "per_bob", "per_maya", wait=2 * MINUTE)]


def test_whoever_is_in_charge_is_to_ring_back_and_has_a_while_for_it() -> None:
    call = replace(NEARBY, charge="per_bob", ring_back_at=NOW)
    decision = response.look(call, **world())
    assert facts(decision) == [f.RingBackDue("dur_1", NOW + 2 * MINUTE)]
    assert said(decision) == [("duress.call", "per_bob")]
    assert decision.messages[0].fields == {"again": "yes"}
    assert decision.messages[0].dedupe == "dur_1:ring:7:per_bob"


def test_a_rehearsal_waits_for_what_is_real() -> None:
    drill = replace(FRESH, how=DRILL.how)
    decision = response.look(drill, **world(now=NOW))
    assert {message.priority for message in decision.messages} == {Priority.REMINDER}
