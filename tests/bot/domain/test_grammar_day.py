"""What is said besides a visit's times, a day's plan, and leaving: meant as typed, or refused without an echo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import duty_intents as d
from bot.domain import intents as i
from bot.domain.errors import UserMistake
from bot.domain.grammar import parse
from bot.domain.grammar_start import command_for
from bot.domain.looking_intents import InDanger, Procedure, Tips, Today
from bot.service.wording.mistakes import SENTENCES

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 2, 13, 30, tzinfo=UTC)  # a Wednesday in winter: London is on UTC
HANDLES = {"ben": "ben", "carla": "carla", "carlamendes": "carla"}


def read(text: str, now: datetime = NOW, *, channel: bool = False) -> i.Intent | None:
    return parse(
        text, now=now, zone=LONDON, patterns=(r"CASE\d{3}",), in_channel=channel, handles=HANDLES
    )


def refused(text: str, *, channel: bool = False) -> UserMistake:
    with pytest.raises(UserMistake) as caught:
        read(text, channel=channel)
    return caught.value


def start(text: str) -> i.Start:
    found = read(text)
    assert isinstance(found, i.Start)
    return found


@pytest.mark.parametrize(
    ("typed", "day", "hour"),
    [
        ("start tomorrow 09:30-10:15 CASE123", 3, 9),
        ("start 09:30-10:15 tomorrow CASE123", 3, 9),
        ("Start CASE123 Tomorrow 09:30 – 10:15", 3, 9),
        ("start today 14:30-15:00 CASE123", 2, 14),
        ("start on Friday 9:30-10:15 CASE123", 4, 9),
        ("start wed 14:00-15:00 CASE123", 2, 14),
        ("start wed 9:00-10:00 CASE123", 9, 9),
    ],
)
def test_a_day_may_be_named(typed: str, day: int, hour: int) -> None:
    at = start(typed).start_at.astimezone(LONDON)
    assert (at.day, at.hour) == (day, hour)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("amber", {"rating": "amber"}),
        ("cat 2", {"rating": "cat2"}),
        ("with @Ben", {"companions": ("ben",)}),
        ("with @ben and @CarlaMendes, red", {"companions": ("ben", "carla"), "rating": "red"}),
        ("not back", {"not_back": True}),
        ("back by 16:30", {"back_at": NOW + timedelta(hours=3)}),
        ("back at 4.30", {"back_at": NOW + timedelta(hours=3)}),
        ("at mum’s", {"place": "mum's"}),
        ("at 12 Elm Road with @ben", {"place": "12 Elm Road", "companions": ("ben",)}),
        ("with Jo Doe 07700 900123", {"outsider": "Jo Doe, 07700 900123"}),
    ],
)
def test_what_is_said_besides_is_kept_wherever_it_stands(
    typed: str, said: dict[str, object]
) -> None:
    for line in (f"start now 45m CASE123 {typed}", f"start {typed} now 45m CASE123"):
        found = start(line)
        assert {name: getattr(found, name) for name in said} == said
        assert found.case_ref == "CASE123"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("start now 45m CASE123 with @zebedee", "companion_unknown"),
        ("start now 45m CASE123 with Zebedee", "companion_unclear"),
        ("start now 45m CASE123 with Zebedee 07700 900123", "outsider_private"),
        ("start now 45m CASE123 at Zebedee's", "place_private"),
        ("start now 45m CASE123 amber red", "rating_twice"),
        ("left, next Zebedee", "next_private"),
        ("@zebedee has left", "companion_unknown"),
        ("plan; 14:00-15:00 Zebedee", "plan_lines"),
        ("plan", "plan_empty"),
        ("plan; 14:00-15:00 CASE123; 14:30-15:30 CASE124", "plan_overlaps"),
        ("plan" + "; 14:00-15:00 CASE123" * 14, "plan_too_long"),
    ],
)
def test_what_cannot_be_said_so_is_refused_and_never_repeated(typed: str, key: str) -> None:
    mistake = refused(f"visit {typed}", channel=True)
    assert mistake.key == key
    assert "zebedee" not in str(dict(mistake.fields)).lower()
    assert read(mistake.fields["form"], channel=True) is not None


def test_a_repair_never_loses_what_only_a_private_chat_holds() -> None:
    assert "suggestion" in refused("start 12:00-13:00 CASE123 amber").fields
    assert "suggestion" not in refused("start 12:00-13:00 CASE123 at mum's").fields


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("left, next CASE456", i.Done(next_place="CASE456")),
        ("Left CASE123, next CASE456", i.Done(case_ref="CASE123", next_place="CASE456")),
        ("I’ve left, going home", i.Done(next_place="home")),
        ("done. Heading to the office", None),
        ("left heading to the office", i.Done(next_place="office")),
        ("left, going to the shop", i.Done(next_place="elsewhere", going_to="the shop")),
        ("left, @Ben still inside", i.StillInside(inside=("ben",))),
        ("left but ben is still inside", i.StillInside(inside=("ben",))),
        ("left, Jo is still inside", i.StillInside()),
        ("@ben has left", i.StillInside(out=("ben",))),
        ("Both out", i.Done(everyone=True)),
        ("Home!", i.Home()),
        ("I’m back", d.Back()),
        ("Back home.", i.Home()),
        ("going in", i.GoingIn()),
        ("I'm not going in CASE123", i.NotGoingIn(case_ref="CASE123")),
        ("today?", Today()),
        ("our procedure", Procedure()),
        ("procedure?", Procedure()),
        ("tips", Tips()),
        ("any tips?", Tips()),
        ("steps", InDanger()),
        ("What do I do?", InDanger()),
        ("visit", i.Form()),
    ],
)
def test_the_words_of_a_day(typed: str, intent: i.Intent | None) -> None:
    if intent is None:
        assert refused(typed).key in SENTENCES
    else:
        assert read(typed) == intent


BESIDES = st.fixed_dictionaries(
    {
        "rating": st.sampled_from(["", "green", "amber", "red", "cat1", "cat2"]),
        "companions": st.sampled_from([(), ("ben",), ("carla",), ("ben", "carla")]),
        "not_back": st.booleans(),
    }
)
MOMENTS = st.sampled_from(
    [
        NOW,
        datetime(2026, 12, 2, 23, 50, tzinfo=UTC),
        datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ]
)


@given(st.integers(1, 5 * 1440), st.integers(1, 600), MOMENTS, BESIDES)
def test_a_visit_put_into_words_is_read_back_as_it_was(
    ahead: int, lasts: int, now: datetime, besides: dict[str, object]
) -> None:
    start_at = now + timedelta(minutes=ahead)
    visit = i.Start(start_at, start_at + timedelta(minutes=lasts), "CASE123", **besides)  # type: ignore[arg-type]
    found = read(command_for(visit, now=now, zone=LONDON), now)
    assert isinstance(found, i.Start)
    # In the hour that autumn repeats a time on the wall is two instants; the earlier one that lies ahead is taken.
    assert visit.start_at - found.start_at in (timedelta(), timedelta(hours=1))
    assert found.end_at - found.start_at == visit.end_at - visit.start_at
    assert {name: getattr(found, name) for name in besides} == besides


WORDS = st.sampled_from(
    [
        "plan",
        "start",
        "left",
        "with",
        "@ben",
        "@zebedee",
        "and",
        "at",
        "back",
        "by",
        "not",
        "home",
        "going",
        "in",
        "16:30",
        "14:00-15:00",
        "tomorrow",
        "mon",
        "CASE123",
        "CASE124",
        "amber",
        "cat",
        "2",
        "Zebedee",
        "07700",
        "900123",
        "still",
        "inside",
        "next",
        "both",
        "out",
        ";",
        "\n",
        "now",
        "45m",
        ",",
        "–",
        "visit",
    ]
)


@pytest.mark.parametrize(
    "typed", ["start back 16:30", "start tomorrow back by 8:00", "start 9 back by 8:00"]
)
def test_a_form_that_is_shown_can_be_sent_whatever_return_was_typed(typed: str) -> None:
    for hour in (0, 7, 13, 23):
        now = NOW.replace(hour=hour, minute=50)
        found = answer(typed, now, channel=False)
        assert isinstance(found, UserMistake)
        assert read(found.fields["form"], now) is not None


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=400), st.booleans(), MOMENTS)
def test_no_words_of_a_day_break_anything(typed: str, channel: bool, now: datetime) -> None:
    found = answer(f"visit {typed}" if channel else typed, now, channel=channel)
    if isinstance(found, UserMistake):
        assert found.key in SENTENCES
        for name in ("form", "suggestion", "suggestion2", "suggestion3"):
            shown = found.fields.get(name)
            assert shown is None or read(shown, now, channel=channel) is not None
        assert "zebedee" not in str(dict(found.fields)).lower()
    if isinstance(found, i.Start) and channel:
        assert (found.place, found.outsider) == ("", "")


def answer(typed: str, now: datetime, *, channel: bool) -> i.Intent | UserMistake | None:
    try:
        return read(typed, now, channel=channel)
    except UserMistake as mistake:
        return mistake
