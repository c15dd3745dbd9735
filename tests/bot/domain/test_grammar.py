"""What people type, read as sentences: what it means, and what is said when it cannot be followed."""

from __future__ import annotations

import inspect
import re
import string
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import (
    authority,
    details,
    duty,
    grammar_asked,
    grammar_duty,
    grammar_extend,
    grammar_extras,
    grammar_left,
    grammar_note,
    grammar_plan,
    grammar_refs,
    grammar_start,
    grammar_text,
    handover,
    late_words,
    presses,
    response,
    standing_down,
    times,
    watching,
)
from bot.domain import grammar as module
from bot.domain import intents as i
from bot.domain.errors import UserMistake
from bot.domain.grammar import parse
from bot.domain.grammar_refs import example_ref
from bot.domain.intents import Arrived, Board, Cancel, CheckIn, Done, Extend, Help, Start, Status
from bot.service import day_cover, handling, in_private, leave, opening, people
from bot.service import details as private
from bot.service import duty as duty_services
from bot.service import wellbeing as wellbeing_service
from bot.service.wording.mistakes import REPAIR, SENTENCES

LONDON = ZoneInfo("Europe/London")
PATTERNS = (r"CASE\d{3}", r"[A-Z]{2} \d{4}")
PARSE = partial(parse, zone=LONDON, patterns=PATTERNS, handles={"ben": "ben"})
NOON = "2026-12-02T13:30"  # a Wednesday in winter: London is on UTC


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(text: str, now: str = NOON, *, channel: bool = False) -> i.Intent | None:
    return PARSE(text, now=utc(now), in_channel=channel)


def refused(text: str, now: str = NOON, *, channel: bool = False) -> UserMistake:
    with pytest.raises(UserMistake) as caught:
        read(text, now, channel=channel)
    return caught.value


def visit(start: str, end: str, ref: str = "CASE123") -> Start:
    start_at, end_at = (utc(one if "T" in one else NOON[:11] + one) for one in (start, end))
    return Start(start_at, end_at, ref)


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("start now 45m CASE123", "13:30", "14:15"),
        ("start now for 45 minutes CASE123", "13:30", "14:15"),
        ("start 45m CASE123", "13:30", "14:15"),
        ("start 14:00-15:00 CASE123", "14:00", "15:00"),
        ("Start 14:00 to 15:00 case123.", "14:00", "15:00"),
        ("START 14.00 – 15.00 CASE 123", "14:00", "15:00"),
        ("/visit start 1400-1500 CASE123!", "14:00", "15:00"),
        ("visit start visit 14:00—15:00 CASE123 👍🏽", "14:00", "15:00"),
        ("/start from 2pm until 3pm for CASE123", "14:00", "15:00"),
        ("start\u00a02-3pm\u200b CASE123", "14:00", "15:00"),
        ("start １４:００-１５:００ CASE123", "14:00", "15:00"),
        ("start 11-2pm CASE123", "11:00", "14:00"),
        ("start 2pm for 1h CASE123", "14:00", "15:00"),
        ("start 14:00 45m CASE123", "14:00", "14:45"),
        ("start 14:00+1h30 CASE123", "14:00", "15:30"),
        ("start CASE123 14:00-15:00", "14:00", "15:00"),
        ("start CASE123 now 45m", "13:30", "14:15"),
        ("start now until 15:00 CASE123", "13:30", "15:00"),
        ("start until 3pm, CASE123", "13:30", "15:00"),
        ("start 13:00-13:31 CASE123", "13:00", "13:31"),
        ("start 06:00-20:00 CASE123", "06:00", "20:00"),
        ("start 22:30-00:30 CASE123", "22:30", "2026-12-03T00:30"),
        ("start 20:00-08:00 CASE123", "20:00", "2026-12-03T08:00"),
        ("start 23:00-midnight CASE123", "23:00", "2026-12-03T00:00"),
        ("start midnight-00:30 CASE123", "2026-12-03T00:00", "2026-12-03T00:30"),
        ("start 14:00 24h CASE123", "14:00", "2026-12-03T14:00"),
    ],
)
def test_a_visit_is_started_however_it_is_written(typed: str, start: str, end: str) -> None:
    assert read(typed) == visit(start, end)


