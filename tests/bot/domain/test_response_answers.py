"""What an answer to a call for help means, and what is said while it is open (covert rules 5, 6, 11, 17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import duress_facts as f
from bot.domain import response
from bot.domain.call_sheet import Question, Said
from bot.domain.decision import DuressDecision, Recorded
from bot.domain.duress import Duress
from bot.domain.duress_facts import How, Urgency
from bot.domain.policy import Policy
from tests.bot.domain.calls import (
    ALONE,
    CALL,
    DOUBT,
    HELP,
    NEARBY,
    NOW,
    OVER,
    TEAM,
    asked,
    cards,
    facts,
    raised,
    said,
    taken,
    world,
)
from tests.bot.domain.rules import refused
from tests.contract.making import MICROSECOND, MINUTE, T0

SECOND = timedelta(seconds=1)
WORD = "2026-12-03T09:30:00Z ok"


# --- what is said meanwhile ------------------------------------------------------------------------


def hears(
    call: Duress,
    what: str = "ok",
    urgency: Urgency | None = None,
    *,
    said_at: datetime = NOW,
    about_by: str = "",
) -> DuressDecision:
    return response.signalled(
        call, urgency=urgency, what=what, said_at=said_at, about_by=about_by, **world()
    )


@pytest.mark.parametrize("urgency", [None, Urgency.CHECK, Urgency.ALARM])
def test_what_is_said_is_a_line_and_ends_nothing(urgency: Urgency | None) -> None:
    decision = hears(NEARBY, "phrase", urgency, about_by="per_cem", said_at=T0)
    assert facts(decision) == [f.SignalNoted("dur_1", "phrase", T0, "per_cem")]
    assert not decision.messages


@pytest.mark.parametrize(
    ("lines", "said_at", "noted"),
    [
        ((WORD,), NOW, False),
        ((WORD,), NOW + MINUTE - SECOND, False),
        ((WORD,), NOW + MINUTE, True),
        ((WORD,), NOW - MINUTE + SECOND, False),
        ((WORD,), NOW - MINUTE, True),
        (("2026-12-03T09:20:00Z ok", WORD), NOW, False),
        ((WORD, "2026-12-03T09:30:00Z left"), NOW, False),
        (("2026-12-03T09:30:00Z left",), NOW, True),
        (("2026-12-03T09:30:00Z ok per_bob",), NOW, True),
        ((), NOW, True),
    ],
)
def test_the_same_word_within_a_minute_is_the_line_that_stands_there(
    lines: tuple[str, ...], said_at: datetime, noted: bool
) -> None:
    assert bool(hears(replace(NEARBY, lines=lines), said_at=said_at).facts) is noted


def test_one_line_is_one_persons() -> None:
    call = replace(NEARBY, lines=("2026-12-03T09:30:00Z heard per_bob",))
    assert not hears(call, "heard", about_by="per_bob").facts
    assert hears(call, "heard", about_by="per_cem").facts


@pytest.mark.parametrize("lines", [(), ("2026-12-03T09:30:00Z phrase",)])
def test_a_plain_call_makes_a_doubt_an_alarm_even_in_the_same_words(lines: tuple[str, ...]) -> None:
    decision = hears(replace(DOUBT, lines=lines), "phrase", Urgency.ALARM)
    assert facts(decision)[:3] == [
        f.SignalNoted("dur_1", "phrase", NOW),
        raised("said"),
        asked(0, 2, wait=3 * MINUTE),
    ]
    assert said(decision)[:2] == cards("per_bob", "per_maya")


@pytest.mark.parametrize(
    ("sure", "in_reach", "age", "urgency"),
    [
        (True, True, timedelta(hours=24), Urgency.ALARM),
        (True, True, timedelta(hours=24) + MICROSECOND, Urgency.CHECK),
        (False, True, timedelta(), Urgency.CHECK),
        (True, False, timedelta(), Urgency.CHECK),
    ],
)
def test_only_plain_words_of_today_to_the_bot_are_an_alarm(
    sure: bool, in_reach: bool, age: timedelta, urgency: Urgency
) -> None:
    assert response.urgency_of(sure=sure, in_reach=in_reach, age=age) is urgency


# --- answers ---------------------------------------------------------------------------------------


def take(call: Duress, by: str = "per_bob", policy: Policy = HELP) -> DuressDecision:
    return response.take(call, by=by, roster=TEAM, policy=policy, now=NOW)


ASKING = replace(HELP, check_questions=True)


def test_the_first_one_takes_charge_and_holds_it_for_a_while() -> None:
    plain = replace(HELP, check_questions=False)
    assert take(ALONE, policy=plain) == DuressDecision((Recorded(taken(), by="per_bob"),))


def test_where_they_are_to_ring_they_get_the_sheet() -> None:
    decision = take(ALONE, policy=ASKING)
    assert facts(decision) == [taken()]
    (sheet,) = decision.messages
    assert (sheet.key, sheet.to.person_id) == ("duress.call", "per_bob")
    assert (sheet.fields, sheet.dedupe) == ({}, "dur_1:call:7:per_bob")


@pytest.mark.parametrize("changes", [{"how": How.DRILL}, {"called_at": T0}, {"about": ""}])
def test_nobody_rings_in_a_rehearsal_after_999_or_without_a_number(
    changes: dict[str, Any],
) -> None:
    decision = take(replace(ALONE, **changes), policy=ASKING)
    assert facts(decision) == [taken()]
    assert not decision.messages


def test_the_charge_is_taken_once() -> None:
    held = replace(CALL, charge_at=T0)
    assert take(held) == DuressDecision()
    assert refused(lambda: take(held, "per_maya")) == (
        "charge_taken",
        {"name": "Bob", "at": "2026-12-03T09:00:00Z"},
    )
    assert refused(lambda: take(CALL, "per_maya"))[1]["at"] == ""


@pytest.mark.parametrize(
    ("call", "by"),
    [(ALONE, "per_dan"), (ALONE, "per_cleo"), (OVER, "per_bob")],
    ids=["kept apart", "not asked", "over"],
)
def test_to_everybody_else_it_is_a_button_that_is_no_more(call: Duress, by: str) -> None:
    old: tuple[str, dict[str, str]] = ("old_button", {})
    assert refused(lambda: response.may_answer(by, call)) == old
    assert refused(lambda: take(call, by)) == old
    assert refused(lambda: hear(replace(call, charge=by), Question.THERE, by=by)) == old
    assert refused(lambda: response.raise_(call, by=by, **world())) == old
    assert refused(lambda: called(call, by)) == old


def hear(
    call: Duress, question: Question, said: Said = Said.YES, *, by: str = "per_bob"
) -> DuressDecision:
    return response.hear(call, question, said, by=by, policy=HELP, now=NOW)


STAFF = ("there yes", "danger no", "police no", "weapon no", "staff no")


def test_each_answer_is_noted_and_keeps_the_charge() -> None:
    decision = hear(CALL, Question.THERE)
    heard = f.CallAnswered("dur_1", "per_bob", Question.THERE, Said.YES)
    assert decision.facts == (Recorded(heard, by="per_bob"), Recorded(taken(), by="per_bob"))


def test_to_ring_back_the_charge_is_kept_until_then() -> None:
    (_, kept) = facts(hear(replace(CALL, call=STAFF), Question.BACK))
    assert kept == taken(until=5 * MINUTE)


def test_only_whoever_is_in_charge_answers_and_in_turn() -> None:
    assert refused(lambda: hear(CALL, Question.THERE, by="per_maya")) == ("old_button", {})
    assert refused(lambda: hear(CALL, Question.DANGER)) == ("old_button", {})


def test_anybody_who_looks_may_say_that_it_is_a_call_for_help() -> None:
    decision = response.raise_(DOUBT, by="per_maya", **world())
    assert decision.facts[0] == Recorded(raised("person"), by="per_maya")
    assert facts(decision)[1] == asked(0, 2, wait=3 * MINUTE)
    assert said(decision)[:2] == cards("per_bob", "per_maya")
    assert response.raise_(NEARBY, by="per_maya", **world()) == DuressDecision()


def called(call: Duress, by: str = "per_bob", at: datetime | None = None) -> DuressDecision:
    return response.called(
        call, by=by, service="police", reference="INC-7", called_at=at, policy=HELP, now=NOW
    )


@pytest.mark.parametrize("call", [CALL, ALONE])
def test_whoever_has_rung_999_has_charge_for_another_while(call: Duress) -> None:
    rung = f.HelpCalled("dur_1", "per_bob", "police", "INC-7", NOW)
    assert called(call).facts == (Recorded(rung, by="per_bob"), Recorded(taken(), by="per_bob"))


def test_somebody_else_who_has_rung_leaves_the_charge_where_it_is() -> None:
    assert facts(called(CALL, "per_maya", T0)) == [
        f.HelpCalled("dur_1", "per_maya", "police", "INC-7", T0)
    ]


# --- those who are to know, and those who are not --------------------------------------------------


def test_whoever_was_informed_says_once_that_they_have_read_it() -> None:
    assert response.read(CALL, by="per_cleo").facts == (
        Recorded(f.NewsRead("dur_1", "per_cleo"), by="per_cleo"),
    )
    known = replace(CALL, read=("per_cleo",))
    assert response.read(known, by="per_cleo") == DuressDecision()


@pytest.mark.parametrize(("call", "by"), [(CALL, "per_dan"), (CALL, "per_bob"), (OVER, "per_cleo")])
def test_nobody_else_has_read_it(call: Duress, by: str) -> None:
    assert refused(lambda: response.read(call, by=by)) == ("old_button", {})


def missed(call: Duress, who: str = "per_maya") -> DuressDecision:
    return response.cannot_reach(call, who, **world())


UNHEARD = replace(NEARBY, unreachable=("per_bob",))
"""Of the two who were told one was not reached."""


def test_when_nobody_told_so_far_can_be_reached_the_next_step_is_now() -> None:
    assert facts(missed(UNHEARD)) == [
        f.NotReached("dur_1", "per_maya"),
        asked(1, 2, "per_hana", "per_cem", wait=7 * MINUTE),
    ]
    assert said(missed(UNHEARD)) == cards("per_bob", "per_maya", "per_hana", "per_cem")


def test_a_doubt_that_reaches_nobody_is_an_alarm() -> None:
    decision = missed(replace(DOUBT, unreachable=("per_bob",)))
    assert facts(decision)[:3] == [
        f.NotReached("dur_1", "per_maya"),
        raised("unanswered"),
        asked(0, 2, wait=3 * MINUTE),
    ]


def test_a_doubt_that_reaches_nobody_is_one_even_after_the_steps() -> None:
    decision = missed(replace(DOUBT, unreachable=("per_bob",), step=1))
    assert facts(decision)[1] == raised("unanswered")


@pytest.mark.parametrize(
    "call",
    [NEARBY, replace(UNHEARD, charge="per_bob"), replace(UNHEARD, step=1)],
    ids=["somebody is left", "somebody is in charge", "there is no next step"],
)
def test_otherwise_it_is_noted(call: Duress) -> None:
    assert facts(missed(call)) == [f.NotReached("dur_1", "per_maya")]
    assert not missed(call).messages


@pytest.mark.parametrize("call", [OVER, replace(NEARBY, unreachable=("per_maya",))])
def test_and_nothing_when_it_is_known_or_over(call: Duress) -> None:
    assert missed(call) == DuressDecision()


def test_whoever_comes_to_the_workers_side_is_set_apart_once() -> None:
    decision = response.set_apart(CALL, ("per_maya", "per_cem", "per_dan", "per_maya"))
    assert decision.facts == (Recorded(f.SetApart("dur_1", ("per_cem", "per_maya"))),)
    assert response.set_apart(CALL, ("per_dan",)) == DuressDecision()
    assert response.set_apart(OVER, ("per_maya",)) == DuressDecision()
