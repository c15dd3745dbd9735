"""The time to check in that was agreed before a visit's end (H3, H4): how it is said, and that it never hides a deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import facts as f
from bot.domain import staying
from bot.domain.decision import VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.grammar import parse
from bot.domain.grammar_start import command_for
from bot.domain.intents import Extend, Plan, Start
from bot.domain.visit import Visit, next_deadline, overdue_at, reminder_at
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES, facts
from tests.contract.making import MICROSECOND, MINUTE, T0

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 2, 13, 30, tzinfo=UTC)  # a Wednesday in winter: London is on UTC


def read(text: str, now: datetime = NOW) -> Start | Plan:
    found = parse(text, now=now, zone=LONDON, patterns=(r"CASE\d{3}",), in_channel=False)
    assert isinstance(found, Start | Plan)
    return found


def start(text: str, now: datetime = NOW) -> Start:
    found = read(text, now)
    assert isinstance(found, Start)
    return found


# --- how it is said --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("14:00-16:00 CASE123 check in 14:30", 30),
        ("check in at 2.30 14:00-16:00 CASE123", 30),
        ("14:00-16:00 check-in by 3 CASE123 amber", 60),
        ("14:00-16:00 CASE123 at the day centre check in 14:30", 30),
        ("14:00-16:00 CASE123 checking in after half an hour", 30),
        ("14:00-16:00 CASE123 check in after 45 minutes, back by 17:00", 45),
    ],
)
def test_it_is_said_by_the_clock_or_after_the_start(typed: str, minutes: int) -> None:
    found = start(f"start {typed}")
    assert found.check_in_at == found.start_at + minutes * MINUTE
    assert found.planned_until == found.start_at + 120 * MINUTE


def test_of_a_visit_under_way_the_next_such_time_counts() -> None:
    found = start("start 13:00-16:00 CASE123 check in 2")
    assert found.check_in_at == NOW + 30 * MINUTE


@pytest.mark.parametrize("at", ["14:00", "16:00", "13:59", "16:01", "after 2h", "after 3h"])
def test_a_time_that_is_not_within_the_visit_is_refused_without_losing_the_rest(at: str) -> None:
    with pytest.raises(UserMistake) as caught:
        read(f"start 14:00-16:00 CASE123 amber check in {at}")
    assert caught.value.key == "check_in_outside"
    assert caught.value.fields["suggestion"] == "start 14:00-16:00 CASE123 amber"


def test_a_repair_keeps_it_and_a_form_to_copy_leaves_it_out() -> None:
    with pytest.raises(UserMistake) as caught:
        read("start 14:00 45 CASE123 check in after 20m")
    assert caught.value.fields["suggestion"] == "start 14:00 45m CASE123 check in after 20m"
    assert caught.value.fields["form"] == "start 14:00 45m CASE123"
    assert start(caught.value.fields["suggestion"]).check_in_at == NOW + 50 * MINUTE


def test_each_visit_of_a_plan_may_have_its_own() -> None:
    found = read("plan 14:00-15:00 CASE123 check in 14:30; 15:30-17:00 CASE456")
    assert isinstance(found, Plan)
    assert [visit.check_in_at for visit in found.visits] == [NOW + 60 * MINUTE, None]


@given(lasts=st.integers(2, 600), share=st.floats(0.01, 0.99), ahead=st.integers(0, 900))
def test_a_command_that_is_written_anew_says_the_same(lasts: int, share: float, ahead: int) -> None:
    start_at = NOW + ahead * MINUTE
    after = max(1, int(lasts * share))
    asked = Start(
        start_at, start_at + lasts * MINUTE, "CASE123", check_in_at=start_at + after * MINUTE
    )
    if asked.check_in_at == asked.end_at:
        return
    assert start(command_for(asked, now=NOW, zone=LONDON)) == asked


# --- what it does to the deadlines -----------------------------------------------------------------

UNTIL = END_AT + 60 * MINUTE
AGREED = replace(COVERED, goes_on_until=UNTIL)
"""A visit with its check-in where the other one ends, an hour before its own end."""
WINDOW = reminder_at(AGREED, RULES)


def ok(now: datetime) -> VisitDecision:
    return staying.check_in(AGREED, roster=ROSTER, policy=RULES, now=now)


def test_it_is_answered_from_its_reminder_on_and_never_before() -> None:
    assert facts(ok(WINDOW - MICROSECOND)) == [f.CheckedIn()]
    assert facts(ok(WINDOW)) == [f.Extended(UNTIL, reminded=False)]


def test_it_is_never_answered_in_the_first_half_of_the_time_to_it() -> None:
    near = replace(AGREED, start_at=END_AT - 4 * MINUTE, requested_at=T0 - 60 * MINUTE)
    assert reminder_at(near, RULES) == END_AT - 2 * MINUTE


def test_going_on_until_the_agreed_end_is_no_extension() -> None:
    (moved,) = facts(ok(WINDOW))
    after = AGREED.after(moved, WINDOW)
    assert (after.end_at, after.goes_on_until, after.extended) == (UNTIL, None, False)


@pytest.mark.parametrize(
    ("intent", "now", "end_at", "goes_on_until"),
    [
        (Extend(by=10 * MINUTE), T0, END_AT, UNTIL + 10 * MINUTE),
        (Extend(until=UNTIL + MINUTE), WINDOW - MICROSECOND, END_AT, UNTIL + MINUTE),
        (Extend(by=10 * MINUTE), WINDOW, END_AT + 10 * MINUTE, UNTIL),
    ],
)
def test_before_it_the_end_moves_and_at_it_the_check_in(
    intent: Extend, now: datetime, end_at: datetime, goes_on_until: datetime
) -> None:
    decision = staying.extend(AGREED, intent, roster=ROSTER, policy=RULES, now=now)
    (moved,) = facts(decision)
    after = AGREED.after(moved, now)
    assert (after.end_at, after.goes_on_until) == (end_at, goes_on_until)


def test_a_new_time_at_the_agreed_end_or_after_it_leaves_no_check_in() -> None:
    for later in (timedelta(), MINUTE):
        assert staying.still_until(AGREED, UNTIL + later) is None
    assert staying.still_until(AGREED, UNTIL - MICROSECOND) == UNTIL


@given(
    check=st.integers(1, 239),
    words=st.lists(st.tuples(st.integers(0, 239), st.sampled_from(["ok", "5", "60"])), max_size=6),
)
def test_whatever_is_written_the_next_deadline_is_never_after_the_check_in_unless_it_was_answered(
    check: int, words: list[tuple[int, str]]
) -> None:
    visit: Visit = replace(
        COVERED,
        start_at=T0,
        end_at=T0 + check * MINUTE,
        goes_on_until=T0 + 240 * MINUTE,
        reminded=False,
    )
    for minutes, word in sorted(words):
        now = T0 + minutes * MINUTE
        if now >= visit.end_at:
            break
        answered = visit.goes_on_until is None or now >= reminder_at(visit, RULES)
        before = overdue_at(visit, RULES)
        try:
            decision = (
                staying.check_in(visit, roster=ROSTER, policy=RULES, now=now)
                if word == "ok"
                else staying.extend(
                    visit, Extend(by=int(word) * MINUTE), roster=ROSTER, policy=RULES, now=now
                )
            )
        except UserMistake:
            continue
        for fact in facts(decision):
            visit = visit.after(fact, now)
        assert visit.end_at <= visit.planned_until
        due = next_deadline(visit, RULES)
        assert due is not None
        if not answered:
            assert overdue_at(visit, RULES) == before
            assert due <= before