def test_a_reference_may_have_a_space_of_its_own() -> None:
    assert read("start ab 1234 14:00 45m") == visit("14:00", "14:45", "AB 1234")
    assert read("start 14:00 45m AB 1234") == visit("14:00", "14:45", "AB 1234")


def test_whoever_types_a_range_past_midnight_means_the_one_under_way() -> None:
    last_night = visit("22:30", "2026-12-03T00:30")
    assert read("start 22:30-00:30 CASE123", "2026-12-03T00:10") == last_night
    tonight = visit("2026-12-03T22:30", "2026-12-04T00:30")
    assert read("start 22:30-00:30 CASE123", "2026-12-03T00:30") == tonight


def test_now_is_in_whole_seconds() -> None:
    now = utc(NOON).replace(second=7, microsecond=999)
    found = parse(
        "start now 45m CASE123", now=now, zone=LONDON, patterns=PATTERNS, in_channel=False
    )
    assert isinstance(found, Start)
    assert found.start_at == now.replace(microsecond=0)


@pytest.mark.parametrize(
    ("typed", "now", "start", "end"),
    [
        ("00:30-01:30", "2026-03-28T23:00", "", ""),
        ("00:30-01:30", "2026-03-29T00:10", "2026-03-29T00:30", "2026-03-29T01:00"),
        ("01:30-02:30", "2026-03-29T00:10", "2026-03-29T01:00", "2026-03-29T01:30"),
        ("00:30 1h", "2026-03-29T00:10", "2026-03-29T00:30", "2026-03-29T01:30"),
        ("00:30-01:30", "2026-10-24T23:10", "2026-10-24T23:30", "2026-10-25T00:30"),
        ("01:10-01:50", "2026-10-25T00:00", "2026-10-25T00:10", "2026-10-25T00:50"),
        ("01:10-01:50", "2026-10-25T01:00", "2026-10-25T01:10", "2026-10-25T01:50"),
        ("01:10-02:10", "2026-10-24T23:10", "2026-10-25T00:10", "2026-10-25T02:10"),
    ],
)
def test_on_the_nights_the_clocks_change(typed: str, now: str, start: str, end: str) -> None:
    if not start:
        assert refused(f"start {typed} CASE123", now).key == "times_passed"
    else:
        assert read(f"start {typed} CASE123", now) == visit(start, end)


