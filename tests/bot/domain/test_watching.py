"""Who watches a visit, and how that passes to somebody else (F1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain import watching
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.message import Priority
from bot.domain.notices import to_person, to_worker
from bot.domain.people import Desk, Role, Roster
from bot.domain.visit import Visit, VisitState
from tests.bot.domain.rules import COVERED, ROSTER, RULES, facts, refused, said
from tests.contract.making import MINUTE, T0, person, visit

DUE = T0 + 2 * MINUTE
WAITING = visit(asked=("per_bob",), cover_next_at=DUE)
OFFERED = replace(COVERED, offered=("per_maya",))
AWAY = replace(person("cem"), away_from=T0, away_until=DUE)
CLOSED = replace(person("cem"), desk=Desk(opens=18 * 60, closes=20 * 60))
LEFT = replace(person("cem"), left=True)


def roster(cem: Any) -> Roster:
    return replace(ROSTER, people={**ROSTER.people, "per_cem": cem})


def change(
    seen: Visit = COVERED,
    to: str = "per_cem",
    by: str = "per_alice",
    roster: Roster = ROSTER,
    own: Visit | None = None,
) -> VisitDecision:
    return watching.change_buddy(seen, to, by=by, roster=roster, policy=RULES, now=T0, own=own)


@pytest.mark.parametrize("by", ["per_alice", "per_bob", "per_maya"])
def test_whoever_watches_goes_on_until_the_other_one_accepts(by: str) -> None:
    decision = change(by=by)
    assert decision.facts == (Recorded(f.BuddyOffered(("per_cem",), by), by=by),)
    assert decision.messages == (
        to_person(
            COVERED,
            "per_cem",
            "cover.take_over",
            Priority.REMINDER,
            once="over:per_cem:1",
            by=by,
        ),
    )


def test_without_a_buddy_they_are_asked_and_the_next_ones_keep_their_time() -> None:
    decision = change(WAITING)
    asked = f.CoverAsked(("per_cem",), DUE)
    assert decision.facts == (Recorded(asked, by="per_alice"),)
    assert decision.messages == (
        to_person(
            WAITING,
            "per_cem",
            "cover.ask",
            Priority.REMINDER,
            once="cover:per_cem:2026-12-03T09:00:00Z",
        ),
    )


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"by": "per_cleo"}, ("not_your_buddy", {})),
        ({"seen": replace(COVERED, state=VisitState.ENDED)}, ("visit_over", {})),
        ({"seen": replace(COVERED, overdue=True)}, ("buddy_late", {})),
        ({"to": "per_bob"}, ("already_accepted", {"name": "Bob"})),
        ({"to": "per_alice"}, ("cannot_be_buddy", {"name": "Alice"})),
        (
            {"roster": roster(AWAY)},
            ("person_away", {"name": "Cem", "until": "2026-12-03T09:02:00Z"}),
        ),
        ({"roster": roster(CLOSED)}, ("stand_in_out", {"name": "Cem"})),
        ({"roster": roster(replace(CLOSED, away_until=T0))}, ("stand_in_out", {"name": "Cem"})),
        (
            {"roster": roster(replace(CLOSED, away_from=T0))},
            ("stand_in_out", {"name": "Cem"}),
        ),
        ({"roster": roster(LEFT)}, ("cannot_be_buddy", {"name": "Cem"})),
        ({"own": visit("vis_9")}, ("stand_in_out", {"name": "Cem"})),
        ({"seen": OFFERED, "to": "per_maya"}, ("already_asked", {"name": "Maya"})),
        ({"seen": WAITING, "to": "per_bob"}, ("already_asked", {"name": "Bob"})),
    ],
)
def test_not_everybody_can_be_named_and_not_by_everybody(
    more: dict[str, Any], refusal: tuple[str, dict[str, str]]
) -> None:
    assert refused(lambda: change(**more)) == refusal


MANY = replace(
    ROSTER,
    holders={Role.TEAM_MANAGER: ("per_maya", "per_cem")},
    cover=("per_alice", "per_bob", "per_cem", "per_cleo", "per_dan"),
)
BUSY = frozenset({"per_dan"})


def tired(seen: Visit = COVERED, by: str = "per_bob", roster: Roster = MANY) -> VisitDecision:
    return watching.cannot_watch(seen, by=by, roster=roster, policy=RULES, now=T0, busy=BUSY)


def sent(seen: Visit = COVERED, roster: Roster = MANY) -> VisitDecision:
    return watching.buddy_sent_away(
        seen, by="per_maya", roster=roster, policy=RULES, now=T0, busy=BUSY
    )


def test_everybody_who_could_take_over_is_asked_at_once_each_once() -> None:
    people = ("per_cem", "per_cleo", "per_maya")
    assert facts(tired()) == [f.BuddyOffered(people, "per_bob")]
    assert said(tired()) == [("cover.take_over", who) for who in people]
    assert facts(sent()) == [f.BuddyOffered(people, "per_maya")]
    with_cleo = replace(OFFERED, companions=("per_cleo",))
    assert facts(tired(with_cleo)) == [f.BuddyOffered(("per_cem",), "per_bob")]
    away = replace(MANY, people={"per_cem": AWAY})
    assert facts(tired(roster=away)) == [f.BuddyOffered(("per_cleo", "per_maya"), "per_bob")]


@pytest.mark.parametrize(
    ("seen", "by", "key"),
    [
        (COVERED, "per_cem", "not_your_watch"),
        (replace(COVERED, state=VisitState.ENDED), "per_bob", "visit_over"),
        (replace(COVERED, overdue=True), "per_bob", "buddy_late"),
    ],
)
def test_only_the_buddy_says_so_and_in_time(seen: Visit, by: str, key: str) -> None:
    assert refused(lambda: tired(seen, by)) == (key, {})


NOBODY = replace(ROSTER, holders={}, cover=())


def test_with_nobody_else_to_ask_the_buddy_stays_and_hears_so() -> None:
    assert refused(lambda: tired(roster=NOBODY)) == ("nobody_else", {})
    assert tired(OFFERED, roster=NOBODY) == VisitDecision()
    assert sent(roster=NOBODY) == VisitDecision()


@pytest.mark.parametrize("changes", [{"overdue": True}, {"state": VisitState.ENDED}])
def test_a_visit_that_is_late_or_over_needs_no_other_buddy(changes: dict[str, Any]) -> None:
    seen = replace(COVERED, **changes)
    assert sent(seen) == VisitDecision()
    gone = watching.buddy_gone(seen, roster=MANY, policy=RULES, now=T0, busy=BUSY)
    assert gone == VisitDecision()


@pytest.mark.parametrize(("begins", "alarm"), [(0, 6), (9, 14)])
def test_when_the_buddy_has_left_the_team_another_is_asked_and_the_worker_told(
    begins: int, alarm: int
) -> None:
    now = T0 + MINUTE
    seen = replace(COVERED, start_at=T0 + begins * MINUTE)
    busy = frozenset({"per_bob"})
    decision = watching.buddy_gone(seen, roster=ROSTER, policy=RULES, now=now, busy=busy)
    assert decision.facts == (
        Recorded(f.BuddyGone("per_bob", T0 + alarm * MINUTE)),
        Recorded(f.CoverAsked(("per_cem",), now + 2 * MINUTE)),
    )
    told = to_worker(seen, "cover.buddy_gone", Priority.REPLY, once="gone:2026-12-03T09:01:00Z")
    assert decision.messages[0] == told
    assert said(decision)[1:] == [("cover.ask", "per_cem")]
