"""How a visit starts, finds a buddy and meets its deadlines, each rule on both sides of its limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import covering, visiting
from bot.domain import facts as f
from bot.domain.decision import VisitDecision
from bot.domain.facts import Kind, VisitKind
from bot.domain.intents import Start
from bot.domain.message import Priority
from bot.domain.people import Roster
from bot.domain.visit import Visit, VisitState
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES, facts, refused, said
from tests.contract.making import MICROSECOND, MINUTE, T0, visit

ASK = Start(T0 + 2 * MINUTE, T0 + 60 * MINUTE, "WF-1")


def request(intent: Start = ASK, now: datetime = T0) -> VisitDecision:
    return visiting.request(
        intent, worker_id="per_alice", visit_id="vis_1", roster=ROSTER, policy=RULES, now=now
    )


def unreachable(seen: Visit, roster: Roster) -> VisitDecision:
    return covering.unreachable(
        seen, person_id="per_bob", roster=roster, policy=RULES, now=T0, busy=frozenset()
    )


def accept(seen: Visit, by: str) -> VisitDecision:
    return covering.accept(seen, by=by, roster=ROSTER, policy=RULES, now=T0)


def look(seen: Visit, now: datetime) -> VisitDecision:
    return visiting.look(seen, roster=ROSTER, policy=RULES, now=now)


# --- starting --------------------------------------------------------------------------------------


def test_a_request_is_put_down_whole_and_the_first_is_asked() -> None:
    intent = replace(
        ASK,
        rating="amber",
        companions=("per_cleo",),
        outsider="A friend",
        place="By the river",
        back_at=T0 + 90 * MINUTE,
        not_back=True,
    )
    decision = request(intent)
    assert facts(decision) == [
        f.VisitRequested(
            visit_id="vis_1",
            team_id="north",
            worker_id="per_alice",
            case_ref="WF-1",
            start_at=T0 + 2 * MINUTE,
            end_at=T0 + 60 * MINUTE,
            alarm_at=T0 + 7 * MINUTE,
            policy_digest=RULES.digest,
            reminded=False,
            rating="amber",
            companions=("per_cleo",),
            outsiders=1,
            kept=True,
            back_at=T0 + 90 * MINUTE,
            not_back=True,
            check_at=T0 + 7 * MINUTE,
            unmanned=("mobile",),
        ),
        f.CoverAsked(("per_bob",), T0 + 2 * MINUTE),
    ]
    assert [(each.by, each.note) for each in decision.facts] == [
        ("per_alice", "At: By the river\nWith: A friend"),
        (None, ""),
    ]
    assert said(decision) == [
        ("visit.card", None),
        ("visit.mine", "per_alice"),
        ("visit.with_you", "per_cleo"),
        ("cover.ask", "per_bob"),
    ]
    assert decision.opens is None


def test_each_message_of_a_start_is_one_of_a_kind_and_in_its_turn() -> None:
    decision = request(replace(ASK, companions=("per_cleo",)))
    assert [(each.dedupe, each.priority) for each in decision.messages] == [
        ("vis_1:card", Priority.REPLY),
        ("vis_1:mine", Priority.REPLY),
        ("vis_1:with:per_cleo", Priority.INFORMATION),
        ("vis_1:cover:per_bob", Priority.REMINDER),
    ]


@pytest.mark.parametrize(
    ("outsider", "place", "outsiders", "kept", "note"),
    [
        ("", "", 0, False, ""),
        ("A friend", "", 1, True, "With: A friend"),
        ("", "By the river", 0, True, "At: By the river"),
    ],
)
def test_what_is_typed_besides_is_sealed(
    outsider: str, place: str, outsiders: int, kept: bool, note: str
) -> None:
    decision = request(replace(ASK, outsider=outsider, place=place))
    asked_for = facts(decision)[0]
    assert isinstance(asked_for, f.VisitRequested)
    assert (asked_for.outsiders, asked_for.kept) == (outsiders, kept)
    assert decision.facts[0].note == note


def test_a_late_request_has_its_full_time_to_find_a_buddy() -> None:
    (asked_for, *_) = facts(request(ASK, now=T0 + 30 * MINUTE))
    assert isinstance(asked_for, f.VisitRequested)
    assert asked_for.alarm_at == T0 + 35 * MINUTE


@pytest.mark.parametrize(
    ("longest", "reminded"), [(10 * MINUTE, True), (10 * MINUTE + MICROSECOND, False)]
)
def test_a_visit_no_longer_than_the_reminder_has_none(longest: timedelta, reminded: bool) -> None:
    (asked_for, *_) = facts(request(replace(ASK, start_at=T0, end_at=T0 + longest)))
    assert isinstance(asked_for, f.VisitRequested)
    assert asked_for.reminded is reminded


def test_without_a_reminder_in_the_rules_nobody_waits_for_one() -> None:
    decision = visiting.request(
        ASK,
        worker_id="per_alice",
        visit_id="vis_1",
        roster=ROSTER,
        policy=replace(RULES, reminder_before=timedelta()),
        now=T0,
    )
    asked_for = facts(decision)[0]
    assert isinstance(asked_for, f.VisitRequested)
    assert asked_for.reminded


def test_the_longest_visit_may_be_started_and_no_longer_one() -> None:
    assert request(replace(ASK, end_at=ASK.start_at + 240 * MINUTE)).facts
    longer = replace(ASK, end_at=ASK.start_at + 240 * MINUTE + MICROSECOND)
    assert refused(lambda: request(longer)) == ("visit_too_long", {"limit": "4 hours"})


def test_nobody_comes_along_with_themselves() -> None:
    own = replace(ASK, companions=("per_cleo", "per_alice"))
    assert refused(lambda: request(own)) == ("companion_self", {})


# --- finding a buddy -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "cover", "companions", "now_asked", "more"),
    [
        ((), ("per_bob", "per_cem"), (), ("per_bob",), True),
        (("per_bob",), ("per_bob", "per_cem"), (), ("per_cem",), True),
        (("per_bob", "per_cem"), ("per_bob", "per_cem"), (), ("per_maya",), False),
        ((), ("per_alice", "per_bob"), (), ("per_bob",), True),
        ((), ("per_bob", "per_maya"), (), ("per_bob",), True),
        ((), ("per_cleo", "per_bob"), ("per_cleo",), ("per_bob",), True),
        ((), (), (), ("per_maya",), False),
        ((), (), ("per_maya",), (), False),
        (("per_maya",), ("per_bob",), (), ("per_bob",), False),
        ((), ("per_maya",), (), ("per_maya",), False),
        (("per_maya",), (), (), (), False),
    ],
)
def test_one_after_the_other_is_asked_and_in_the_end_the_managers(
    asked: tuple[str, ...],
    cover: tuple[str, ...],
    companions: tuple[str, ...],
    now_asked: tuple[str, ...],
    more: bool,
) -> None:
    waiting = visit(asked=asked, companions=companions, cover_next_at=T0)
    decision = unreachable(waiting, replace(ROSTER, cover=cover))
    assert facts(decision) == [f.CoverAsked(now_asked, T0 + 2 * MINUTE if more else None)]
    assert said(decision) == [("cover.ask", who) for who in now_asked]


@pytest.mark.parametrize(
    "changes",
    [
        {"cover_next_at": None},
        {"cover_next_at": T0, "buddy_id": "per_bob"},
        {"cover_next_at": T0, "state": VisitState.ENDED},
    ],
)
def test_nobody_more_is_asked_when_nothing_waits_for_it(changes: dict[str, Any]) -> None:
    seen = visit(**changes)
    decision = unreachable(seen, ROSTER)
    assert decision == VisitDecision()


def test_a_buddy_is_recorded_and_told_what_to_do() -> None:
    decision = accept(visit(), "per_bob")
    assert facts(decision) == [f.CoverAccepted("per_bob")]
    assert decision.facts[0].by == "per_bob"
    assert said(decision) == [("cover.accepted", "per_alice"), ("visit.watch", "per_bob")]
    assert [each.dedupe for each in decision.messages] == [
        "vis_1:accepted:1",
        "vis_1:watch:per_bob:1",
    ]
    assert {each.priority for each in decision.messages} == {Priority.REPLY}
    assert decision.messages[0].fields == {"buddy": "per_bob"}


def test_only_an_open_visit_without_a_buddy_is_taken_on() -> None:
    over = visit(state=VisitState.ENDED)
    assert refused(lambda: accept(over, "per_bob"))[0] == "visit_over"
    taken = refused(lambda: accept(COVERED, "per_cem"))
    assert taken == ("already_accepted", {"name": "Bob"})
    own = refused(lambda: accept(visit(), "per_alice"))
    assert own[0] == "own_visit"


# --- deadlines -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "at", "fact"),
    [
        ({}, END_AT - 10 * MINUTE, f.Reminded()),
        ({"reminded": True}, END_AT, f.Nudged()),
        ({}, END_AT, f.Nudged()),
        ({"nudged": True}, END_AT + 15 * MINUTE, f.BecameOverdue(END_AT + 15 * MINUTE)),
        ({}, END_AT + 99 * MINUTE, f.BecameOverdue(END_AT + 15 * MINUTE)),
    ],
)
def test_the_instant_itself_is_due(changes: dict[str, Any], at: datetime, fact: f.Fact) -> None:
    decision = look(replace(COVERED, **changes), at)
    assert facts(decision) == [fact]
    assert decision.facts[0].by is None
    late = isinstance(fact, f.BecameOverdue)
    assert decision.opens is (Kind.OVERDUE if late else None)


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({}, END_AT - 10 * MINUTE - MICROSECOND),
        ({"reminded": True}, END_AT - MICROSECOND),
        ({"reminded": True, "nudged": True}, END_AT + 15 * MINUTE - MICROSECOND),
        ({"reminded": True, "nudged": True, "overdue": True}, END_AT + 99 * MINUTE),
        ({"state": VisitState.ENDED}, END_AT + 99 * MINUTE),
    ],
)
def test_before_it_and_once_it_is_done_nothing_is_due(
    changes: dict[str, Any], at: datetime
) -> None:
    assert look(replace(COVERED, **changes), at) == VisitDecision()


def test_the_reminder_names_the_end_and_belongs_to_it() -> None:
    (message,) = look(COVERED, END_AT - 10 * MINUTE).messages
    assert message.key == "visit.reminder"
    assert message.to.person_id == "per_alice"
    assert message.dedupe == "vis_1:reminder:2026-12-03T10:00:00Z"
    assert message.fields == {"end_at": "2026-12-03T10:00:00Z"}
    assert message.priority is Priority.REMINDER


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        (
            {},
            [
                ("visit.nudge", "per_alice"),
                ("visit.due", None),
                ("visit.nudge_buddy", "per_bob"),
            ],
        ),
        ({"buddy_id": None}, [("visit.nudge", "per_alice"), ("visit.due", None)]),
        (
            {"kind": VisitKind.WAY_HOME},
            [("visit.nudge", "per_alice"), ("visit.nudge_buddy", "per_bob")],
        ),
    ],
)
def test_at_the_end_those_who_watch_are_told(
    changes: dict[str, Any], who: list[tuple[str, str | None]]
) -> None:
    decision = look(replace(COVERED, **changes), END_AT)
    assert said(decision) == who
    at = "2026-12-03T10:00:00Z"
    assert {each.fields["end_at"] for each in decision.messages} == {at}
    assert {each.priority for each in decision.messages} == {Priority.REMINDER}
    dedupe = {
        "visit.nudge": f"vis_1:nudge:{at}",
        "visit.due": f"vis_1:due:{at}",
        "visit.nudge_buddy": f"vis_1:nudge:{at}:buddy",
    }
    assert [each.dedupe for each in decision.messages] == [dedupe[key] for key, _ in who]


def test_the_way_home_alarms_as_such() -> None:
    way = replace(COVERED, kind=VisitKind.WAY_HOME)
    assert look(way, END_AT + 15 * MINUTE).opens is Kind.HOME


@pytest.mark.parametrize(
    ("at", "fact"),
    [
        (T0 + 5 * MINUTE, f.StartedUncovered()),
        (T0 + 5 * MINUTE - MICROSECOND, f.CoverAsked(("per_bob",), T0 + 7 * MINUTE - MICROSECOND)),
    ],
)
def test_without_a_buddy_it_alarms_at_its_time_and_not_before(at: datetime, fact: f.Fact) -> None:
    waiting = visit(alarm_at=T0 + 5 * MINUTE, cover_next_at=T0 + 2 * MINUTE)
    decision = look(waiting, at)
    assert facts(decision) == [fact]
    uncovered = isinstance(fact, f.StartedUncovered)
    assert decision.opens is (Kind.UNCOVERED if uncovered else None)
    if uncovered:
        assert said(decision) == [("cover.none", "per_alice")]
        assert decision.messages[0].dedupe == "vis_1:uncovered"
        assert decision.messages[0].priority is Priority.REPLY


@pytest.mark.parametrize(
    ("changes", "at", "asks"),
    [
        ({}, T0 + 2 * MINUTE, True),
        ({}, T0 + 2 * MINUTE - MICROSECOND, False),
        ({"started_uncovered": True}, T0 + 9 * MINUTE, True),
        ({"started_uncovered": True, "cover_next_at": None}, T0 + 9 * MINUTE, False),
        ({"buddy_id": "per_bob"}, T0 + 9 * MINUTE, False),
        ({"kind": VisitKind.WAY_HOME}, T0 + 9 * MINUTE, False),
    ],
)
def test_the_next_of_the_cover_order_has_their_time(
    changes: dict[str, Any], at: datetime, asks: bool
) -> None:
    values = {"alarm_at": T0 + 5 * MINUTE, "cover_next_at": T0 + 2 * MINUTE} | changes
    asked = [f.CoverAsked(("per_bob",), at + 2 * MINUTE)] if asks else []
    assert facts(look(visit(**values), at)) == asked