@pytest.mark.parametrize(
    ("typed", "key", "suggestion"),
    [
        ("start 12:00-13:30 CASE123", "times_passed", "start now 1h30m CASE123"),
        ("start 2-3 CASE123", "times_passed", "start 14:00-15:00 CASE123"),
        ("start 15:00-14:00 CASE123", "end_before_start", "start 14:00-15:00 CASE123"),
        ("start 14:00-3 CASE123", "end_before_start", "start 14:00-15:00 CASE123"),
        ("start 20:00-08:01 CASE123", "end_before_start", "start 08:01-20:00 CASE123"),
        ("start now until 13:30 CASE123", "end_before_start", None),
        ("start 14:00-14:00 CASE123", "same_times", None),
        ("start 14:00-15:00 CASE123 please", "extra_words", "start 14:00-15:00 CASE123"),
        ("start now 45 CASE123", "end_missing", "start now 45m CASE123"),
        ("start 1h CASE123", "end_missing", "start now 1h CASE123"),
        ("start 14:00 CASE123", "end_missing", None),
        ("start now CASE123", "end_missing", None),
        ("start CASE123", "times_missing", None),
        ("start", "times_missing", None),
        ("start 14:00-15:00", "case_ref_missing", None),
        ("start 14:00-15:00 Mrs Smith", "case_ref_unknown_form", None),
        ("start 14:00-15:00 12 Elm Road", "case_ref_unknown_form", None),
        ("start 14:6x-15:00 CASE123", "time_unreadable", None),
        ("start 25:00-26:00 CASE123", "time_unreadable", None),
        ("start 14:00-1x:00 CASE123", "time_unreadable", None),
        ("start now 0m CASE123", "duration_not_positive", None),
        ("start now 25h CASE123", "duration_too_long", None),
        ("sart now 45m CASE123", "not_understood", "start now 45m CASE123"),
        ("extend", "extend_missing", None),
        ("extend 0", "duration_not_positive", None),
        ("extend -30m", "duration_not_positive", None),
        ("extend 24h 1m", "duration_too_long", None),
        ("extend 1545", "duration_unclear", "extend until 15:45"),
        ("extend 241", "duration_unclear", "extend until 14:41"),
        ("extend 271", "duration_unclear", None),
        ("extend until 3", "which_half", "extend until 15:00"),
        ("extend until 25:00", "time_unreadable", None),
        ("extend 30m please", "extra_words", "extend 30m"),
        ("extend 30m CASE99", "case_ref_unknown_form", None),
        ("done Smith", "extra_words", None),
        ("done CASE99", "case_ref_unknown_form", None),
        ("status now", "extra_words", "status"),
        ("arived", "not_understood", "arrived"),
        ("help me start", "not_understood", None),
        ("not ok", "not_understood", None),
        ("ok?", "not_understood", None),
        ("", "not_understood", None),
        ("👍", "not_understood", None),
        ("a" * 20_000, "not_understood", None),
    ],
)
def test_a_refusal_offers_a_repair_where_one_is_clear(
    typed: str, key: str, suggestion: str | None
) -> None:
    mistake = refused(typed)
    assert (mistake.key, mistake.fields.get("suggestion")) == (key, suggestion)
    prefix = "visit "
    mistake = refused(prefix + typed, channel=True) if typed not in {"", "👍"} else mistake
    assert mistake.key == key


def test_in_spring_a_range_that_does_not_exist_is_offered_an_hour_later() -> None:
    mistake = refused("start 01:10-01:50 CASE123", "2026-03-29T00:10")
    assert mistake.key == "times_skipped"
    assert mistake.fields["suggestion"] == "start 02:10-02:50 CASE123"


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("extend 30m", Extend(by=timedelta(minutes=30))),
        ("extend 30", Extend(by=timedelta(minutes=30))),
        ("extend by 1h30 case123", Extend(by=timedelta(minutes=90), case_ref="CASE123")),
        ("extend CASE123 1", Extend(by=timedelta(minutes=1), case_ref="CASE123")),
        ("extend 240", Extend(by=timedelta(minutes=240))),
        ("extend 24h", Extend(by=timedelta(hours=24))),
        ("+15", Extend(by=timedelta(minutes=15))),
        ("+15m CASE123", Extend(by=timedelta(minutes=15), case_ref="CASE123")),
        ("extend until 15:45", Extend(until=utc("2026-12-02T15:45"))),
        ("Extend to 3.45pm", Extend(until=utc("2026-12-02T15:45"))),
        ("extend 15:45", Extend(until=utc("2026-12-02T15:45"))),
        ("continuing until 15:45", Extend(until=utc("2026-12-02T15:45"))),
        ("until 15:45", Extend(until=utc("2026-12-02T15:45"))),
        ("extend until 13:30", Extend(until=utc("2026-12-03T13:30"))),
        ("arrived", Arrived()),
        ("I’m here", Arrived()),
        ("ok", CheckIn()),
        ("Okay!", CheckIn()),
        ("all well", CheckIn()),
        ("I’m OK.", CheckIn()),
        ("fine 🙂", CheckIn()),
        ("ok, case123", CheckIn(case_ref="CASE123")),
        ("done", Done()),
        ("I've left CASE123", Done(case_ref="CASE123")),
        ("cancel CASE123", Cancel(case_ref="CASE123")),
        ("status?", Status()),
        ("board", Board()),
        ("help", Help()),
        ("?", Help()),
        ("visit", i.Form()),
        ("/visit", i.Form()),
        ("visit?", Help()),
    ],
)
def test_a_word_is_enough(typed: str, intent: i.Intent) -> None:
    assert read(typed) == intent
    if not typed.lower().lstrip("/").startswith("visit"):
        assert read(f"Visit {typed}", channel=True) == intent


