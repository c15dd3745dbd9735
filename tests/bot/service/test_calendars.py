"""Reading a calendar file (K2): each kind of event, what repeats, and files that are broken."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service import calendars
from tests.scenarios.harness import LONDON

NOW = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
"""A Monday, 14:00 in London."""
PATTERNS = (r"CASE\d{3,8}",)


def event(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{crc32(repr(lines).encode())}", *lines, "END:VEVENT"))


def calendar(*events: str) -> bytes:
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", *events, "END:VCALENDAR", "")
    return "\r\n".join(whole).encode()


TOMORROW = event(
    "DTSTART;TZID=Europe/London:20260602T093000",
    "DTEND;TZID=Europe/London:20260602T101500",
    "SUMMARY:Home visit Mrs Walrus (case123)",
    "LOCATION:12 Hillside Road",
)
TODAY = event("DTSTART:20260601T150000Z", "DTEND:20260601T160000Z", "SUMMARY:CASE456")


def read(*events: str, days: int = 7) -> tuple[list[str], int]:
    found, others = calendars.read(
        calendar(*events),
        patterns=PATTERNS,
        zone=LONDON,
        since=NOW,
        until=NOW + timedelta(days=days),
    )
    return [
        f"{v.start_at.astimezone(LONDON):%d %H:%M}-{v.end_at.astimezone(LONDON):%H:%M} {v.case_ref}"
        for v in found
    ], others


def test_times_and_references_are_taken_by_their_starts() -> None:
    assert read(TOMORROW, TODAY) == (["01 16:00-17:00 CASE456", "02 09:30-10:15 CASE123"], 0)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("DTSTART:20260603T090000", "DTEND:20260603T100000"), ["03 09:00-10:00 CASE789"]),
        (("DTSTART:20260603T090000", "DURATION:PT45M"), ["03 09:00-09:45 CASE789"]),
        (("DTSTART;VALUE=DATE:20260603", "DTEND;VALUE=DATE:20260604"), []),
        (("DTSTART:20260603T090000", "DTEND:20260603T100000", "STATUS:CANCELLED"), []),
        (("DTSTART:20260601T120000Z", "DTEND:20260601T140000Z"), []),  # it has begun
        (("DTSTART:20260608T130000Z", "DTEND:20260608T140000Z"), []),  # a week later
        (("DTSTART:20260603T090000", "DTEND:20260603T090000"), []),
        (
            ("DTSTART:20260525T090000", "DTEND:20260525T100000", "RRULE:FREQ=WEEKLY;BYDAY=WE,TH"),
            ["03 09:00-10:00 CASE789", "04 09:00-10:00 CASE789"],
        ),
        (
            (
                "DTSTART:20260527T090000",
                "DTEND:20260527T100000",
                "RRULE:FREQ=WEEKLY;BYDAY=WE,TH",
                "EXDATE:20260603T090000",
            ),
            ["04 09:00-10:00 CASE789"],
        ),
    ],
)
def test_each_kind_of_event(lines: tuple[str, ...], found: list[str]) -> None:
    assert read(event(*lines, "SUMMARY:CASE 789 at the school")) == (found, 0)


def test_what_has_no_reference_is_counted_and_nothing_else_of_it_is_known() -> None:
    other = event("DTSTART:20260603T090000", "DTEND:20260603T100000", "SUMMARY:Dentist")
    assert read(TODAY, other) == (["01 16:00-17:00 CASE456"], 1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"x" * (calendars.SIZE_MOST + 1),
        calendar(*[TODAY.replace("UID:", f"UID:{n}-") for n in range(calendars.EVENTS_MOST + 1)]),
    ],
)
def test_what_is_no_calendar_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(calendars.NoCalendar):
        calendars.read(
            content, patterns=PATTERNS, zone=LONDON, since=NOW, until=NOW + timedelta(days=7)
        )


@given(st.binary(max_size=300), st.integers(0, 200))
def test_a_broken_file_is_read_or_refused(noise: bytes, at: int) -> None:
    whole = calendar(TODAY)
    with suppress(calendars.NoCalendar):
        calendars.read(
            whole[:at] + noise + whole[at:],
            patterns=PATTERNS,
            zone=LONDON,
            since=NOW,
            until=NOW + timedelta(days=7),
        )


def test_a_long_day_is_several_plans() -> None:
    visits = [
        calendars.Planned(NOW + timedelta(hours=n), NOW + timedelta(hours=n, minutes=5), "CASE123")
        for n in range(1, 9 + calendars.AT_ONCE)
    ]
    lines = list(calendars.commands(visits, zone=LONDON, now=NOW))
    assert [line.partition(";")[0] for line in lines] == ["plan today", "plan tuesday"]
    assert sum(line.count("CASE123") for line in lines) == len(visits)
