"""Who sees to it once a call for help is over, and until when they are asked (K9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import duress_facts as f
from bot.domain import following_up
from bot.domain.decision import DuressDecision, Recorded
from bot.domain.duress import Duress
from bot.domain.duress_facts import How
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import Role, Roster
from bot.domain.policy import Policy
from tests.bot.domain.calls import AFTER, CALL, HELP, KNOW, NEAR, NOW, OVER, TEAM, facts, said
from tests.bot.domain.rules import refused
from tests.contract.making import MICROSECOND, MINUTE, person

HOUR = timedelta(hours=1)
OWED = replace(OVER, owed=("per_lena", "per_dora"), due_at=NOW)


def begin(
    call: Duress = CALL, *, roster: Roster = TEAM, policy: Policy = HELP, by: str = "per_cem"
) -> DuressDecision:
    return following_up.begin(call, by=by, roster=roster, policy=policy, now=NOW)


def again(call: Duress = OWED, *, roster: Roster = TEAM, now: datetime = NOW) -> DuressDecision:
    return following_up.again(call, roster=roster, policy=HELP, now=now)


def asked(*people: str) -> f.FollowUpAsked:
    return f.FollowUpAsked("dur_1", people, NOW + HOUR if people else None)


def follow(*people: str) -> list[tuple[str, str]]:
    return [("duress.follow", who) for who in people]


def held(**roles: tuple[str, ...]) -> Roster:
    """Return the team with other holders. `roles`: by the name of each role."""
    return replace(TEAM, holders={**TEAM.holders, **{Role(name): roles[name] for name in roles}})


def without(who: str) -> Roster:
    """Return the team once somebody has left it."""
    return replace(TEAM, people={who: replace(person(who.removeprefix("per_")), left=True)})


def test_only_the_steps_that_come_afterwards_count() -> None:
    assert following_up.steps(replace(HELP, duress=(NEAR, AFTER, KNOW))) == (AFTER,)


def test_whoever_holds_a_role_of_them_is_asked_behind_what_is_urgent() -> None:
    decision = begin()
    assert decision.facts == (Recorded(asked("per_lena", "per_dora")),)
    assert decision.messages[0] == Message(
        key="duress.follow",
        to=To("north", "per_lena"),
        priority=Priority.REMINDER,
        dedupe="dur_1:follow:7:per_lena",
        duress_id="dur_1",
        secrecy=Secrecy.RESPONDERS,
    )
    assert said(decision) == follow("per_lena", "per_dora")


def test_the_shortest_wait_of_them_counts() -> None:
    later = replace(AFTER, id="later", audience=(Role.DIRECTOR,), wait=2 * HOUR)
    assert facts(begin(policy=replace(HELP, duress=(later, AFTER)))) == [
        asked("per_dora", "per_lena")
    ]


@pytest.mark.parametrize(
    ("call", "policy"),
    [(replace(CALL, how=How.DRILL), HELP), (CALL, replace(HELP, duress=(NEAR, KNOW)))],
    ids=["a rehearsal", "a procedure without it"],
)
def test_nobody_is_asked_after(call: Duress, policy: Policy) -> None:
    assert begin(call, policy=policy) == DuressDecision()


@pytest.mark.parametrize(
    "roster",
    [held(director=()), held(director=("per_dan",)), without("per_dora")],
    ids=["nobody holds it", "it is kept from them", "they have left"],
)
def test_a_role_without_anybody_is_for_whoever_confirmed_the_end(roster: Roster) -> None:
    decision = begin(roster=roster)
    assert facts(decision) == [asked("per_lena", "per_cem")]
    assert [message.fields for message in decision.messages] == [{}, {"vacant": "director"}]


def test_all_vacant_roles_are_named_and_nobody_is_asked_twice() -> None:
    decision = begin(roster=held(director=(), line_manager=()), by="per_maya")
    assert facts(decision) == [asked("per_maya")]
    assert decision.messages[0].fields == {"vacant": "line_manager director"}
    both = begin(roster=held(director=()), by="per_lena")
    assert facts(both) == [asked("per_lena")]


@pytest.mark.parametrize(
    "call",
    [
        replace(CALL, owed=("per_lena",), due_at=NOW),
        replace(OWED, owed=()),
        replace(OWED, due_at=None),
        replace(OWED, due_at=NOW + MICROSECOND),
    ],
    ids=["it is open", "nobody owes it", "nothing is due", "before its time"],
)
def test_nothing_is_asked_again_before_its_time(call: Duress) -> None:
    assert again(call) == DuressDecision()


@pytest.mark.parametrize("late", [timedelta(), MINUTE])
def test_whoever_has_not_answered_is_asked_again(late: timedelta) -> None:
    decision = again(replace(OWED, due_at=NOW - late))
    assert facts(decision) == [asked("per_lena", "per_dora")]
    assert said(decision) == follow("per_lena", "per_dora")


@pytest.mark.parametrize(
    ("changes", "instead"),
    [
        ({}, ("per_cem",)),
        ({"closed_by": None}, ("per_lena",)),
        ({"closed_by": "per_dan"}, ("per_lena",)),
        ({"closed_by": None, "apart": ("per_lena",), "owed": ("per_dora",)}, ("per_maya",)),
    ],
    ids=["who confirmed", "who leads", "if they may know", "or the next one"],
)
def test_in_place_of_somebody_who_has_left_somebody_else_is_asked(
    changes: dict[str, Any], instead: tuple[str, ...]
) -> None:
    decision = again(replace(OWED, **changes), roster=without("per_dora"))
    left = ("per_lena",) if "owed" not in changes else ()
    assert facts(decision) == [asked(*dict.fromkeys((*left, *instead)))]


def test_whoever_confirmed_it_reads_again_which_role_nobody_holds() -> None:
    decision = again(replace(OWED, owed=("per_cem",)), roster=held(director=()))
    assert decision.messages[0].fields == {"vacant": "director"}


def test_with_nobody_left_to_ask_it_ends() -> None:
    nobody = replace(without("per_lena"), holders={})
    decision = again(replace(OWED, owed=("per_lena",), closed_by=None), roster=nobody)
    assert facts(decision) == [asked()]
    assert not decision.messages


def test_each_says_once_that_they_have_seen_to_it() -> None:
    decision = following_up.done(OWED, by="per_dora")
    assert decision == DuressDecision((Recorded(f.FollowedUp("dur_1", "per_dora"), by="per_dora"),))
    assert refused(lambda: following_up.done(OWED, by="per_cem")) == ("old_button", {})
    apart = replace(OWED, apart=("per_dora",))
    assert refused(lambda: following_up.done(apart, by="per_dora")) == ("old_button", {})