def test_extending_past_midnight_means_tomorrow() -> None:
    assert read("extend until 00:15", "2026-12-02T23:50") == Extend(until=utc("2026-12-03T00:15"))


@pytest.mark.parametrize(
    "typed",
    ["ok", "done", "/start now 45m CASE123", "visiting mum", "visit's off", "Anyone in?", ""],
)
def test_in_a_channel_people_talk_among_themselves(typed: str) -> None:
    assert read(typed, channel=True) is None
    assert read(typed + " " + "x" * 500, channel=True) is None


def test_in_a_channel_a_long_text_to_the_bot_is_answered() -> None:
    assert refused("visit " + "x" * 500, channel=True).key == "not_understood"
    assert refused("x" * 301).key == "not_understood"


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        (r"CASE[0-9]{3}", "CASE123"),
        (r"[A-Z]{2}\d{6}", "AB123456"),
        (r"LAS-?\d+", "LAS123"),
        (r"(?:AB|CD)/\d{4,6}", "AB/1234"),
        (r"\d{7}", "1234567"),
        (r"[a-z]{2} \d{3,}", "AB 123"),
        (r"(?=x)y", "CASE123"),
    ],
)
def test_an_example_is_made_from_the_teams_pattern(pattern: str, made: str) -> None:
    assert example_ref((pattern,)) == made


def test_a_reference_has_a_longest_length() -> None:
    def done(size: int) -> i.Intent | None:
        text = f"done {'9' * size}"
        return parse(text, now=utc(NOON), zone=LONDON, patterns=(r"\d+",), in_channel=False)

    assert done(40) == Done(case_ref="9" * 40)
    with pytest.raises(UserMistake, match="case_ref_unknown_form"):
        done(41)


# --- for any text ----------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        "start",
        "now",
        "extend",
        "until",
        "to",
        "for",
        "visit",
        "/visit",
        "ok",
        "done",
        "left",
        "+15",
        "-30",
        "45m",
        "1h",
        "1h30",
        "30",
        "1400",
        "14:00",
        "2pm",
        "3",
        "9-5",
        "noon",
        "midnight",
        "24:00",
        "25:00",
        "14:6x",
        "14:00-15:00",
        "22:30-00:30",
        "15:00-14:00",
        "CASE123",
        "AB",
        "1234",
        "Zebedee",
        "?",
        "help",
        "status",
        *".-👍",
    ]
)
LINES = st.lists(WORDS | st.text(string.printable, max_size=6), max_size=8).map(" ".join)
TYPED = st.text(max_size=320) | LINES | LINES.map("start {}".format) | LINES.map("extend {}".format)
MOMENTS = st.sampled_from(
    [
        NOON,
        "2026-12-02T00:05",
        "2026-12-02T23:50",
        "2026-03-29T00:30",
        "2026-10-25T00:30",
        "2026-10-25T01:30",
    ]
)


def answer(typed: str, now: str, *, channel: bool = False) -> i.Intent | UserMistake | None:
    try:
        return read(typed, now, channel=channel)
    except UserMistake as mistake:
        return mistake


@given(TYPED, MOMENTS, st.booleans())
@example("start 01:10-01:50 CASE123", "2026-03-29T00:30", True)
@example("heard", NOON, False)
def test_whatever_is_typed_is_understood_or_answered_with_a_form_that_is(
    typed: str, now: str, channel: bool
) -> None:
    found = answer(f"visit {typed}" if channel else typed, now, channel=channel)
    if isinstance(found, UserMistake):
        for shown in (found.fields["form"], found.fields.get("suggestion")):
            assert shown is None or read(shown, now, channel=channel) is not None
        assert "zebedee" not in str(dict(found.fields)).lower()
        assert SENTENCES[found.key].format(**found.fields)
    if isinstance(found, Start):
        assert found.start_at < found.end_at
        assert found.end_at > utc(now)
    if isinstance(found, Extend):
        assert (found.by is None) != (found.until is None)
        assert found.until is None or found.until > utc(now)


