"""Whom a change of a visit is told where the procedure wants the itinerary known (S4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import changes
from bot.domain import facts as f
from bot.domain.decision import VisitDecision, by_bot
from bot.domain.details_facts import DetailsSealed
from bot.domain.facts import VisitFact, VisitKind
from bot.domain.message import Message, Priority
from bot.domain.notices import to_person
from bot.domain.people import Role, Roster
from bot.domain.policy import Policy
from bot.domain.visit import Visit
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES
from tests.contract.making import MINUTE, T0, person

TOLD = replace(RULES, changes_told=True)
DUTY = replace(
    ROSTER, holders={Role.DUTY_OFFICER: ("per_cleo", "per_dan"), Role.TEAM_MANAGER: ("per_maya",)}
)
LATER = replace(COVERED, end_at=END_AT + MINUTE, version=2)
MOVED: VisitFact = f.Extended(END_AT + MINUTE, False)


def told(
    *what: VisitFact,
    before: Visit | None = COVERED,
    after: Visit = LATER,
    roster: Roster = DUTY,
    policy: Policy = TOLD,
    messages: tuple[Message, ...] = (),
) -> tuple[Message, ...]:
    decision = VisitDecision(by_bot(what), messages)
    return changes.told(decision, before, after, roster=roster, policy=policy, now=T0)


def test_whoever_is_on_duty_hears_of_it_one_by_one() -> None:
    assert told(MOVED) == tuple(
        to_person(
            LATER,
            who,
            "visit.changed",
            Priority.INFORMATION,
            once=f"changed:2:{who}",
            what="end",
        )
        for who in ("per_cleo", "per_dan")
    )


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        (DetailsSealed(("address", "risks")), "place"),
        (f.VisitEnded("WF-2"), "next"),
        (f.LeftUnheard(END_AT, "home"), "next"),
        (f.VisitCancelled(), "cancelled"),
        (DetailsSealed(("risks",)), None),
        (f.VisitEnded(), None),
        (f.LeftUnheard(END_AT), None),
        (f.CheckedIn(), None),
    ],
)
def test_end_place_what_comes_next_and_a_cancelling_are_changes(
    fact: VisitFact, what: str | None
) -> None:
    found = told(fact)
    assert [message.fields["what"] for message in found] == ([what] * 2 if what else [])


def test_several_are_told_in_one_message() -> None:
    (one, _) = told(MOVED, MOVED, f.VisitEnded("home"))
    assert one.fields["what"] == "end,next"


def test_a_check_in_that_moves_leaves_the_end_where_it_was() -> None:
    between = replace(COVERED, goes_on_until=END_AT + 60 * MINUTE)
    assert not told(MOVED, before=between, after=replace(between, end_at=END_AT + MINUTE))


@pytest.mark.parametrize(
    "more",
    [
        {"policy": RULES},
        {"before": None},
        {"after": replace(LATER, kind=VisitKind.WAY_HOME)},
    ],
    ids=["the procedure does not ask for it", "a new visit", "the way home"],
)
def test_otherwise_nobody_is_told(more: dict[str, Any]) -> None:
    assert told(MOVED, **more) == ()


def test_whoever_hears_of_it_anyway_is_not_told_twice() -> None:
    heard = to_person(LATER, "per_cleo", "visit.off", Priority.INFORMATION, once="off")
    assert [each.to.person_id for each in told(MOVED, messages=(heard,))] == ["per_dan"]


def test_where_nobody_is_on_duty_it_is_those_who_answer_for_cover() -> None:
    away = {
        who: replace(person(who[4:]), away_from=T0, away_until=T0 + MINUTE)
        for who in ("per_cleo", "per_dan", "per_hana")
    }
    managers = {**DUTY.holders, Role.TEAM_MANAGER: ("per_hana", "per_maya")}
    roster = replace(DUTY, people={**DUTY.people, **away}, holders=managers)
    assert [each.to.person_id for each in told(MOVED, roster=roster)] == ["per_maya"]
