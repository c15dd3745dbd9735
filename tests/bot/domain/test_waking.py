"""What also takes the ways that wake, and its codes and references: read as people write them, never taken for a word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import reach
from bot.domain import waking
from bot.domain.message import Message, Priority, Secrecy, To
from tests.contract.making import MINUTE, T0, message

ASK = message(
    "esc_1:ask:per_bob",
    key="ladder.ask",
    priority=Priority.ESCALATION,
    fields={"step": "mobile", "place": "here"},
    visit_id="vis_1",
    escalation_id="esc_1",
)


@pytest.mark.parametrize(
    ("key", "priority", "wakes"),
    [
        ("ladder.ask", Priority.ESCALATION, True),
        ("duress.card", Priority.DURESS, True),
        ("duress.card", Priority.REMINDER, False),
        ("ladder.closed", Priority.ESCALATION, False),
        ("visit.reminder", Priority.REMINDER, False),
    ],
    ids=["an alarm", "a call for help", "a rehearsal", "its end", "a reminder"],
)
def test_only_what_asks_somebody_to_act_on_an_alarm_wakes(
    key: str, priority: Priority, wakes: bool
) -> None:
    assert waking.wakes(key, priority) is wakes


@pytest.mark.parametrize(
    ("asked", "at_once"),
    [
        (ASK, False),
        (replace(ASK, fields={"last": "yes"}), True),
        (replace(ASK, fields={"last": "no"}), False),
        (replace(ASK, key="duress.card", priority=Priority.DURESS), True),
        (replace(ASK, key="duress.closed", priority=Priority.DURESS), False),
        (replace(ASK, key="ladder.closed", fields={"last": "yes"}), False),
    ],
    ids=["a rung", "the last", "not the last", "a call for help", "its end", "the end of an alarm"],
)
def test_beside_the_chat_at_once_where_minutes_count(asked: Message, at_once: bool) -> None:
    assert waking.at_once(asked) is at_once


def test_what_wakes_says_who_is_asked_when_and_a_reference_and_no_more() -> None:
    assert waking.waking(ASK, now=T0 + MINUTE, since=T0) == Message(
        key="wake.alarm",
        to=To("north", "per_bob"),
        priority=Priority.ESCALATION,
        dedupe="esc_1:ask:per_bob:wake",
        fields={
            "of": "esc_1:ask:per_bob",
            "way": "",
            "at": "2026-12-03T09:01:00Z",
            "since": "2026-12-03T09:00:00Z",
            "reference": waking.reference_of("esc_1"),
            "step": "mobile",
        },
        visit_id="vis_1",
        escalation_id="esc_1",
        secrecy=Secrecy.RESPONDERS,
    )


def test_one_of_several_ways_has_a_message_of_its_own() -> None:
    by_text = waking.waking(replace(ASK, fields={}), now=T0, platform="sms")
    assert by_text.dedupe == "esc_1:ask:per_bob:wake:sms"
    assert by_text.fields["way"] == "sms"
    assert by_text.fields["since"] == by_text.fields["at"] == "2026-12-03T09:00:00Z"
    assert by_text.fields["step"] == ""


@pytest.mark.parametrize(
    ("escalation_id", "duress_id", "about"),
    [("esc_1", "dur_1", "dur_1"), ("esc_1", None, "esc_1"), (None, None, ASK.dedupe)],
)
def test_the_reference_is_that_of_what_it_is_about(
    escalation_id: str | None, duress_id: str | None, about: str
) -> None:
    asked = replace(ASK, escalation_id=escalation_id, duress_id=duress_id)
    woken = waking.waking(asked, now=T0)
    assert woken.fields["reference"] == waking.reference_of(about)
    assert (woken.escalation_id, woken.duress_id) == (escalation_id, duress_id)


@pytest.mark.parametrize("secrecy", list(Secrecy))
def test_of_an_outage_it_says_everything(secrecy: Secrecy) -> None:
    down = replace(ASK, key="platform.down", fields={"platform": "slack"}, secrecy=secrecy)
    woken = waking.waking(down, now=T0)
    assert (woken.key, woken.secrecy) == ("wake.down", secrecy)
    assert woken.fields["platform"] == "slack"


@given(st.binary(min_size=16, max_size=32))
def test_every_code_is_read_however_it_is_written(chance: bytes) -> None:
    code = waking.code_from(chance)
    for typed in (code, code.lower(), f" {code[:3]} {code[3:]}.", f"{code}!\n"):
        assert waking.code_in(typed) == code


@given(st.text(max_size=400))
def test_whatever_is_texted_is_read_without_harm(text: str) -> None:
    found = waking.code_in(text)
    assert found is None or len(found) == 6
    number = reach.number(text)
    assert number is None or reach.number(number) == number
    assert reach.refusal(text, {"+44"}) == "" or reach.refusal(text, {"+44"}).endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "arrived",
        "left",
        "+15",
        "home",
        "help now",
        "extend",
        "please",
        "I is O01",
        "2AAAA",
        "2AAAAAA",
    ],
)
def test_no_word_is_a_code(text: str) -> None:
    assert waking.code_in(text) is None


def test_a_reference_is_the_same_for_one_alarm_and_tells_nothing_of_it() -> None:
    one, other = waking.reference_of("e_1"), waking.reference_of("e_2")
    assert one == waking.reference_of("e_1") != other
    assert (len(one), len(other)) == (5, 5)
    assert one == "AZKJJ"  # the next version says the same: an alarm that is open is read out by it


def test_a_code_takes_sixteen_bytes_of_chance() -> None:
    chance = bytes(range(16))
    assert waking.code_from(chance) == waking.code_from(chance + b"more")
    assert waking.code_from(chance) != waking.code_from(bytes(16))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("+353850000000", "+353850000000"),
        ("COUNCIL", None),
        ("12", None),
        ("", None),
    ],
)
def test_a_number_is_written_as_between_countries(text: str, number: str | None) -> None:
    assert reach.number(text) == number
