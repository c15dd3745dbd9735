"""What the worker's own words are worth once the alarm has begun (F6, F8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain import late_words
from bot.domain.closing import close, settle
from bot.domain.day_intents import ConfirmVoice
from bot.domain.decision import EscalationDecision, Recorded, VisitDecision
from bot.domain.escalation import Escalation
from bot.domain.intents import Answer, Outcome, Report
from bot.domain.message import Message, Priority
from bot.domain.notices import to_person
from bot.domain.policy import Policy
from bot.domain.visit import Visit
from tests.bot.domain.alarms import FIRST, HELD, ISO, LADDER, LATE, NOW, SECOND, STAFF, facts, said
from tests.bot.domain.rules import END_AT, refused
from tests.contract.making import MICROSECOND, MINUTE, T0

DUE = T0 + 5 * MINUTE
HOLDS = NOW + 12 * MINUTE
WROTE = replace(SECOND, late_contact_at=NOW, late_word="ok")


def writes(
    alarm: Escalation = SECOND,
    what: str = "ok",
    *,
    until: datetime | None = None,
    seen: Visit = LATE,
) -> EscalationDecision:
    return late_words.late_contact(
        alarm, what=what, until=until, visit=seen, policy=LADDER, now=NOW
    )


def test_a_word_ends_nothing_and_everybody_asked_so_far_is_told() -> None:
    decision = writes(until=END_AT)
    assert decision.facts == (
        Recorded(f.LateContactHeard("esc_1", "ok", HOLDS, END_AT), by="per_alice"),
    )
    assert decision.visit_facts == (Recorded(f.WroteLate("ok", END_AT), by="per_alice"),)
    assert said(decision) == [("ladder.late_contact", who) for who in ("per_bob", "per_maya")]
    assert decision.messages[0].fields == {"what": "ok", "at": ISO, "step": "1"}
    assert decision.messages[0].dedupe == f"esc_1:late:{ISO}:per_bob"


def test_whoever_has_charge_is_told_alone() -> None:
    assert said(writes(replace(SECOND, **HELD))) == [("ladder.late_contact", "per_bob")]


def test_nobody_at_the_scene_is_told() -> None:
    beside = replace(LATE, companions=("per_maya",))
    assert said(writes(seen=beside)) == [("ladder.late_contact", "per_bob")]


@pytest.mark.parametrize(
    ("changes", "what", "due_at"),
    [
        ({"due_at": DUE}, "ok", HOLDS),
        ({"due_at": HOLDS + MINUTE}, "ok", HOLDS + MINUTE),
        ({"due_at": None}, "ok", HOLDS),
        ({"due_at": None}, "unsure", NOW),
        ({"due_at": DUE}, "unsure", DUE),
        ({"due_at": DUE, "late_contact_at": T0}, "ok", DUE),
        (HELD, "ok", T0 + 10 * MINUTE),
    ],
    ids=["held", "later anyway", "not due", "unsure", "not due", "the second word", "in charge"],
)
def test_only_the_first_word_holds_the_ladder(
    changes: dict[str, Any], what: str, due_at: datetime
) -> None:
    (heard,) = facts(writes(replace(SECOND, **changes), what))
    assert isinstance(heard, f.LateContactHeard)
    assert heard.due_at == due_at


BY_VOICE = replace(LADDER, late_by_voice=True)
BY_WORD = replace(LADDER, late_by_voice=False)


@pytest.mark.parametrize(
    ("word", "accompanied", "policy", "enough"),
    [
        ("ok", False, BY_VOICE, True),
        ("done", False, BY_VOICE, True),
        ("ok", True, BY_VOICE, True),
        ("done", True, BY_VOICE, False),
        ("cancel", True, BY_VOICE, False),
        ("not_going_in", True, BY_VOICE, False),
        ("", False, BY_VOICE, False),
        ("unsure", False, BY_VOICE, False),
        ("ok", False, BY_WORD, False),
    ],
)
def test_one_tap_is_enough_where_nobody_has_to_say_who_is_out(
    word: str, accompanied: bool, policy: Policy, enough: bool
) -> None:
    alarm = replace(SECOND, late_word=word)
    assert late_words.confirmable(alarm, accompanied, policy) is enough


@pytest.mark.parametrize(
    ("until", "wished"),
    [
        (None, False),
        (NOW, False),
        (NOW + MICROSECOND, True),
        (NOW + 240 * MINUTE, True),
        (NOW + 240 * MINUTE + MICROSECOND, False),
    ],
)
def test_an_end_that_was_asked_for_counts_while_it_can_be(
    until: datetime | None, wished: bool
) -> None:
    alarm = replace(WROTE, late_until=until)
    assert late_words.wished(alarm, LADDER, NOW) == (until if wished else None)
    stays = until if wished else NOW + 20 * MINUTE
    assert late_words.stays_until(alarm, LADDER, NOW) == stays
    left = replace(alarm, late_word="done")
    assert late_words.stays_until(left, LADDER, NOW) is None


def confirm(
    alarm: Escalation = WROTE, by: str = "per_bob", word: str = "ok", seen: Visit = LATE
) -> EscalationDecision:
    intent = ConfirmVoice("esc_1", word)
    return late_words.confirm(
        alarm, intent, by=by, visit=seen, roster=STAFF, policy=BY_VOICE, now=NOW
    )


@pytest.mark.parametrize(
    ("word", "outcome", "until"),
    [("ok", Outcome.OVERRAN, NOW + 20 * MINUTE), ("done", Outcome.FORGOT, None)],
)
@pytest.mark.parametrize("held", [{}, HELD])
def test_once_somebody_has_heard_their_voice_it_is_so(
    word: str, outcome: Outcome, until: datetime | None, held: dict[str, Any]
) -> None:
    alarm = replace(WROTE, late_word=word, **held)
    heard = Report("esc_1", 1, Answer.VOICE_HEARD, outcome, until)
    closed = close(alarm, heard, by="per_bob", visit=LATE, policy=BY_VOICE, now=NOW)
    assert confirm(alarm, word=word) == closed


TAKEN = replace(WROTE, **{**HELD, "charge": "per_maya"})


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"by": "per_alice"}, ("own_visit", {})),
        ({"alarm": replace(WROTE, closed_at=NOW)}, ("alarm_over", {})),
        ({"alarm": TAKEN}, ("charge_taken", {"name": "Maya", "at": "2026-12-03T09:00:00Z"})),
        ({"alarm": replace(TAKEN, charge_at=None)}, ("charge_taken", {"name": "Maya", "at": ""})),
        ({"word": "done"}, ("late_changed", {})),
        ({"alarm": replace(WROTE, late_word=""), "word": ""}, ("late_changed", {})),
        (
            {
                "alarm": replace(WROTE, late_word="done"),
                "word": "done",
                "seen": replace(LATE, companions=("per_cleo",)),
            },
            ("late_changed", {}),
        ),
    ],
)
def test_nobody_confirms_what_is_not_so_any_more(
    more: dict[str, Any], refusal: tuple[str, dict[str, str]]
) -> None:
    assert refused(lambda: confirm(**more)) == refusal


@pytest.mark.parametrize(
    ("policy", "changes", "counts"),
    [
        (BY_WORD, {}, True),
        (BY_VOICE, {}, False),
        (BY_WORD, {"followed_up": True}, False),
        (BY_WORD, {"called_999": True}, False),
    ],
)
def test_their_own_word_counts_where_the_procedure_lets_it_and_nothing_was_found(
    policy: Policy, changes: dict[str, Any], counts: bool
) -> None:
    assert late_words.counts(replace(FIRST, **changes), policy) is counts


LEFT = VisitDecision(
    (Recorded(f.VisitEnded(), by="per_alice"),),
    (to_person(LATE, "per_bob", "visit.ended", Priority.INFORMATION, once="ended"),),
)
STAYS = VisitDecision((Recorded(f.Extended(NOW + MINUTE, True), by="per_alice"),), LEFT.messages)


def taken(
    decision: VisitDecision, alarm: Escalation = SECOND, policy: Policy = BY_WORD
) -> EscalationDecision | None:
    return late_words.taken_at_their_word(alarm, decision, visit=LATE, roster=STAFF, policy=policy)


@pytest.mark.parametrize(
    ("word", "asked", "outcome", "told"),
    [
        (LEFT, ("per_bob", "per_maya"), Outcome.FORGOT, ()),
        (LEFT, ("per_maya",), Outcome.FORGOT, LEFT.messages),
        (STAYS, ("per_bob", "per_maya"), Outcome.OVERRAN, STAYS.messages),
    ],
    ids=["left, and the buddy was asked", "left, and was not", "goes on"],
)
def test_an_alarm_that_closes_by_their_word_says_so_to_everybody_once(
    word: VisitDecision,
    asked: tuple[str, ...],
    outcome: Outcome,
    told: tuple[Message, ...],
) -> None:
    alarm = replace(SECOND, asked=asked)
    closed = settle(alarm, by="per_alice", outcome=outcome, visit=LATE)
    assert taken(word, alarm) == EscalationDecision(
        closed.facts, (*told, *closed.messages), word.facts
    )


AT_NIGHT = replace(BY_WORD, late_after=time(9, 59))


@pytest.mark.parametrize(
    ("word", "policy"),
    [
        (VisitDecision((Recorded(f.StayAsked(NOW), by="per_alice"),)), BY_WORD),
        (VisitDecision(), BY_WORD),
        (LEFT, AT_NIGHT),
    ],
    ids=["asks to stay", "changes nothing", "left late in the day"],
)
def test_otherwise_somebody_has_to_hear_them_all_the_same(
    word: VisitDecision, policy: Policy
) -> None:
    assert taken(word, policy=policy) is None


def test_whoever_goes_on_late_in_the_day_is_taken_at_their_word() -> None:
    assert taken(STAYS, policy=AT_NIGHT) is not None
