"""The Waltham Forest pack: its values, and that each says where it comes from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.people import Role
from bot.domain.policy import Audience, Policy, Task
from bot.packs.loader import load_pack

MINUTE = timedelta(minutes=1)
BUDDY, COVER = Audience.BUDDY, Audience.COVER
MANAGER, HEAD = Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE


@pytest.fixture
def pack() -> Policy:
    return load_pack("waltham-forest", None, {})


def test_f6_overdue_fifteen_minutes_after_the_end(pack: Policy) -> None:
    assert pack.overdue_after == 15 * MINUTE
    assert pack.sources["visit.overdue_after"].clause == "F6"


def test_f6_the_mobile_then_the_resident_then_the_police(pack: Policy) -> None:
    assert [(step.id, step.task, step.audience) for step in pack.ladder] == [
        ("mobile", Task.CALL_MOBILE, (BUDDY,)),
        ("resident", Task.CALL_RESIDENT, (BUDDY, COVER, MANAGER)),
        ("police", Task.DIAL_999, (BUDDY, COVER, MANAGER, HEAD)),
    ]
    assert [step.clause for step in pack.ladder] == ["F6", "F6", "F6, F11"]


def test_f1_a_visit_without_an_officer_goes_to_the_manager(pack: Policy) -> None:
    assert [(step.id, step.task, step.audience) for step in pack.uncovered] == [
        ("manager", Task.FIND_COVER, (MANAGER,)),
        ("head", Task.FIND_COVER, (MANAGER, HEAD)),
    ]


def test_what_a_start_needs_is_in_the_source(pack: Policy) -> None:
    assert pack.address_needed
    assert pack.sources["start.address"].clause == "F2"
    assert pack.phone_charged
    assert pack.sources["start.phone_charged"].clause == "F13"
    assert "Phone charged" in pack.checklist
    assert pack.confirm_before == 15 * MINUTE


def test_what_the_source_does_not_give_is_assumed_with_a_reason(pack: Policy) -> None:
    values = (
        pack.cover_ask_wait,
        pack.cover_alarm_after,
        pack.reminder_before,
        pack.extension_longest,
        pack.check_in_extends,
        pack.visit_longest,
        pack.charge_for,
        pack.repeat_every,
        pack.late_contact_wait,
    )
    assert [value / MINUTE for value in values] == [2, 5, 10, 60, 15, 720, 10, 5, 10]
    assert pack.private_from_no_answer
    for key, source in pack.sources.items():
        assert source.clause or len(source.assumed or "") > 40, key
