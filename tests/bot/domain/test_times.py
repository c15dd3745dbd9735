"""What people write about time, and what the clocks of a year do to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import times

LONDON = ZoneInfo("Europe/London")
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)
NOW = datetime(2026, 12, 2, 13, 30, tzinfo=UTC)

INSTANTS = st.integers(946_684_800_000_000, 4_000_000_000_000_000).map(
    lambda micros: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("14:00", "14:00"),
        ("14.00", "14:00"),
        ("1400", "14:00"),
        ("930", "09:30"),
        ("9", "09:00"),
        ("2pm", "14:00"),
        ("2.30pm", "14:30"),
        ("2:30 p.m.", "14:30"),
        ("14h30", "14:30"),
        ("1am", "01:00"),
        ("1pm", "13:00"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("noon", "12:00"),
        ("midnight", "24:00"),
        ("24:00", "24:00"),
        ("23:59", "23:59"),
        ("00:00", "00:00"),
    ],
)
def test_a_time_is_read_however_it_is_written(typed: str, shown: str) -> None:
    assert str(times.read_clock(typed)) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "24:01",
        "25:00",
        "14:60",
        "14:6x",
        "1x:00",
        "13pm",
        "0am",
        "",
        "-1",
        "14:0",
        "noonish",
        "١٤:٠٠",
    ],
)
def test_what_is_not_surely_a_time_is_none(typed: str) -> None:
    assert times.read_clock(typed) is None


@pytest.mark.parametrize(
    ("typed", "loose"),
    [("1", True), ("12:30", True), ("0", False), ("13", False), ("03:00", False), ("3pm", False)],
)
def test_an_hour_is_loose_when_the_other_half_of_the_day_may_be_meant(
    typed: str, loose: bool
) -> None:
    wall = times.read_clock(typed)
    assert wall is not None
    assert wall.loose is loose


@pytest.mark.parametrize(
    ("typed", "half"),
    [("2pm", times.Half.PM), ("2 a.m.", times.Half.AM), ("2", None), ("14", None)],
)
def test_the_half_of_the_day_is_kept_when_it_was_said(typed: str, half: times.Half | None) -> None:
    wall = times.read_clock(typed)
    assert wall is not None
    assert wall.half is half


@pytest.mark.parametrize(("minutes", "other"), [(0, 720), (90, 810), (719, 1439), (720, 0)])
def test_the_other_half_is_twelve_hours_away(minutes: int, other: int) -> None:
    assert times.WallTime(minutes, loose=True).other_half() == times.WallTime(other)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("45m", 45),
        ("45 min", 45),
        ("45mins", 45),
        ("1 minute", 1),
        ("1h", 60),
        ("2 hrs", 120),
        ("1h30", 90),
        ("1h05", 65),
        ("1h30m", 90),
        ("1 hour and 30 minutes", 90),
        ("1.5h", 90),
        ("1,25 hours", 75),
        ("half an hour", 30),
        ("0m", 0),
        ("25h", 1500),
    ],
)
def test_a_duration_is_read_however_it_is_written(typed: str, minutes: int) -> None:
    assert times.read_duration(typed) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "typed", ["90", "", "h", "m", "1h3", "1.5h 30m", "1.5m", "-5m", "45 miles", "1h 30"]
)
def test_what_is_not_surely_a_duration_is_none(typed: str) -> None:
    assert times.read_duration(typed) is None


@pytest.mark.parametrize(
    ("minutes", "comes_to"),
    [
        (59, "2026-03-29T00:59"),
        (60, "2026-03-29T01:00"),
        (90, "2026-03-29T01:00"),
        (120, "2026-03-29T01:00"),
    ],
)
def test_in_spring_a_time_in_the_gap_is_the_first_that_exists(minutes: int, comes_to: str) -> None:
    found = times.on_day(SPRING, minutes, LONDON)
    assert found == times.Instants((utc(comes_to),), moved=minutes in {60, 90})


@pytest.mark.parametrize(
    ("minutes", "comes_to"),
    [
        (59, ["2026-10-24T23:59"]),
        (60, ["2026-10-25T00:00", "2026-10-25T01:00"]),
        (119, ["2026-10-25T00:59", "2026-10-25T01:59"]),
        (120, ["2026-10-25T02:00"]),
    ],
)
def test_in_autumn_an_hour_comes_twice(minutes: int, comes_to: list[str]) -> None:
    assert times.on_day(AUTUMN, minutes, LONDON).at == tuple(map(utc, comes_to))


@pytest.mark.parametrize("minutes", range(60, 120))
def test_every_minute_of_the_gap_is_its_end_to_the_second(minutes: int) -> None:
    assert times.on_day(SPRING, minutes, LONDON).at == (utc("2026-03-29T01:00"),)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, date(2026, 7, 1)])
def test_twenty_four_oclock_ends_the_day(day: date) -> None:
    end = times.on_day(day, 1440, LONDON)
    assert end == times.on_day(day + timedelta(days=1), 0, LONDON)


@pytest.mark.parametrize(("day", "minutes"), [(SPRING, 90), (AUTUMN, 90), (date(2026, 7, 1), 600)])
def test_instants_are_in_utc_whatever_the_zone(day: date, minutes: int) -> None:
    assert {at.tzinfo for at in times.on_day(day, minutes, LONDON).at} == {UTC}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-07-01T22:59:59", date(2026, 7, 1)),
        ("2026-07-01T23:00", date(2026, 7, 2)),
        ("2026-12-01T23:59", date(2026, 12, 1)),
    ],
)
def test_a_day_begins_when_the_clock_on_the_wall_says_so(at: str, day: date) -> None:
    assert times.local_day(utc(at), LONDON) == day


def test_a_midnight_that_comes_twice_is_found_the_second_time_too() -> None:
    havana = ZoneInfo("America/Havana")
    first, second = utc("2026-11-01T04:00"), utc("2026-11-01T05:00")
    assert times.next_at(1440, after=first, zone=havana) == second


@pytest.mark.parametrize(
    ("after", "comes_to"),
    [
        ("2026-10-25T00:29", "2026-10-25T00:30"),
        ("2026-10-25T00:30", "2026-10-25T01:30"),
        ("2026-10-25T01:30", "2026-10-26T01:30"),
        ("2026-03-29T00:59", "2026-03-29T01:00"),
        ("2026-03-29T01:00", "2026-03-30T00:30"),
        ("2026-12-02T01:29", "2026-12-02T01:30"),
    ],
)
def test_the_next_half_past_one_is_the_earliest_that_lies_ahead(after: str, comes_to: str) -> None:
    assert times.next_at(90, after=utc(after), zone=LONDON) == utc(comes_to)


@given(
    INSTANTS, st.integers(0, 1440), st.sampled_from(["Europe/London", "Australia/Lord_Howe", "UTC"])
)
def test_the_next_such_time_is_later_and_near(after: datetime, minutes: int, name: str) -> None:
    found = times.next_at(minutes, after=after, zone=ZoneInfo(name))
    assert timedelta() < found - after <= timedelta(hours=26)


def test_a_whole_day_that_a_zone_skipped_moves_to_its_end() -> None:
    found = times.on_day(date(2011, 12, 30), 600, ZoneInfo("Pacific/Apia"))
    assert found == times.Instants((utc("2011-12-30T10:00"),), moved=True)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-12-02T15:00", "15:00"),
        ("2026-12-02T23:59:59", "23:59"),
        ("2026-12-03T00:00", "00:00 tomorrow"),
        ("2026-12-01T23:59", "23:59 yesterday"),
        ("2026-12-04T09:00", "09:00 on Fri 4 Dec"),
        ("2027-01-03T09:00", "09:00 on Sun 3 Jan 2027"),
        ("2026-10-25T00:30", "01:30 BST on Sun 25 Oct"),
        ("2026-10-25T01:30", "01:30 GMT on Sun 25 Oct"),
    ],
)
def test_a_time_is_said_with_its_day_unless_that_is_today(at: str, said: str) -> None:
    assert times.when(utc(at), now=NOW, zone=LONDON) == said


@pytest.mark.parametrize(
    ("seconds", "said", "typed"),
    [
        (2700, "45 minutes", "45m"),
        (5400, "1 hour 30 minutes", "1h30m"),
        (7200, "2 hours", "2h"),
        (61, "1 minute 1 second", "1m"),
        (1, "1 second", "1m"),
        (0, "0 minutes", "1m"),
        (-60, "0 minutes", "1m"),
        (90000, "25 hours", "25h"),
    ],
)
def test_a_duration_is_said_in_words(seconds: int, said: str, typed: str) -> None:
    span = timedelta(seconds=seconds)
    assert (times.in_words(span), times.compact(span)) == (said, typed)


@given(st.integers(1, 100_000))
def test_what_is_typed_for_a_duration_reads_as_that_duration(minutes: int) -> None:
    span = timedelta(minutes=minutes)
    assert times.read_duration(times.compact(span)) == span


@given(st.integers(0, 1440))
def test_what_is_shown_for_a_time_reads_as_that_time(minutes: int) -> None:
    found = times.read_clock(str(times.WallTime(minutes)))
    assert found is not None
    assert found.minutes == minutes


@given(st.text(max_size=60))
def test_reading_never_fails(text: str) -> None:
    times.read_clock(text)
    times.read_duration(text)


@given(INSTANTS)
def test_an_instant_comes_back_from_the_journal_as_it_was(at: datetime) -> None:
    found = times.from_iso(times.to_iso(at))
    assert found == at
    assert found.tzinfo is UTC


def test_the_journal_writes_utc_and_drops_only_empty_microseconds() -> None:
    summer = datetime(2026, 7, 1, 10, 0, tzinfo=LONDON)
    assert times.to_iso(summer) == "2026-07-01T09:00:00Z"
    assert times.to_iso(summer.replace(microsecond=5)) == "2026-07-01T09:00:00.000005Z"


@pytest.mark.parametrize("text", ["2026-07-01T09:00:00", "yesterday", ""])
def test_an_instant_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        times.from_iso(text)
    with pytest.raises(ValueError, match=r"^an instant needs a zone$"):
        times.from_iso("2026-07-01T09:00:00")
    with pytest.raises(ValueError, match=r"^an instant needs a zone$"):
        times.to_iso(datetime(2026, 7, 1))  # noqa: DTZ001 - the point of the test
