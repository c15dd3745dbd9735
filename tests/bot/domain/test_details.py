"""Private details: how they are read from a form, what stays of them, and who may open them (F2, F11, K7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import details
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.details import LIMITS, Part, Ring
from bot.domain.details_facts import AddressVouched, DetailsSealed
from bot.domain.escalation import Escalation
from bot.domain.facts import VisitKind
from bot.domain.visit import Visit, VisitState
from tests.bot.domain.alarms import FIRST, LADDER, STAFF
from tests.bot.domain.rules import COVERED, END_AT, ROSTER, refused
from tests.contract.making import MINUTE, T0

ENDED = replace(COVERED, state=VisitState.ENDED)
HOMEWARD = replace(COVERED, kind=VisitKind.WAY_HOME)
PAIR = replace(COVERED, companions=("per_cleo",))
OVER = replace(FIRST, closed_at=T0)


def test_what_was_filled_in_is_read_without_the_space_around_it() -> None:
    form = {"number": " 07700 900123 ", "safe_to_ring": "no", "risks": "  ", "other": "x"}
    assert details.read_parts(form) == {Part.NUMBER: "07700 900123", Part.SAFE: "no"}


@pytest.mark.parametrize("part", [part for part in Part if part not in (Part.SAFE, Part.NUMBER)])
def test_each_part_has_its_limit(part: Part) -> None:
    most = LIMITS[part]
    assert details.read_parts({part.value: "x" * most}) == {part: "x" * most}
    assert refused(lambda: details.read_parts({part.value: "x" * (most + 1)})) == (
        "detail_too_long",
        {"limit": f"{most:,}"},
    )


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ({}, "details_empty"),
        ({"address": " "}, "details_empty"),
        ({"address": "1 High St\ud800"}, "old_button"),
        ({"risks": "a dog\udfff"}, "old_button"),
        ({"safe_to_ring": "may"}, "old_button"),
        ({"number": "the neighbour"}, "number_unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(
    form: dict[str, str], key: str
) -> None:
    assert refused(lambda: details.read_parts(form)) == (key, {})


@pytest.mark.parametrize("beside", ["\ud7ff", "\ue000"])
def test_whole_characters_beside_the_half_ones_are_kept(beside: str) -> None:
    assert details.read_parts({"say": "", "risks": beside}) == {Part.RISKS: beside}


@pytest.mark.parametrize(
    ("sealed", "given", "kept"),
    [
        ((), (Part.RISKS, Part.ADDRESS), ("address", "risks")),
        (("address",), (Part.RISKS,), ("address", "risks")),
        (
            ("address", "number", "safe_to_ring", "who_may_answer", "what_to_say"),
            (Part.SAFE, Part.NUMBER),
            ("address", "number", "safe_to_ring"),
        ),
        (
            ("number", "safe_to_ring", "who_may_answer"),
            (Part.SAY,),
            ("number", "safe_to_ring", "who_may_answer", "what_to_say"),
        ),
    ],
    ids=["in their order", "besides what is there", "a new number", "another word of it"],
)
def test_a_new_number_keeps_no_answers_of_the_one_before(
    sealed: tuple[str, ...], given: tuple[Part, ...], kept: tuple[str, ...]
) -> None:
    decision = details.seal(replace(COVERED, sealed=sealed), given, by="per_alice")
    assert decision == VisitDecision((Recorded(DetailsSealed(kept), by="per_alice"),))


@pytest.mark.parametrize(
    ("seen", "by", "key"),
    [
        (COVERED, "per_bob", "not_for_you"),
        (ENDED, "per_alice", "visit_over"),
        (HOMEWARD, "per_alice", "old_button"),
        (COVERED, "per_alice", "safe_to_ring_missing"),
    ],
)
def test_only_the_worker_gives_them_for_a_visit_and_whole(seen: Visit, by: str, key: str) -> None:
    assert refused(lambda: details.seal(seen, (Part.NUMBER,), by=by)) == (key, {})


def test_somebody_named_can_open_the_address_until_the_end() -> None:
    between = replace(COVERED, goes_on_until=END_AT + MINUTE)
    assert details.vouch(between, by="per_cem", roster=ROSTER) == VisitDecision(
        (Recorded(AddressVouched("per_cem", END_AT + MINUTE), by="per_cem"),)
    )


@pytest.mark.parametrize(
    ("seen", "by", "key"),
    [
        (PAIR, "per_cleo", "at_the_scene"),
        (COVERED, "per_zoe", "not_asked_team"),
        (ENDED, "per_bob", "visit_over"),
        (HOMEWARD, "per_bob", "old_button"),
    ],
)
def test_nobody_else_vouches_for_it(seen: Visit, by: str, key: str) -> None:
    assert refused(lambda: details.vouch(seen, by=by, roster=ROSTER)) == (key, {})


def sheet(by: str, seen: Visit = PAIR, alarm: Escalation = FIRST) -> None:
    details.may_see_sheet(by, seen, alarm, ROSTER)


def test_the_999_sheet_is_for_those_who_may_answer_while_it_is_open() -> None:
    sheet("per_maya")
    assert refused(lambda: sheet("per_maya", alarm=OVER)) == ("alarm_over", {})
    assert refused(lambda: sheet("per_alice")) == ("own_visit", {})
    assert refused(lambda: sheet("per_cleo")) == ("at_the_scene", {})
    assert refused(lambda: sheet("per_zoe")) == ("not_asked_team", {})


def test_without_an_alarm_it_is_for_the_team_until_the_visit_is_over() -> None:
    details.may_see_sheet_of("per_cem", PAIR, ROSTER)
    for seen, by, key in (
        (ENDED, "per_cem", "visit_over"),
        (PAIR, "per_cleo", "at_the_scene"),
        (PAIR, "per_zoe", "not_asked_team"),
    ):
        assert refused(lambda: details.may_see_sheet_of(by, seen, ROSTER)) == (key, {})  # noqa: B023


CHARGED = replace(FIRST, asked=(), charge="per_cem")


@pytest.mark.parametrize(
    ("who", "alarms", "found"),
    [
        ("per_bob", (OVER, FIRST), FIRST),
        ("per_cem", (FIRST, CHARGED), CHARGED),
        ("per_cem", (FIRST,), None),
        ("per_bob", (OVER,), None),
        ("per_bob", (replace(FIRST, visit_id="vis_9"),), None),
        ("per_cleo", (replace(FIRST, asked=("per_cleo",)),), None),
        ("per_alice", (replace(FIRST, charge="per_alice"),), None),
    ],
    ids=["asked", "in charge", "neither", "over", "of another visit", "along", "the worker"],
)
def test_details_open_by_the_open_alarm_that_somebody_answers(
    who: str, alarms: tuple[Escalation, ...], found: Escalation | None
) -> None:
    assert details.responds(who, PAIR, alarms) is found


@pytest.mark.parametrize(
    ("who", "seen", "reason", "key"),
    [
        ("per_bob", COVERED, "why", "not_for_you"),
        ("per_maya", replace(COVERED, companions=("per_maya",)), "why", "not_for_you"),
        ("per_maya", ENDED, "why", "visit_over"),
        ("per_maya", COVERED, "  ", "reason_missing"),
    ],
    ids=["nobody up the line", "at the scene", "over", "no reason"],
)
def test_a_manager_opens_them_with_a_reason(who: str, seen: Visit, reason: str, key: str) -> None:
    def opens(who: str, seen: Visit, reason: str) -> None:
        details.may_open_with_reason(who, seen, reason, roster=STAFF, policy=LADDER)

    for manager in ("per_maya", "per_hana"):
        opens(manager, COVERED, "why")
    assert refused(lambda: opens(who, seen, reason)) == (key, {})


@pytest.mark.parametrize("ring", list(Ring))
def test_only_a_plain_yes_or_nothing_at_all_lets_the_number_be_rung(ring: Ring) -> None:
    assert ring.skips is (ring in (Ring.UNSAFE, Ring.NO_NUMBER, Ring.LOST))
