"""How a call for help ends: on a ground, confirmed by a second person, and never told before it is safe (rules 20, 21)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot.domain import duress_facts as f
from bot.domain import standing_down
from bot.domain.decision import DuressDecision
from bot.domain.duress import Duress
from bot.domain.duress_facts import How
from bot.domain.duress_intents import ConfirmDown, Ground, StandDown
from bot.domain.intents import Outcome
from tests.bot.domain.rules import ROSTER, RULES, refused
from tests.contract.making import T0, duress

CALL = duress(
    "dur_1",
    apart=("per_alice", "per_dan"),
    asked=("per_bob", "per_cem", "per_dan", "per_maya"),
    informed=("per_cleo", "per_dan"),
    charge="per_bob",
    version=7,
)
SAFE = replace(CALL, stood_by="per_bob", stood_on=Ground.SEEN, stood_for=Outcome.MINOR)
OVER = replace(CALL, closed_at=T0, closed_by="per_cem", outcome=Outcome.MINOR)
DRILL = replace(CALL, how=How.DRILL)


def stood(
    ground: Ground, heard: str = "", agreed: str | None = None, *, outcome: str = "minor"
) -> DuressDecision:
    """Have Ben say that she is safe."""
    intent = StandDown("dur_1", ground, outcome, heard, "by the gate")
    return standing_down.stand_down(CALL, intent, by="per_bob", answer=agreed)


def confirmed(call: Duress, by: str, *, holds: bool = True) -> DuressDecision:
    intent = ConfirmDown("dur_1", holds)
    return standing_down.confirm(call, intent, by=by, roster=ROSTER, policy=RULES, now=T0)


def read(decision: DuressDecision) -> list[tuple[str, str | None]]:
    return [(message.key, message.to.person_id) for message in decision.messages]


def test_seen_in_person_holds_and_everybody_else_who_was_asked_is_to_confirm_it() -> None:
    decision = stood(Ground.SEEN)
    (recorded,) = decision.facts
    assert recorded.fact == f.StandDownNoted("dur_1", "per_bob", Ground.SEEN, Outcome.MINOR, True)
    assert (recorded.by, recorded.note) == ("per_bob", "by the gate")
    assert read(decision) == [("duress.confirm", "per_cem"), ("duress.confirm", "per_maya")]
    assert {message.fields["by"] for message in decision.messages} == {"per_bob"}


def test_after_a_doubt_they_are_asked_anew() -> None:
    intent = StandDown("dur_1", Ground.SEEN, "minor")
    later = replace(CALL, version=9)
    again = standing_down.stand_down(later, intent, by="per_bob", answer=None)
    before = {message.dedupe for message in stood(Ground.SEEN).messages}
    assert before.isdisjoint(message.dedupe for message in again.messages)


@pytest.mark.parametrize(
    ("heard", "agreed", "holds"),
    [
        ("the Blue  café!", "The blue cafe", True),
        ("the red café", "The blue cafe", False),
        ("", "The blue cafe", False),
        ("", None, False),
        ("", "", False),
        ("anything", None, False),
    ],
)
def test_a_voice_holds_with_her_own_answer_alone(
    heard: str, agreed: str | None, holds: bool
) -> None:
    decision = stood(Ground.SPOKEN, heard, agreed)
    (recorded,) = decision.facts
    assert isinstance(recorded.fact, f.StandDownNoted)
    assert recorded.fact.holds is holds
    assert len(decision.messages) == (2 if holds else 0)


@pytest.mark.parametrize("outcome", ["drill", "nonsense", ""])
def test_something_real_does_not_end_as_a_rehearsal(outcome: str) -> None:
    assert refused(lambda: stood(Ground.SEEN, outcome=outcome)) == ("old_button", {})


def test_the_second_person_ends_it_and_all_who_were_told_hear_so() -> None:
    decision = confirmed(SAFE, "per_cem")
    assert decision.facts[0].fact == f.DuressClosed("dur_1", "per_cem", Outcome.MINOR)
    assert decision.facts[0].by == "per_cem"
    told = ("per_bob", "per_cem", "per_maya", "per_cleo")
    assert read(decision) == [("duress.closed", who) for who in told]


def test_of_a_rehearsal_there_is_a_report_instead() -> None:
    assert not confirmed(replace(SAFE, how=How.DRILL), "per_cem").messages


def test_anybody_who_was_asked_may_doubt_it_and_it_goes_on() -> None:
    for by in ("per_bob", "per_cem"):
        (recorded,) = confirmed(SAFE, by, holds=False).facts
        assert (recorded.fact, recorded.by) == (f.StandDownDoubted("dur_1", by), by)


def test_nobody_confirms_their_own_word_or_what_nobody_has_said() -> None:
    assert refused(lambda: confirmed(SAFE, "per_bob")) == ("second_person", {})
    assert refused(lambda: confirmed(CALL, "per_cem")) == ("old_button", {})
    assert refused(lambda: confirmed(SAFE, "per_dan")) == ("old_button", {})
    for half in (replace(SAFE, stood_by=None), replace(SAFE, stood_for=None)):
        assert refused(partial(confirmed, half, "per_cem")) == ("old_button", {})


def test_whoever_was_asked_says_once_that_it_is_safe_to_tell() -> None:
    (recorded,) = standing_down.tell(OVER, by="per_maya").facts
    assert (recorded.fact, recorded.by) == (f.SafeToTell("dur_1", "per_maya"), "per_maya")
    assert standing_down.tell(replace(OVER, told=True), by="per_maya") == DuressDecision()


@pytest.mark.parametrize(
    ("call", "by"),
    [
        (CALL, "per_maya"),
        (replace(OVER, how=How.DRILL), "per_maya"),
        (OVER, "per_dan"),
        (OVER, "per_cleo"),
        (OVER, "per_alice"),
    ],
    ids=["open", "a rehearsal", "kept apart", "informed", "the worker"],
)
def test_nobody_else_says_so_and_not_before(call: Duress, by: str) -> None:
    assert refused(lambda: standing_down.tell(call, by=by)) == ("old_button", {})


def test_a_rehearsal_ends_as_one_and_as_nothing_else() -> None:
    assert standing_down.outcomes(DRILL) == (Outcome.DRILL,)
    assert Outcome.DRILL not in standing_down.outcomes(CALL)
