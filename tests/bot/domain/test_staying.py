"""What a worker cannot do alone: a later end that stands only once somebody has spoken to them (F5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain import facts as f
from bot.domain import staying
from bot.domain.day_intents import ConfirmStay
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.intents import Extend
from bot.domain.visit import Visit
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, RULES, facts, refused, said
from tests.contract.making import MICROSECOND, MINUTE, T0

HEARD = replace(RULES, second_extension_confirmed=True, late_extension_confirmed=True)
UNTIL = END_AT + 60 * MINUTE
BETWEEN = replace(COVERED, goes_on_until=UNTIL, extended=True)
ASKED = replace(COVERED, asked_until=UNTIL)


def ok(visit: Visit, now: datetime) -> VisitDecision:
    return staying.check_in(visit, roster=ROSTER, policy=HEARD, now=now)


def extend(visit: Visit, intent: Extend, now: datetime) -> VisitDecision:
    return staying.extend(visit, intent, roster=ROSTER, policy=HEARD, now=now)


def confirm(visit: Visit, until: datetime, by: str = "per_bob") -> VisitDecision:
    intent = ConfirmStay(visit.id, until)
    return staying.confirm(visit, intent, by=by, roster=ROSTER, policy=HEARD, now=T0)


def test_an_ok_after_the_end_only_asks_for_a_later_one() -> None:
    decision = ok(COVERED, END_AT)
    wanted = f.StayAsked(END_AT + 20 * MINUTE)
    assert decision.facts == (Recorded(wanted, by="per_alice"),)
    assert said(decision) == [("stay.confirm", "per_bob")]


def test_an_extension_stands_by_itself_until_the_end_and_not_at_it() -> None:
    intent = Extend(until=END_AT + 20 * MINUTE)
    assert said(extend(COVERED, intent, END_AT - MICROSECOND)) == [("visit.extended", "per_bob")]
    assert said(extend(COVERED, intent, END_AT)) == [("stay.confirm", "per_bob")]


def test_until_the_end_that_was_agreed_nobody_has_to_confirm_it() -> None:
    assert facts(extend(BETWEEN, Extend(until=UNTIL), END_AT)) == [f.Extended(UNTIL, False)]
    assert said(extend(BETWEEN, Extend(until=UNTIL + MICROSECOND), END_AT)) == [
        ("stay.confirm", "per_bob")
    ]


def test_once_that_end_has_come_there_is_nothing_agreed_any_more() -> None:
    assert staying.agreed_until(BETWEEN, HEARD, UNTIL - MICROSECOND) == UNTIL
    assert staying.agreed_until(BETWEEN, HEARD, UNTIL) is None
    assert facts(ok(BETWEEN, UNTIL)) == [f.StayAsked(UNTIL + 20 * MINUTE)]


@pytest.mark.parametrize("by", ["per_bob", "per_maya"])
def test_once_somebody_has_spoken_to_them_it_stands_and_the_worker_hears_until_when(
    by: str,
) -> None:
    decision = confirm(ASKED, UNTIL, by)
    assert decision.facts == (Recorded(f.Extended(UNTIL, False), by=by),)
    told = decision.messages[0]
    assert (told.key, told.to.person_id) == ("visit.goes_on", "per_alice")
    assert told.fields == {"end_at": "2026-12-03T11:00:00Z"}


@pytest.mark.parametrize(
    ("visit", "by", "key"),
    [
        (ASKED, "per_alice", "own_visit"),
        (ASKED, "per_cleo", "not_for_you"),
        (replace(ASKED, overdue=True), "per_bob", "stay_overdue"),
        (replace(ASKED, asked_until=UNTIL + MINUTE), "per_bob", "stay_changed"),
        (COVERED, "per_bob", "stay_changed"),
    ],
    ids=["the worker", "nobody of the visit", "it alarms already", "asked anew", "not asked"],
)
def test_nobody_else_confirms_it_and_nothing_else(visit: Visit, by: str, key: str) -> None:
    assert refused(lambda: confirm(visit, UNTIL, by))[0] == key