@given(st.integers(0, 1439), st.integers(1, 720), MOMENTS)
def test_a_range_lasts_as_long_as_the_wall_says_or_is_refused(
    start: int, lasts: int, now: str
) -> None:
    end = times.WallTime((start + lasts) % 1440)
    found = answer(f"start {times.WallTime(start)}-{end} CASE123", now)
    if isinstance(found, UserMistake):
        assert found.key in {"times_passed", "times_skipped", "end_before_start"}
    else:
        assert isinstance(found, Start)
        # An hour more or less where the clocks change in between.
        assert abs(found.end_at - found.start_at - timedelta(minutes=lasts)) <= timedelta(hours=1)


# --- the sentences ---------------------------------------------------------------------------------

RAISING = [
    *(day_cover, in_private, leave, module, grammar_asked, grammar_extend, grammar_note),
    grammar_extras,
    grammar_left,
    grammar_plan,
    grammar_refs,
    grammar_start,
    grammar_text,
    presses,
    times,
    details,
    authority,
    duty,
    duty_services,
    grammar_duty,
    people,
    watching,
    handover,
    opening,
    private,
    handling,
    response,
    late_words,
    standing_down,
    wellbeing_service,
]
LEADS = [
    "pairs_only",
    "pairs_only_plan",
    *(f"rating_{what}" for what in ("alone", "alone_plan", "plan", "daylight", "dark", "before")),
    *(f"rating_{what}" for what in ("which", "assessed", "checked", "where", "building", "device")),
    *("not_yours_to_mark", "along_whom", "case_ref_missing", "note_whose", "rating_training"),
    "buddy_out",
    "stand_in_out",
    "reach_missing",
    "stand_in_whom",
    "heard_late",
    "not_left",
    "no_visit",
    "unsure_no_visit",
    "agreement_over",
    "not_yours_to_agree",
    "which_visit",
    "already_accepted",
    "own_visit",
    "not_asked_team",
    "visit_over",
    "alarm_over",
    "charge_taken",
    "extend_too_long",
    *("extend_backwards", "extend_past", "desk_who", "desk_name", "desk_none"),
    "already_extended",
    "visit_too_long",
    "overlaps",
    "stale_step",
    "not_in_charge",
    "cannot_cancel_late",
    "unknown_sender",
    "old_button",
    "not_for_you",
    "edit_ignored",
    "at_the_scene",
    "already_in",
    "not_with_you",
    "companion_self",
    "companion_late",
    "home_but_out",
    "plan_overlaps_visit",
    "drill_visit",
    "drill_over",
    *("stay_overdue", "stay_changed", "by_text"),
]


def test_every_key_that_can_be_raised_has_a_sentence() -> None:
    source = "".join(inspect.getsource(one) for one in RAISING)
    keys = set(re.findall(r'(?:UserMistake|\.mistake)\(\s*"(\w+)"', source))
    keys |= set(
        re.findall(
            r'"(\w+_too_long|time_unreadable|extra_words|case_ref_\w+|extend_missing)"', source
        )
    )
    besides = r'"(rating_twice|companion_un\w+|outsider_private|place_private|back_unclear)"'
    keys |= set(re.findall(besides, source))
    assert len(keys) > 15
    assert keys | set(LEADS) == set(SENTENCES)


def test_every_sentence_formats_and_is_short() -> None:
    names = ["form", "help", "suggestion", "limit", "name", "at", "end_at", "case", "cases", "say"]
    names += ["until", "role", "who", "command", "line", "rated", "one", "two"]
    fields = dict.fromkeys(names, "<>")
    for sentence in (*SENTENCES.values(), REPAIR):
        said = sentence.format(**fields)
        assert "{" not in said
        assert len(said) < 260
        assert "enter " not in said.lower()
