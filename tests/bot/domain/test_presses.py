"""What a pressed button means; whatever comes back, the answer is an intent or a plain word to the person."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import intents as i
from bot.domain import presses
from bot.domain.errors import UserMistake

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 2, 14, 30, tzinfo=UTC)
END = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
SAFE = i.report_choice("esc_1", 2, i.Answer.REACHED_SAFE)


def read(choice: str, **fields: str) -> i.Intent:
    return presses.read(choice, fields, now=NOW, zone=LONDON)


def refused(choice: str, **fields: str) -> str:
    with pytest.raises(UserMistake) as caught:
        read(choice, **fields)
    return caught.value.key


@pytest.mark.parametrize(
    ("choice", "intent"),
    [
        (i.accept_choice("vis_1"), i.Accept("vis_1")),
        (i.done_choice("vis_1"), i.Done(visit_id="vis_1")),
        (i.ok_choice("vis_1"), i.CheckIn(visit_id="vis_1")),
        (i.cancel_choice("vis_1"), i.Cancel(visit_id="vis_1")),
        (i.charge_choice("esc_1"), i.TakeCharge("esc_1")),
        (
            i.extend_choice("vis_1", timedelta(minutes=15), END),
            i.Extend(by=timedelta(minutes=15), visit_id="vis_1", based_on=END),
        ),
        (
            i.report_choice("esc_1", 2, i.Answer.NO_ANSWER),
            i.Report("esc_1", 2, i.Answer.NO_ANSWER),
        ),
    ],
)
def test_a_button_means_what_it_was_made_from(choice: str, intent: i.Intent) -> None:
    assert read(choice) == intent


def test_reached_and_safe_carries_how_it_ended_and_a_note() -> None:
    assert read(SAFE, outcome="overran", note=" rang twice ") == i.Report(
        "esc_1", 2, i.Answer.REACHED_SAFE, outcome=i.Outcome.OVERRAN, note="rang twice"
    )


@pytest.mark.parametrize(
    ("typed", "minutes_ahead"),
    [
        ("15:45", 75),
        ("3.45pm", 75),
        ("until 15:45", 75),
        ("14:31", 1),
        ("14:30", 1440),
        ("00:15", 585),
    ],
)
def test_safe_and_staying_goes_on_until_the_next_such_time(typed: str, minutes_ahead: int) -> None:
    report = read(SAFE, until=typed)
    assert isinstance(report, i.Report)
    assert report.until == NOW + timedelta(minutes=minutes_ahead)


def test_999_carries_the_incident_number_as_typed() -> None:
    called = i.report_choice("esc_1", 2, i.Answer.CALLED_999)
    assert read(called, reference=" CAD 1234 / 2 Dec ", outcome="minor") == i.Report(
        "esc_1", 2, i.Answer.CALLED_999, reference="CAD 1234 / 2 Dec"
    )


def test_blanks_of_other_buttons_are_left_aside() -> None:
    no_answer = i.report_choice("esc_1", 0, i.Answer.NO_ANSWER)
    report = read(no_answer, outcome="minor", until="nonsense", reference="x", other="y")
    assert report == i.Report("esc_1", 0, i.Answer.NO_ANSWER)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, "outcome_missing"),
        ({"outcome": " ", "until": " "}, "outcome_missing"),
        ({"outcome": "eaten_by_bear"}, "old_button"),
        ({"until": "25:00"}, "time_unreadable"),
        ({"until": "3"}, "which_half"),
        ({"outcome": "minor", "note": "x" * 2001}, "note_too_long"),
        ({"outcome": "minor", "note": "\ud800"}, "old_button"),
    ],
)
def test_a_form_that_is_not_complete_is_answered_plainly(fields: dict[str, str], key: str) -> None:
    assert refused(SAFE, **fields) == key


def test_a_note_of_the_longest_length_is_kept_whole() -> None:
    report = read(SAFE, outcome="minor", note="x" * 2000)
    assert isinstance(report, i.Report)
    assert len(report.note) == 2000


def test_an_incident_number_has_a_longest_length() -> None:
    called = i.report_choice("esc_1", 2, i.Answer.CALLED_999)
    assert isinstance(read(called, reference="x" * 100), i.Report)
    assert refused(called, reference="x" * 101) == "reference_too_long"


@pytest.mark.parametrize(
    "choice",
    [
        "",
        "done",
        "done ",
        "done vis_1 vis_2",
        "dance vis_1",
        "done vis 1",
        "done vis'1",
        "extend vis_1 0 1",
        "extend vis_1 86401 1",
        "extend vis_1 -5 1",
        "extend vis_1 900 999999999999",
        "extend vis_1 ٩٠٠ 1",
        "extend vis_1 900",
        "report esc_1 -1 no_answer",
        "report esc_1 1 maybe",
        "report esc_1 1",
        "x" * 201,
    ],
)
def test_what_is_not_a_button_of_ours_is_an_old_one(choice: str) -> None:
    assert refused(choice) == "old_button"


def test_a_button_extends_by_a_day_at_most() -> None:
    assert isinstance(read("extend vis_1 86400 99999999999"), i.Extend)


WORDS = st.sampled_from(
    ["done", "extend", "report", "ok", "vis_1", "1", "900", "reached_safe", "called_999"]
)
CHOICES = st.text(max_size=250) | st.lists(WORDS | st.text(max_size=12), max_size=6).map(" ".join)
FIELDS = st.dictionaries(
    st.sampled_from(["outcome", "until", "note", "reference", "x"]),
    st.text(max_size=30) | st.sampled_from(["minor", "15:45", "3"]),
)


@given(CHOICES | st.just(SAFE), FIELDS)
def test_no_press_ever_breaks_anything(choice: str, fields: dict[str, str]) -> None:
    with contextlib.suppress(UserMistake):
        presses.read(choice, fields, now=NOW, zone=LONDON)
