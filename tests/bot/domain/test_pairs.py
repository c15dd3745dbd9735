"""A case that nobody visits alone (F14): who is alone there, and who is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain import pairs
from bot.domain.decision import Recorded, VisitDecision, by_bot
from bot.domain.facts import VisitKind
from bot.domain.intents import Start
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_person
from bot.domain.pairs_facts import AloneTold
from bot.domain.people import Role, Roster
from bot.domain.visit import Visit, VisitState
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES, facts, said
from tests.contract.making import MINUTE, T0, person

PAIR = replace(COVERED, companions=("per_cleo",))
THREE = replace(COVERED, companions=("per_cleo", "per_cem"))
ONE = Start(T0, END_AT, "WF-1")


@pytest.mark.parametrize(
    ("changes", "lone"),
    [({}, True), ({"companions": ("per_bob",)}, False), ({"outsider": "Jo Doe"}, False)],
)
def test_nobody_comes_along(changes: dict[str, Any], lone: bool) -> None:
    assert pairs.lone(replace(ONE, **changes)) is lone


@pytest.mark.parametrize(
    ("seen", "who"),
    [
        (COVERED, "per_alice"),
        (PAIR, None),
        (replace(PAIR, out=("per_alice",)), "per_cleo"),
        (replace(PAIR, out=("per_cleo",)), "per_alice"),
        (replace(PAIR, out=("per_cleo", "per_alice")), None),
        (replace(COVERED, outsiders=1), None),
        (replace(COVERED, left_at=T0), None),
        (replace(COVERED, state=VisitState.ENDED), None),
        (replace(COVERED, kind=VisitKind.WAY_HOME), None),
    ],
)
def test_one_of_the_workers_side_is_alone_with_nobody_beside_them(
    seen: Visit, who: str | None
) -> None:
    assert pairs.alone(seen) == who


def tell(seen: Visit = COVERED, by: str | None = None, roster: Roster = ROSTER) -> VisitDecision:
    return pairs.tell(seen, roster=roster, policy=RULES, now=T0, by=by)


def test_whoever_is_alone_is_told_and_who_looks_after_them() -> None:
    decision = tell()
    assert decision.facts == (Recorded(AloneTold("per_alice", ("per_bob",))),)
    assert decision.messages == (
        to_person(COVERED, "per_alice", "pairs.alone", Priority.REPLY, once="alone:1:per_alice"),
        Message(
            key="pairs.watch",
            to=To("north", "per_bob"),
            priority=Priority.ESCALATION,
            dedupe="vis_1:alone:1:per_alice:per_bob",
            fields={"person": "per_alice"},
            visit_id="vis_1",
            secrecy=Secrecy.RESPONDERS,
        ),
    )


MANAGERS = replace(ROSTER, holders={Role.TEAM_MANAGER: ("per_maya", "per_hana")})
LEFT = replace(PAIR, out=("per_alice",))


@pytest.mark.parametrize(
    ("seen", "by", "watching"),
    [
        (COVERED, "per_maya", ("per_bob", "per_maya")),
        (COVERED, "per_bob", ("per_bob",)),
        (replace(COVERED, buddy_id=None), None, ("per_maya", "per_hana")),
        (
            replace(LEFT, companions=("per_cleo", "per_maya"), out=("per_alice", "per_maya")),
            "per_maya",
            ("per_bob", "per_hana"),
        ),
    ],
    ids=["and the manager who said so", "who watches as well", "nobody watches", "who was there"],
)
def test_who_is_to_see_to_it(seen: Visit, by: str | None, watching: tuple[str, ...]) -> None:
    decision = tell(seen, by, MANAGERS)
    (recorded,) = decision.facts
    assert isinstance(recorded.fact, AloneTold)
    assert recorded.fact == AloneTold(pairs.alone(seen) or "", watching)
    assert recorded.by == by
    assert said(decision)[1:] == [("pairs.watch", who) for who in watching]


def test_a_manager_who_is_away_is_not_asked_to_see_to_it() -> None:
    away = {"per_maya": replace(person("maya"), away_from=T0, away_until=T0 + MINUTE)}
    seen = replace(COVERED, companions=("per_dora",), out=("per_dora",))
    decision = tell(seen, "per_dora", replace(MANAGERS, people=away))
    assert said(decision)[1:] == [("pairs.watch", "per_bob"), ("pairs.watch", "per_hana")]


def test_with_nobody_alone_nobody_is_told() -> None:
    assert tell(PAIR) == VisitDecision()


BUDDY_TOLD = to_person(PAIR, "per_bob", "visit.some_left", Priority.INFORMATION, once="x")
OTHER_TOLD = to_person(PAIR, "per_cem", "visit.some_left", Priority.INFORMATION, once="y")


def left(seen: Visit, *out: str) -> VisitDecision:
    leaving = VisitDecision(by_bot([f.SomeLeft(out)]), (BUDDY_TOLD, OTHER_TOLD))
    return pairs.left_alone(seen, leaving, roster=ROSTER, policy=RULES, now=T0)


def test_whoever_is_told_that_somebody_stays_alone_is_not_told_that_somebody_left() -> None:
    decision = left(PAIR, "per_alice")
    assert facts(decision) == [
        f.SomeLeft(("per_alice",)),
        AloneTold("per_cleo", ("per_bob",)),
    ]
    assert said(decision) == [
        ("pairs.alone", "per_cleo"),
        ("pairs.watch", "per_bob"),
        ("visit.some_left", "per_cem"),
    ]


@pytest.mark.parametrize(
    ("seen", "out"),
    [(THREE, ("per_cem",)), (PAIR, ("per_alice", "per_cleo")), (LEFT, ("per_alice",))],
    ids=["two stay", "nobody stays", "known before"],
)
def test_otherwise_it_stays_as_it_was(seen: Visit, out: tuple[str, ...]) -> None:
    assert said(left(seen, *out)) == [
        ("visit.some_left", "per_bob"),
        ("visit.some_left", "per_cem"),
    ]
    assert facts(left(seen, *out)) == [f.SomeLeft(out)]
