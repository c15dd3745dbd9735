"""A visit that waits for a manager's word (F7): who is asked, who is asked next, and what an answer does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain import agreement
from bot.domain import agreement_facts as a
from bot.domain import facts as f
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_person, to_worker
from bot.domain.people import Role, Roster
from bot.domain.policy import Audience, Step, Task
from bot.domain.terms import AWAITED, BY_PHONE
from bot.domain.visit import Visit, VisitState
from tests.bot.domain.rules import COVERED, ROSTER, RULES, facts, refused, said
from tests.contract.making import MICROSECOND, MINUTE, T0, person

NEAR = Step("near", Task.AGREE, (Role.LINE_MANAGER,), 3 * MINUTE, "F7")
UP = Step("up", Task.AGREE, (Role.TEAM_MANAGER, Audience.BUDDY), 4 * MINUTE, "F7")
POLICY = replace(RULES, unsure=(NEAR, UP))
STAFF = replace(
    ROSTER,
    holders={Role.LINE_MANAGER: ("per_lena", "per_cem"), Role.TEAM_MANAGER: ("per_maya",)},
)
GONE = {"per_lena": replace(person("lena"), left=True)}
WAITS = replace(
    COVERED,
    start_at=T0 + MINUTE,
    unsure_at=T0,
    agree_asked=("per_lena", "per_cem"),
    agree_due_at=T0,
    agree_turn=1,
)


def world(roster: Roster = STAFF, now: datetime = T0) -> dict[str, Any]:
    return {"roster": roster, "policy": POLICY, "now": now}


def ask(seen: Visit = COVERED, roster: Roster = STAFF) -> VisitDecision:
    return agreement.ask(seen, reason="a dog", **world(roster))


def test_the_first_managers_are_asked_at_once_and_the_buddy_hears_of_it() -> None:
    decision = ask()
    assert decision.facts == (
        Recorded(a.UnsureSaid(), by="per_alice", note="a dog"),
        Recorded(a.AgreementAsked(0, ("per_lena", "per_cem"), T0 + 3 * MINUTE)),
    )
    assert said(decision) == [
        ("unsure.ask", "per_lena"),
        ("unsure.ask", "per_cem"),
        ("unsure.buddy", "per_bob"),
    ]
    assert decision.messages[0] == Message(
        key="unsure.ask",
        to=To("north", "per_lena"),
        priority=Priority.ESCALATION,
        dedupe="vis_1:unsure.ask:1:per_lena",
        visit_id="vis_1",
        secrecy=Secrecy.RESPONDERS,
    )


@pytest.mark.parametrize("buddy", [None, "per_cem"], ids=["no buddy", "asked already"])
def test_nobody_hears_of_it_twice(buddy: str | None) -> None:
    assert len(ask(replace(COVERED, buddy_id=buddy)).messages) == 2


def test_a_first_step_with_nobody_takes_no_time() -> None:
    nobody = replace(STAFF, holders={Role.TEAM_MANAGER: ("per_maya",)})
    assert facts(ask(roster=nobody))[1] == a.AgreementAsked(
        1, ("per_maya", "per_bob"), T0 + 4 * MINUTE
    )


@pytest.mark.parametrize(
    ("why", "asked"),
    [
        (AWAITED, a.AgreementAsked(0, ("per_lena", "per_cem"), T0 + 3 * MINUTE)),
        (BY_PHONE, a.AgreementAsked(0, ("per_maya",), T0 + 4 * MINUTE)),
    ],
    ids=["a manager's", "anybody's who answers for cover"],
)
def test_by_the_procedure_it_waits_for_somebodys_word(why: str, asked: f.VisitFact) -> None:
    decision = agreement.by_procedure(COVERED, why=why, **world())
    assert decision.facts == (Recorded(a.WordAwaited(why)), Recorded(asked))
    assert {key for key, _ in said(decision)} == {"unsure.ask"}


def test_nobody_has_answered_in_time_so_the_next_are_asked_and_the_worker_hears_of_it() -> None:
    decision = agreement.look(WAITS, **world())
    assert decision.facts == (
        Recorded(a.AgreementAsked(1, ("per_maya", "per_bob"), T0 + 4 * MINUTE)),
    )
    assert said(decision)[:2] == [("unsure.ask", "per_maya"), ("unsure.ask", "per_bob")]
    assert decision.messages[0].dedupe == "vis_1:unsure.ask:2:per_maya"
    assert decision.messages[2] == to_worker(
        WAITS, "unsure.still", Priority.REPLY, once="unsure_still:2", people="per_maya,per_bob"
    )


@pytest.mark.parametrize("due_at", [None, T0 + MICROSECOND])
def test_before_its_time_nothing_is_due(due_at: datetime | None) -> None:
    assert agreement.look(replace(WAITS, agree_due_at=due_at), **world()) == VisitDecision()


def test_past_the_last_step_everybody_of_the_team_is_asked_again() -> None:
    every = replace(WAITS, agree_step=1, agree_asked=("per_lena", "per_cem", "per_maya"))
    decision = agreement.look(every, **world(replace(STAFF, people=GONE)))
    people = ("per_cem", "per_maya", "per_bob")
    assert facts(decision) == [a.AgreementAsked(1, people, T0 + 4 * MINUTE)]


def test_at_the_last_step_whoever_is_away_is_asked_where_nobody_else_is_there() -> None:
    people = {
        who: replace(person(who[4:]), away_from=T0, away_until=T0 + MINUTE)
        for who in ("per_lena", "per_cem", "per_maya", "per_bob")
    }
    decision = agreement.look(WAITS, **world(replace(STAFF, people=people)))
    assert facts(decision) == [a.AgreementAsked(1, ("per_maya", "per_bob"), T0 + 4 * MINUTE)]


def test_with_nobody_at_all_it_is_looked_at_again() -> None:
    alone = replace(WAITS, buddy_id=None)
    decision = agreement.look(alone, **world(replace(STAFF, holders={})))
    assert facts(decision) == [a.AgreementAsked(1, (), T0 + 4 * MINUTE)]
    assert decision.messages[-1].fields == {"people": ""}


def test_a_question_that_did_not_get_through_asks_the_next_ones_now() -> None:
    later = replace(WAITS, agree_due_at=T0 + MINUTE)
    decision = agreement.unreachable(later, **world())
    assert facts(decision) == [a.AgreementAsked(1, ("per_maya", "per_bob"), T0 + 4 * MINUTE)]
    assert said(decision)[-1] == ("unsure.still", "per_alice")


@pytest.mark.parametrize(
    "changes",
    [
        {"state": VisitState.ENDED},
        {"overdue": True},
        {"unsure_at": None},
        {"agree_step": 1},
    ],
)
def test_otherwise_that_hurries_nothing(changes: dict[str, Any]) -> None:
    assert agreement.unreachable(replace(WAITS, **changes), **world()) == VisitDecision()


@pytest.mark.parametrize(("police", "attend"), [(None, ""), (True, "yes"), (False, "no")])
def test_who_agrees_is_recorded_and_the_worker_told(police: bool | None, attend: str) -> None:
    decision = agreement.agree(WAITS, by="per_lena", roster=STAFF, policy=POLICY, police=police)
    assert decision.facts == (Recorded(a.AgreementGiven("per_lena", police), by="per_lena"),)
    assert decision.messages == (
        to_worker(
            WAITS, "unsure.agreed", Priority.REPLY, once="agreed:1", by="per_lena", police=attend
        ),
    )


def refuse(seen: Visit = WAITS, now: datetime = T0) -> VisitDecision:
    return agreement.refuse(seen, by="per_lena", **world(now=now))


def test_a_visit_that_has_not_begun_is_called_off() -> None:
    decision = refuse()
    assert decision.facts == (
        Recorded(a.AgreementRefused("per_lena"), by="per_lena"),
        Recorded(f.VisitCancelled(), by="per_lena"),
    )
    told = to_worker(WAITS, "unsure.refused", Priority.REPLY, once="refused:1", by="per_lena")
    off = to_person(WAITS, "per_bob", "visit.off", Priority.INFORMATION, once="off")
    assert decision.messages == (told, off)
    assert refuse(replace(WAITS, buddy_id=None)).messages == (told,)


@pytest.mark.parametrize(
    ("seen", "now"),
    [(WAITS, T0 + MINUTE), (replace(WAITS, arrived_at=T0), T0)],
    ids=["it has begun", "they are there"],
)
def test_one_that_has_begun_stays_watched(seen: Visit, now: datetime) -> None:
    decision = refuse(seen, now)
    assert facts(decision) == [a.AgreementRefused("per_lena")]
    assert decision.facts[0].by == "per_lena"
    assert said(decision) == [("unsure.refused", "per_alice")]


@pytest.mark.parametrize(
    ("changes", "by", "key"),
    [
        ({"state": VisitState.ENDED}, "per_lena", "agreement_over"),
        ({"overdue": True}, "per_lena", "agreement_over"),
        ({"unsure_at": None}, "per_lena", "agreement_over"),
        ({}, "per_alice", "own_visit"),
        ({}, "per_bob", "not_yours_to_agree"),
    ],
)
def test_nobody_else_answers_and_nothing_else(changes: dict[str, Any], by: str, key: str) -> None:
    seen = replace(WAITS, **changes)
    assert refused(lambda: agreement.agree(seen, by=by, roster=STAFF, policy=POLICY))[0] == key
    assert refused(lambda: agreement.refuse(seen, by=by, **world()))[0] == key
