"""What of somebody's duty is theirs to hand over, and from what nobody goes away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import duty
from bot.domain.people import Lent, Role
from tests.bot.domain.alarms import FIRST
from tests.bot.domain.rules import ROSTER, refused
from tests.contract.making import MINUTE, T0, person

BOB, CEM, MAYA = (person(name) for name in ("bob", "cem", "maya"))
AWAY = replace(CEM, away_from=T0, away_until=T0 + MINUTE)
HOLDERS = {
    Role.TEAM_MANAGER: ("per_bob", "per_maya"),
    Role.DUTY_OFFICER: ("per_bob",),
    Role.BUDDY: ("per_bob",),
}
TEAM = replace(ROSTER, holders=HOLDERS)
TAKEN = Lent(Role.DUTY_OFFICER, "per_maya", "per_bob")


def own(role: Role) -> Lent:
    return Lent(role, "per_bob", "per_bob")


@pytest.mark.parametrize(
    ("holders", "lent", "held"),
    [
        ({}, (), (own(Role.DUTY_OFFICER), own(Role.TEAM_MANAGER))),
        ({}, (TAKEN,), (TAKEN, own(Role.TEAM_MANAGER))),
        (
            {Role.DUTY_OFFICER: ("per_bob", "per_bob")},
            (TAKEN,),
            (own(Role.DUTY_OFFICER), TAKEN, own(Role.TEAM_MANAGER)),
        ),
        (
            {},
            (Lent(Role.DUTY_OFFICER, "per_cem", "per_maya"),),
            (own(Role.DUTY_OFFICER), own(Role.TEAM_MANAGER)),
        ),
    ],
    ids=["their own", "taken over", "both", "with somebody else"],
)
def test_every_duty_they_have_in_the_order_of_the_roles(
    holders: dict[Role, tuple[str, ...]], lent: tuple[Lent, ...], held: tuple[Lent, ...]
) -> None:
    roster = replace(TEAM, holders={**HOLDERS, **holders})
    assert duty.held("per_bob", roster, lent) == held


def test_lists_of_people_and_the_worker_are_no_duty() -> None:
    lists = {Role.WORKER, Role.BUDDY, Role.DESIGNATED_OFFICER, Role.OUT_OF_HOURS_DESK}
    assert set(Role) - set(duty.DUTIES) == {*lists, Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("to", "cem", "anything", "refusal"),
    [
        ("per_bob", CEM, True, ("hand_over_to_whom", {})),
        ("per_zoe", CEM, True, ("not_asked_team", {})),
        ("per_cem", replace(CEM, left=True), True, ("not_asked_team", {})),
        ("per_cem", replace(CEM, team_id="south"), True, ("not_asked_team", {})),
        (
            "per_cem",
            AWAY,
            True,
            ("person_away", {"name": "Cem", "until": "2026-12-03T09:01:00Z"}),
        ),
        ("per_cem", CEM, False, ("nothing_to_hand_over", {})),
    ],
)
def test_a_duty_passes_to_somebody_who_is_here(
    to: str, cem: Any, anything: bool, refusal: tuple[str, dict[str, str]]
) -> None:
    roster = replace(TEAM, people={**TEAM.people, "per_cem": cem})
    assert (
        refused(lambda: duty.refuse_to_hand_over(BOB, to, roster, anything=anything, at=T0))
        == refusal
    )


def test_to_somebody_who_is_back_it_passes() -> None:
    roster = replace(TEAM, people={**TEAM.people, "per_cem": AWAY})
    duty.refuse_to_hand_over(BOB, "per_cem", roster, anything=True, at=T0 + MINUTE)


CHARGED = replace(FIRST, charge="per_bob", asked=("per_bob", "per_maya"))
ALONE = replace(FIRST, asked=("per_bob", "per_cem"))


@pytest.mark.parametrize(
    ("alarms", "key"),
    [
        ((CHARGED,), "in_charge"),
        ((FIRST,), "uncovers"),
        ((replace(CHARGED, charge=None), ALONE), "uncovers"),
    ],
    ids=["in charge of it", "asked alone", "the other one is away"],
)
def test_nobody_goes_away_from_an_alarm_that_nobody_else_would_answer(
    alarms: tuple[Any, ...], key: str
) -> None:
    roster = replace(TEAM, people={**TEAM.people, "per_cem": AWAY})
    assert refused(lambda: duty.refuse_to_leave_alone(BOB, alarms, roster, at=T0)) == (
        f"away_{key}",
        {"name": "Alice"},
    )
    assert refused(lambda: duty.refuse_to_send_away(BOB, alarms, roster, at=T0)) == (
        f"leave_{key}",
        {"name": "Alice", "who": "Bob"},
    )


@pytest.mark.parametrize(
    "alarm",
    [
        replace(FIRST, asked=("per_bob", "per_maya")),
        replace(FIRST, asked=("per_zoe",), charge="per_maya"),
    ],
    ids=["somebody else was asked", "they were not"],
)
def test_from_any_other_they_do(alarm: Any) -> None:
    away = replace(TEAM, people={"per_zoe": replace(AWAY, id="per_zoe")})
    duty.refuse_to_leave_alone(BOB, (alarm,), away, at=T0)
    duty.refuse_to_send_away(BOB, (alarm,), away, at=T0)


def test_whoever_alone_holds_a_duty_hands_it_over_before_they_leave() -> None:
    duty.refuse_to_end_alone(BOB, (own(Role.TEAM_MANAGER),), TEAM)
    both = (own(Role.TEAM_MANAGER), own(Role.DUTY_OFFICER))
    assert refused(lambda: duty.refuse_to_end_alone(BOB, both, TEAM)) == (
        "only_holder",
        {"name": "Bob", "role": "duty officer"},
    )
    left = replace(TEAM, people={"per_maya": replace(MAYA, left=True)})
    assert refused(lambda: duty.refuse_to_end_alone(BOB, both[:1], left))[1]["role"] == (
        "team manager"
    )
    vacant = (Lent(Role.DIRECTOR, "per_bob", "per_bob"),)
    assert refused(lambda: duty.refuse_to_end_alone(BOB, vacant, TEAM))[0] == "only_holder"
