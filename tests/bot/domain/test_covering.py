"""Who becomes the buddy of a visit, who is none any more, and who is asked in their place (F1, F8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from bot.domain import covering
from bot.domain import facts as f
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.facts import Kind, Lapse, VisitKind
from bot.domain.message import Message, Priority, To
from bot.domain.notices import to_person, to_worker
from bot.domain.people import Roster
from bot.domain.policy import Policy
from bot.domain.visit import Visit, VisitState
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES, facts, refused, said
from tests.contract.making import MICROSECOND, MINUTE, T0, person, visit

NOBODY = covering.NOBODY
EARLY = replace(RULES, confirm_before=30 * MINUTE)
BY_DAY = replace(RULES, routine_from=time(8), routine_until=time(9, 59))
"""The visit goes on a minute longer than routine hours."""
DUE = T0 + 2 * MINUTE
ASKED = visit(asked=("per_bob",), cover_next_at=DUE)
PROMISED = replace(COVERED, start_at=T0 + 60 * MINUTE, end_at=T0 + 120 * MINUTE)
TO_CONFIRM = replace(PROMISED, confirm_at=T0 + 60 * MINUTE)
AT_HOME = "at home, 07700 900123"


def accept(
    seen: Visit, by: str = "per_bob", *, policy: Policy = RULES, **more: Any
) -> VisitDecision:
    return covering.accept(seen, by=by, roster=ROSTER, policy=policy, now=T0, **more)


# --- accepting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "soon", "confirmed"),
    [
        (31 * MINUTE, True, False),
        (30 * MINUTE + MICROSECOND, True, False),
        (30 * MINUTE, True, True),
        (31 * MINUTE, False, True),
    ],
)
def test_whoever_accepts_near_the_start_need_not_say_so_again(
    begins: timedelta, soon: bool, confirmed: bool
) -> None:
    start_at = T0 + begins
    soon_at = start_at - 30 * MINUTE if soon else None
    seen = visit(start_at=start_at, end_at=start_at + MINUTE, soon_at=soon_at)
    assert facts(accept(seen, policy=EARLY)) == [f.CoverAccepted("per_bob", confirmed)]


def test_an_offered_visit_is_taken_over_and_the_buddy_until_then_hears_of_it() -> None:
    offered = replace(COVERED, offered=("per_cem",))
    decision = accept(offered, "per_cem", reach=AT_HOME)
    assert decision.facts == (Recorded(f.CoverAccepted("per_cem", reach=AT_HOME), by="per_cem"),)
    assert decision.messages == (
        to_worker(offered, "cover.accepted", Priority.REPLY, once="accepted:1", buddy="per_cem"),
        to_person(offered, "per_cem", "visit.watch", Priority.REPLY, once="watch:per_cem:1"),
        to_person(
            offered, "per_bob", "cover.handed_over", Priority.REPLY, once="gave:1", by="per_cem"
        ),
    )


def test_a_visit_handed_over_with_a_duty_says_nothing_of_how_they_are_reached() -> None:
    decision = covering.take_over(COVERED, by="per_cem", policy=RULES, now=T0)
    assert facts(decision) == [f.CoverAccepted("per_cem")]


def test_nobody_watches_over_somebody_while_they_are_out_themselves() -> None:
    own = visit("vis_9", case_ref="WF-9", goes_on_until=END_AT + MINUTE)
    assert refused(lambda: accept(visit(), own=own)) == (
        "buddy_out",
        {"case": "WF-9", "end_at": "2026-12-03T10:01:00Z"},
    )


@pytest.mark.parametrize(
    ("seen", "reach"),
    [
        (visit(), ""),
        (COVERED, ""),
        (replace(COVERED, reach=AT_HOME, offered=("per_cem",)), ""),
    ],
    ids=["nobody's", "their own", "another's"],
)
def test_outside_routine_hours_nobody_is_the_buddy_without_saying_how_they_are_reached(
    seen: Visit, reach: str
) -> None:
    by = "per_cem" if seen.offered else "per_bob"
    assert refused(lambda: accept(seen, by, policy=BY_DAY, reach=reach)) == (
        "reach_missing",
        {"end_at": "2026-12-03T10:00:00Z"},
    )
    assert accept(seen, by, policy=RULES).messages or seen == COVERED


@pytest.mark.parametrize(
    ("seen", "reach", "expected"),
    [
        (visit(), AT_HOME, [f.CoverAccepted("per_bob", reach=AT_HOME)]),
        (COVERED, AT_HOME, [f.ReachRecorded("per_bob", AT_HOME)]),
        (replace(COVERED, reach=AT_HOME), "", []),
        (replace(COVERED, reach=AT_HOME), AT_HOME, []),
        (replace(COVERED, kind=VisitKind.WAY_HOME), "", []),
    ],
)
def test_what_they_have_said_counts_and_is_written_once(
    seen: Visit, reach: str, expected: list[f.VisitFact]
) -> None:
    decision = accept(seen, policy=BY_DAY, reach=reach)
    assert facts(decision) == expected
    assert {recorded.by for recorded in decision.facts} <= {"per_bob"}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (TO_CONFIRM, [f.CoverConfirmed("per_bob")]),
        (replace(TO_CONFIRM, confirmed=True), []),
        (PROMISED, []),
    ],
    ids=["asked to", "has done so", "not asked"],
)
def test_the_second_word_of_a_buddy_confirms_the_first(
    seen: Visit, expected: list[f.VisitFact]
) -> None:
    decision = accept(seen)
    assert facts(decision) == expected
    assert not decision.messages


def test_of_several_visits_with_one_word_the_worker_hears_at_once() -> None:
    decision = VisitDecision(
        (
            Recorded(f.CoverAccepted("per_bob", reach=AT_HOME), by="per_bob"),
            Recorded(f.ReadySaid(), by="per_alice"),
        ),
        accept(visit()).messages,
        Kind.UNCOVERED,
    )
    day = covering.of_day(decision)
    assert day.facts == (
        Recorded(f.CoverAccepted("per_bob", reach=AT_HOME, of_day=True), by="per_bob"),
        Recorded(f.ReadySaid(), by="per_alice"),
    )
    assert said(day) == [("visit.watch", "per_bob")]
    assert day.opens is Kind.UNCOVERED


def test_a_visit_that_comes_to_go_on_late_asks_its_buddy_how_they_are_reached() -> None:
    def asks(seen: Visit, policy: Policy = BY_DAY) -> tuple[Message, ...]:
        return covering.ask_reach(seen, roster=ROSTER, policy=policy)

    (question,) = asks(COVERED)
    assert question == to_person(
        COVERED,
        "per_bob",
        "cover.reach",
        Priority.REMINDER,
        once="reach:per_bob:2026-12-03T10:00:00Z",
    )
    assert not asks(visit())
    assert not asks(replace(COVERED, reach=AT_HOME))
    assert not asks(COVERED, RULES)


# --- giving it back --------------------------------------------------------------------------------


def decline(seen: Visit, by: str = "per_bob", *, busy: frozenset[str] = NOBODY) -> VisitDecision:
    return covering.decline(seen, by=by, roster=ROSTER, policy=RULES, now=T0, busy=busy)


def test_whoever_cannot_is_passed_over_at_once() -> None:
    decision = decline(ASKED)
    assert facts(decision) == [f.CoverAsked(("per_cem",), DUE)]
    assert decision.facts[0].by is None
    assert said(decision) == [("cover.ask", "per_cem")]
    busy = frozenset({"per_cem"})
    assert said(decline(ASKED, busy=busy)) == [("cover.ask", "per_maya")]


@pytest.mark.parametrize(
    "changes",
    [
        {"asked": ("per_bob", "per_cem")},
        {"cover_next_at": None},
        {"buddy_id": "per_cem"},
    ],
    ids=["others were asked since", "nobody is left", "it has a buddy"],
)
def test_otherwise_that_changes_nothing(changes: dict[str, Any]) -> None:
    assert decline(replace(ASKED, **changes)) == VisitDecision()


@pytest.mark.parametrize(
    ("seen", "by", "key"),
    [
        (ASKED, "per_cem", "not_for_you"),
        (replace(ASKED, state=VisitState.ENDED), "per_bob", "visit_over"),
        (replace(COVERED, overdue=True), "per_bob", "buddy_late"),
    ],
)
def test_only_whoever_was_asked_declines_and_in_time(seen: Visit, by: str, key: str) -> None:
    assert refused(lambda: decline(seen, by)) == (key, {})


@pytest.mark.parametrize("seen", [COVERED, replace(COVERED, asked=("per_bob",))])
def test_a_buddy_who_gives_it_back_is_not_told_so_and_the_next_one_is_asked(seen: Visit) -> None:
    decision = decline(seen)
    gone = f.CoverLapsed("per_bob", Lapse.GAVE_BACK, T0 + 5 * MINUTE)
    assert decision.facts == (
        Recorded(gone, by="per_bob"),
        Recorded(f.CoverAsked(("per_cem",), DUE)),
    )
    assert said(decision) == [("cover.lost", "per_alice"), ("cover.ask", "per_cem")]
    lost = decision.messages[0]
    assert (lost.dedupe, lost.priority) == ("vis_1:lost:1", Priority.REPLY)
    assert lost.fields == {"buddy": "per_bob", "why": "gave_back"}
    assert decision.messages[1].dedupe == "vis_1:cover:1:per_cem"


def lapse(seen: Visit, busy: frozenset[str] = NOBODY) -> VisitDecision:
    return covering.lapse(seen, why=Lapse.OUT, roster=ROSTER, policy=RULES, now=T0, busy=busy)


def test_any_other_buddy_who_is_none_any_more_hears_why() -> None:
    decision = lapse(COVERED)
    assert decision.facts[0] == Recorded(
        f.CoverLapsed("per_bob", Lapse.OUT, T0 + 5 * MINUTE), by=None
    )
    assert said(decision) == [
        ("cover.lost", "per_alice"),
        ("cover.passed", "per_bob"),
        ("cover.ask", "per_cem"),
    ]
    passed = decision.messages[1]
    assert (passed.dedupe, passed.priority) == ("vis_1:passed:1", Priority.REMINDER)
    assert passed.fields == {"why": "out"}


def test_an_alarm_that_is_still_to_come_keeps_its_time() -> None:
    (gone, *_) = facts(lapse(replace(COVERED, alarm_at=T0 + 60 * MINUTE)))
    assert gone == f.CoverLapsed("per_bob", Lapse.OUT, T0 + 60 * MINUTE)


def test_whoever_is_out_or_just_left_is_not_asked_in_their_place() -> None:
    assert said(lapse(COVERED, busy=frozenset({"per_cem"})))[-1] == ("cover.ask", "per_maya")


@pytest.mark.parametrize("seen", [visit(), replace(COVERED, state=VisitState.ENDED)])
def test_without_a_buddy_or_once_over_nobody_lapses(seen: Visit) -> None:
    assert lapse(seen) == VisitDecision()


# --- a named stand-in ------------------------------------------------------------------------------


def stand_in(
    seen: Visit = ASKED,
    to: str = "per_cem",
    *,
    by: str = "per_bob",
    roster: Roster = ROSTER,
    own: Visit | None = None,
) -> VisitDecision:
    return covering.stand_in(seen, to=to, by=by, roster=roster, policy=RULES, now=T0, own=own)


@pytest.mark.parametrize("next_at", [None, DUE + MINUTE])
def test_a_stand_in_is_asked_and_has_as_long_as_anybody(next_at: datetime | None) -> None:
    decision = stand_in(replace(ASKED, cover_next_at=next_at))
    asked = f.CoverAsked(("per_cem",), DUE if next_at else None)
    assert decision.facts == (Recorded(asked, by="per_bob"),)
    assert said(decision) == [("cover.ask", "per_cem")]


AWAY = replace(person("cem"), away_from=T0, away_until=DUE)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"to": "per_alice"}, ("own_visit", {})),
        ({"by": "per_alice"}, ("own_visit", {})),
        ({"by": "per_zoe"}, ("not_asked_team", {})),
        ({"seen": replace(ASKED, state=VisitState.ENDED)}, ("visit_over", {})),
        ({"seen": COVERED}, ("already_accepted", {"name": "Bob"})),
        ({"own": visit("vis_9")}, ("stand_in_out", {"name": "Cem"})),
        (
            {"roster": replace(ROSTER, people={**ROSTER.people, "per_cem": AWAY})},
            ("stand_in_out", {"name": "Cem"}),
        ),
        ({"to": "per_bob"}, ("already_asked", {"name": "Bob"})),
    ],
)
def test_not_everybody_can_stand_in(
    more: dict[str, Any], refusal: tuple[str, dict[str, str]]
) -> None:
    assert refused(lambda: stand_in(**more)) == refusal


# --- not reached -----------------------------------------------------------------------------------


def unreached(seen: Visit, who: str = "per_bob") -> VisitDecision:
    return covering.unreachable(
        *(seen,),
        person_id=who,
        roster=ROSTER,
        policy=RULES,
        now=T0,
        busy=frozenset({"per_cem"}),
    )


def test_a_buddy_whose_question_did_not_get_through_is_none() -> None:
    decision = unreached(TO_CONFIRM)
    assert facts(decision) == [
        f.CoverLapsed("per_bob", Lapse.UNREACHABLE, T0 + 5 * MINUTE),
        f.CoverAsked(("per_maya",), None),
    ]
    assert decision.facts[0].by is None
    assert said(decision)[-1] == ("cover.ask", "per_maya")


@pytest.mark.parametrize(
    ("seen", "who"),
    [
        (TO_CONFIRM, "per_cem"),
        (replace(TO_CONFIRM, confirmed=True), "per_bob"),
        (PROMISED, "per_bob"),
        (replace(TO_CONFIRM, state=VisitState.ENDED), "per_bob"),
    ],
    ids=["somebody else", "has confirmed", "was not asked", "over"],
)
def test_any_other_buddy_stays(seen: Visit, who: str) -> None:
    assert unreached(seen, who) == VisitDecision()


def test_whoever_is_out_is_not_asked_in_place_of_one_not_reached() -> None:
    assert said(unreached(ASKED)) == [("cover.ask", "per_maya")]


# --- asking for a whole day ------------------------------------------------------------------------

DAY = visit("vis_2", together=("vis_1", "vis_2"), asked=("per_bob",))


@pytest.mark.parametrize("since", [T0 - MINUTE, None])
def test_the_visits_of_a_plan_make_one_question(since: datetime | None) -> None:
    decision = covering.ask(DAY, roster=ROSTER, policy=RULES, now=T0, since=since)
    at = "2026-12-03T08:59:00Z" if since else "2026-12-03T09:00:00Z"
    assert decision.messages == (
        Message(
            key="cover.ask_day",
            to=To("north", "per_cem"),
            priority=Priority.REMINDER,
            dedupe=f"vis_1:day:per_cem:{at}",
            fields={"visits": "vis_1,vis_2"},
            visit_id="vis_1",
        ),
    )
    assert decision.facts[0].by is None


def test_the_question_of_a_plan_is_named_by_when_it_fell_due() -> None:
    due = replace(DAY, alarm_at=END_AT, cover_next_at=T0)
    named = covering.look(due, roster=ROSTER, policy=RULES, now=DUE, busy=NOBODY).messages[0]
    assert named.dedupe.endswith("T09:00:00Z")


def test_after_cover_was_lost_each_visit_of_a_plan_is_asked_for_alone() -> None:
    decision = covering.ask(replace(DAY, cover_round=1), roster=ROSTER, policy=RULES, now=T0)
    assert said(decision) == [("cover.ask", "per_cem")]


def test_whoever_wants_to_decide_one_by_one_is_asked_about_each() -> None:
    one = covering.one_by_one(DAY, "per_bob")
    assert (one.key, one.to.person_id) == ("cover.ask", "per_bob")
    assert (one.dedupe, one.priority) == ("vis_2:cover:each:per_bob", Priority.REMINDER)
