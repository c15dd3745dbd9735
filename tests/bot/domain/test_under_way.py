"""What the worker says during a visit and when leaving, each rule on both sides of its limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import facts as f
from bot.domain import staying, visiting
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.facts import VisitKind
from bot.domain.intents import Extend
from bot.domain.message import Message, Priority, Secrecy
from bot.domain.people import Role
from bot.domain.visit import Visit
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES, facts, refused, said
from tests.contract.making import MICROSECOND, MINUTE, T0, visit

SECOND = timedelta(seconds=1)


def extend(seen: Visit, intent: Extend, now: datetime = T0) -> VisitDecision:
    return staying.extend(seen, intent, roster=ROSTER, policy=RULES, now=now)


# --- under way -------------------------------------------------------------------------------------


def test_ok_before_the_end_is_noted_and_after_it_moves_the_end() -> None:
    noted = staying.check_in(COVERED, roster=ROSTER, policy=RULES, now=END_AT - MICROSECOND)
    assert facts(noted) == [f.CheckedIn()]
    moved = staying.check_in(COVERED, roster=ROSTER, policy=RULES, now=END_AT)
    assert facts(moved) == [f.Extended(END_AT + 20 * MINUTE, False)]
    assert said(moved) == [("visit.extended", "per_bob")]
    assert {each.by for each in (*noted.facts, *moved.facts)} == {"per_alice"}


@pytest.mark.parametrize(
    ("intent", "now", "end_at"),
    [
        (Extend(by=20 * MINUTE), T0, END_AT + 20 * MINUTE),
        (Extend(by=20 * MINUTE), END_AT + 5 * MINUTE, END_AT + 25 * MINUTE),
        (Extend(until=END_AT + 30 * MINUTE), T0, END_AT + 30 * MINUTE),
        (Extend(until=END_AT + MICROSECOND), T0, END_AT + MICROSECOND),
        (Extend(by=30 * MINUTE), END_AT + 5 * MINUTE, END_AT + 35 * MINUTE),
        (Extend(by=5 * MINUTE, based_on=END_AT), T0, END_AT + 5 * MINUTE),
    ],
)
def test_an_extension_counts_from_the_end_or_from_now(
    intent: Extend, now: datetime, end_at: datetime
) -> None:
    assert staying.new_end(COVERED, intent, now, RULES) == end_at
    decision = extend(COVERED, intent, now)
    assert [each.end_at for each in facts(decision) if isinstance(each, f.Extended)] == [end_at]
    (told,) = decision.messages
    assert (told.key, told.to.person_id) == ("visit.extended", "per_bob")
    assert told.fields["end_at"] in told.dedupe
    assert told.dedupe.startswith("vis_1:extended:")
    assert told.priority is Priority.INFORMATION


def test_an_end_with_fractions_of_a_second_takes_its_own_button() -> None:
    odd = replace(COVERED, end_at=END_AT + MICROSECOND)
    assert extend(odd, Extend(by=5 * MINUTE, based_on=END_AT)).facts


PUT_RIGHT = {
    "case": "WF-1",
    "end_at": "2026-12-03T10:00:00Z",
    "suggestion": "extend until 10:30 WF-1",
    "suggestion2": "left WF-1",
}


@pytest.mark.parametrize(
    ("intent", "now", "key", "fields"),
    [
        (Extend(by=240 * MINUTE + MICROSECOND), T0, "extend_too_long", {"limit": "4 hours"}),
        (
            Extend(until=END_AT + 245 * MINUTE + MICROSECOND),
            END_AT + 5 * MINUTE,
            "extend_too_long",
            {"limit": "4 hours"},
        ),
        (Extend(until=END_AT), T0, "extend_backwards", PUT_RIGHT),
        (
            Extend(until=END_AT + MINUTE),
            END_AT + MINUTE,
            "extend_backwards",
            PUT_RIGHT | {"suggestion": "extend until 10:31 WF-1"},
        ),
        (Extend(), T0, "extend_backwards", PUT_RIGHT),
        (Extend(until=T0 + 720 * MINUTE), T0, "extend_too_long", {"limit": "4 hours"}),
        (Extend(until=T0 + 720 * MINUTE + MICROSECOND), T0, "extend_past", PUT_RIGHT),
        (
            Extend(by=5 * MINUTE, based_on=END_AT - SECOND),
            T0,
            "already_extended",
            {"end_at": "2026-12-03T10:00:00Z"},
        ),
    ],
)
def test_an_extension_that_cannot_be_is_refused_with_what_holds(
    intent: Extend, now: datetime, key: str, fields: dict[str, str]
) -> None:
    assert refused(lambda: extend(COVERED, intent, now)) == (key, fields)


@pytest.mark.parametrize(
    ("intent", "now"),
    [
        (Extend(by=30 * MINUTE + MICROSECOND), T0),
        (Extend(until=END_AT + 35 * MINUTE + MICROSECOND), END_AT + 5 * MINUTE),
        (Extend(by=240 * MINUTE), T0),
    ],
)
def test_a_longer_one_is_only_asked_for(intent: Extend, now: datetime) -> None:
    decision = extend(COVERED, intent, now)
    assert facts(decision) == [f.StayAsked(staying.new_end(COVERED, intent, now, RULES))]
    assert said(decision) == [("stay.confirm", "per_bob")]


def test_on_the_way_home_a_longer_one_is_refused() -> None:
    way = replace(COVERED, kind=VisitKind.WAY_HOME)
    assert facts(extend(way, Extend(by=30 * MINUTE)))
    asked = Extend(by=30 * MINUTE + MICROSECOND)
    assert refused(lambda: extend(way, asked)) == ("extend_too_long", {"limit": "30 minutes"})


@pytest.mark.parametrize(("by", "reminded"), [(20 * MINUTE, False), (10 * MINUTE, True)])
def test_a_new_end_has_its_reminder_unless_that_is_past(by: timedelta, reminded: bool) -> None:
    (moved,) = facts(extend(COVERED, Extend(by=by), END_AT))
    assert moved == f.Extended(END_AT + by, reminded)


@pytest.mark.parametrize(
    ("act", "fact"),
    [
        (visiting.arrive, f.WorkerArrived()),
        (visiting.go_in, f.WentIn()),
    ],
)
def test_at_the_door_a_word_is_noted(act: Callable[[Visit], VisitDecision], fact: f.Fact) -> None:
    decision = act(COVERED)
    assert facts(decision) == [fact]
    assert decision.facts[0].by == "per_alice"
    assert not decision.messages


def test_not_going_in_ends_the_visit_and_those_who_answer_for_cover_are_told_apart() -> None:
    roster = replace(ROSTER, holders={Role.TEAM_MANAGER: ("per_cleo", "per_maya")})
    seen = replace(COVERED, companions=("per_cleo",))
    decision = visiting.turn_back(seen, roster=roster, policy=RULES)
    assert facts(decision) == [f.TurnedBack(), f.VisitEnded()]
    assert [each.by for each in decision.facts] == ["per_alice", "per_alice"]
    assert said(decision) == [("visit.turned_back", "per_maya"), ("visit.ended", "per_bob")]
    told: Message = decision.messages[0]
    assert told.secrecy is Secrecy.RESPONDERS
    assert told.priority is Priority.ESCALATION
    assert told.dedupe == "vis_1:turned_back:per_maya"
    assert (told.visit_id, told.to.team_id) == ("vis_1", "north")


# --- leaving ---------------------------------------------------------------------------------------

PAIR = replace(COVERED, companions=("per_cleo",))


@pytest.mark.parametrize(
    ("seen", "out", "inside", "left"),
    [
        (PAIR, ("per_cleo",), (), ("per_cleo",)),
        (PAIR, (), ("per_cleo",), ("per_alice",)),
        (replace(PAIR, outsiders=1), ("per_alice", "per_cleo"), (), ("per_alice", "per_cleo")),
        (replace(COVERED, outsiders=1), (), (), ("per_alice",)),
        (
            replace(PAIR, outsiders=1, out=("per_cleo",)),
            ("per_alice",),
            (),
            ("per_cleo", "per_alice"),
        ),
    ],
)
def test_while_somebody_is_inside_the_timer_stays(
    seen: Visit, out: tuple[str, ...], inside: tuple[str, ...], left: tuple[str, ...]
) -> None:
    decision = visiting.some_left(seen, out=out, inside=inside)
    assert facts(decision) == [f.SomeLeft(left)]
    assert decision.facts[0].by == "per_alice"
    assert said(decision) == [("visit.some_left", "per_bob")]
    assert decision.messages[0].dedupe == f"vis_1:some_left:{len(left)}"
    assert decision.messages[0].priority is Priority.INFORMATION
    alone = visiting.some_left(replace(seen, buddy_id=None), out=out, inside=inside)
    assert not alone.messages


@pytest.mark.parametrize(
    ("seen", "out"),
    [
        (PAIR, ("per_alice", "per_cleo")),
        (replace(PAIR, out=("per_alice",)), ("per_cleo",)),
    ],
)
def test_when_the_last_one_leaves_the_visit_is_over(seen: Visit, out: tuple[str, ...]) -> None:
    assert visiting.some_left(seen, out=out, inside=()) == visiting.end(seen)


@pytest.mark.parametrize(
    ("seen", "out", "inside"),
    [
        (PAIR, ("per_bob",), ()),
        (PAIR, (), ("per_bob",)),
        (PAIR, (), ()),
        (replace(COVERED, outsiders=1), ("per_bob",), ()),
    ],
)
def test_only_who_is_with_the_worker_can_leave(
    seen: Visit, out: tuple[str, ...], inside: tuple[str, ...]
) -> None:
    said_ = refused(lambda: visiting.some_left(seen, out=out, inside=inside))
    assert said_ == ("not_with_you", {"case": "WF-1"})


def test_the_way_home_is_a_stretch_of_its_own_with_the_same_buddy() -> None:
    home_at = END_AT + 45 * MINUTE
    decision = visiting.way_home(COVERED, visit_id="vis_2", end_at=home_at, now=END_AT)
    assert facts(decision) == [
        f.VisitRequested(
            visit_id="vis_2",
            team_id="north",
            worker_id="per_alice",
            case_ref="WF-1 (way home)",
            start_at=END_AT,
            end_at=home_at,
            alarm_at=home_at,
            policy_digest="d",
            reminded=True,
            kind=VisitKind.WAY_HOME,
        ),
        f.CoverAccepted("per_bob"),
    ]
    assert [each.by for each in decision.facts] == ["per_alice", None]
    assert said(decision) == [("visit.mine", "per_alice"), ("visit.watch", "per_bob")]
    assert [each.dedupe for each in decision.messages] == ["vis_2:mine", "vis_2:watch"]
    priorities = [each.priority for each in decision.messages]
    assert priorities == [Priority.REPLY, Priority.INFORMATION]
    alone = visiting.way_home(visit(), visit_id="vis_2", end_at=home_at, now=END_AT)
    assert len(facts(alone)) == 1
    assert said(alone) == [("visit.mine", "per_alice")]


def test_done_and_cancel_close_the_visit_and_tell_the_buddy() -> None:
    done = visiting.end(COVERED, next_place="home", going_to="To the market")
    assert facts(done) == [f.VisitEnded("home")]
    assert (done.facts[0].by, done.facts[0].note) == ("per_alice", "To the market")
    assert visiting.end(COVERED).facts == (Recorded(f.VisitEnded(), by="per_alice"),)
    off = visiting.cancel(COVERED)
    assert facts(off) == [f.VisitCancelled()]
    assert off.facts[0].by == "per_alice"
    for decision, key, once in ((done, "visit.ended", "ended"), (off, "visit.off", "off")):
        assert said(decision) == [(key, "per_bob")]
        assert decision.messages[0].dedupe == f"vis_1:{once}"
        assert decision.messages[0].priority is Priority.INFORMATION
    assert not visiting.end(visit()).messages
    assert not visiting.cancel(visit()).messages
