"""Every line of the grammar, said to the running core: it does what it says, or a clear sentence comes with one tap.

The tap is pressed, too: what it stands for has to happen.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.facts import VisitKind
from bot.domain.message import Style
from bot.domain.visit import Visit
from tests.scenarios.harness import LONDON, World
from tests.scenarios.stories import CASE, out

ADDRESS = "12 Hillside Road, E17 4AA"
BEFORE_SPRING = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
BEFORE_AUTUMN = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
NEARLY_MIDNIGHT = datetime(2026, 6, 1, 22, 50, tzinfo=UTC)


def way_home(world: World) -> Visit:
    (way,) = world.store.read_now(lambda tx: tx.visits.open_of("amira"))
    assert way.kind is VisitKind.WAY_HOME
    return way


def times(world: World) -> str:
    visit = world.visit(CASE)
    start, end = (at.astimezone(LONDON) for at in (visit.start_at, visit.end_at))
    return f"{start:%d %H:%M}-{end:%H:%M}"


@pytest.mark.parametrize(
    ("line", "stands"),
    [
        ("start 14:00-15:00 CASE123", "01 14:00-15:00"),
        ("START 14:10 – 15:00 case123.", "01 14:10-15:00"),
        ("Start 1400–1500 CASE123", "01 14:00-15:00"),
        ("start 14;00-15;00 CASE123", "01 14:00-15:00"),
        ("start now 45m CASE123", "01 14:00-14:45"),
        ("Start now 1,5h CASE123", "01 14:00-15:30"),
        ("start 2pm for 1h CASE123", "01 14:00-15:00"),
        ("start tomorrow 09:30-10:15 CASE123", "02 09:30-10:15"),
        ("start 23:30-00:30 CASE123", "01 23:30-00:30"),
        ("start now 12h CASE123", "01 14:00-02:00"),
        ("start now 45m CASE123 amber with @ben back by 16:30 at mum’s", "01 14:00-14:45"),
        ("start now 45m CASE123 with Jo Doe 07700 900123, not back", "01 14:00-14:45"),
        ("/visit start now 45m CASE123", "01 14:00-14:45"),
    ],
)
async def test_a_start_however_it_is_typed(world: World, line: str, stands: str) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says("amira", line)
    assert times(world) == stands


@pytest.mark.parametrize(
    ("line", "said", "tap", "stands"),
    [
        (
            "start 13:00-13:30 CASE123",
            "Those times are already over. Tomorrow?",
            "Start tomorrow 13:00-13:30 CASE123",
            "02 13:00-13:30",
        ),
        (
            "start 15:00-14:30 CASE123",
            "The end comes before the start",
            "Start 14:30-15:00 CASE123",
            "01 14:30-15:00",
        ),
        (
            "start now until 3 CASE123",
            "The end comes before the start",
            "Start now until 15:00 CASE123",
            "01 14:00-15:00",
        ),
        (
            "start now 45 CASE123",
            "When does the visit end?",
            "Start now 45m CASE123",
            "01 14:00-14:45",
        ),
        (
            "star now 45m CASE123",
            "I did not understand that",
            "Start now 45m CASE123",
            "01 14:00-14:45",
        ),
        (
            "start 14:30-15:15 CASE123 back by 15:00",
            "That time back is before the end of the visit",
            "Start 14:30-15:15 CASE123",
            "01 14:30-15:15",
        ),
        (
            "start now 45m CASE123 with @nobody",
            "I do not know that colleague.",
            "Start now 45m CASE123",
            "01 14:00-14:45",
        ),
    ],
)
async def test_a_mistyped_start_is_put_right_with_one_tap(
    world: World, line: str, said: str, tap: str, stands: str
) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says("amira", line)
    world.expect("amira", said)
    await world.presses("amira", tap)
    assert times(world) == stands


@pytest.mark.parametrize(
    ("line", "said", "blanks"),
    [
        ("start 15:30 CASE123 amber", "When does the visit end?", {"start": "15:30"}),
        ("start CASE123 with @ben", "When is the visit?", {"with": "ben"}),
        ("start now 45m", "Which case is it?", {"case": "", "end": "45m"}),
        ("start now until 15:00", "Which case is it?", {"case": "", "end": "15:00"}),
        ("start 15:30-16:15", "Which case is it?", {"start": "15:30", "case": "", "end": "16:15"}),
        ("start 25:00-26:00 CASE123 red", "I could not read that time.", {"rating": "red"}),
        ("start now 13h CASE123", "A visit can last up to 12 hours.", {}),
        ("start now 0m CASE123", "The time needs to be at least one minute.", {}),
        ("start 15:00-15:00 CASE123", "the same time", {"start": "15:00"}),
    ],
)
async def test_a_start_that_lacks_something_opens_the_form_with_what_was_said(
    world: World, line: str, said: str, blanks: dict[str, str]
) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says("amira", line)
    shown = world.expect("amira", said)
    choice = shown.choice("Start a visit")
    assert choice is not None
    filled = {field.id: field.value for field in choice.fields if field.value}
    assert {"start": "14:00", "case": CASE, **blanks}.items() <= (
        filled | {"case": filled.get("case", "")}
    ).items()
    await world.presses(
        "amira", "Start a visit", **filled | {"start": "now", "end": "45m", "case": CASE}
    )
    assert times(world) == "01 14:00-14:45"


@pytest.mark.parametrize("line", ["extend", "extend -5m", "extend 0m", "staying longer"])
async def test_longer_without_how_long_is_one_tap_and_never_added_twice(
    world: World, line: str
) -> None:
    world.ignore_rest("the visit is told elsewhere")
    await out(world)
    await world.says("amira", line)
    shown = world.newest("amira", "30 minutes longer")
    assert shown.choice("15 minutes longer")
    for _ in range(2):
        await world.presses("amira", "30 minutes longer")
    assert times(world) == "01 14:00-15:15"


@pytest.mark.parametrize(
    ("typed", "end"),
    [("50m", "15:35"), ("until 15:20", "15:20"), ("15:20", "15:20"), ("Extend 5m", "14:50")],
)
async def test_another_time_is_said_in_a_form(world: World, typed: str, end: str) -> None:
    world.ignore_rest("the visit is told elsewhere")
    await out(world)
    await world.says("amira", "extend")
    await world.presses("amira", "Another time", end=typed)
    assert times(world) == f"01 14:00-{end}"


@pytest.mark.parametrize("typed", ["", "soon", "-5m", "3 lemons"])
async def test_another_time_that_is_none_changes_nothing_and_says_what_is_one(
    world: World, typed: str
) -> None:
    world.ignore_rest("the visit is told elsewhere")
    await out(world)
    await world.says("amira", "extend")
    await world.presses("amira", "Another time", end=typed)
    assert world.newest("amira", "Another time").text
    assert times(world) == "01 14:00-14:45"


async def test_without_a_visit_there_is_nothing_to_stay_longer_at(world: World) -> None:
    await world.says("amira", "extend")
    shown = world.expect("amira", "For how long, or until when?")
    assert not shown.now.choices


async def test_what_is_still_missing_comes_first_to_the_eye(world: World) -> None:
    world.ignore_rest("this is about one card")

    def loud() -> list[str]:
        card = world.newest("amira", "I've left")
        return [one.label for one in card.now.choices if one.style is Style.PRIMARY]

    await world.says("amira", "start now 45m CASE123")
    assert loud() == ["All set, phone charged", "Add the address"]
    await world.says("amira", "ready")
    await world.presses("amira", "Add the address", address=ADDRESS)
    assert loud() == ["I've left"]


async def test_whoever_is_there_finds_the_way_out_first(world: World) -> None:
    world.ignore_rest("this is about one card")
    await world.says("amira", "start now 45m CASE123")
    await world.says("amira", "arrived")
    await world.says("amira", "going in")
    card = world.newest("amira", "I've left")
    assert card.choice("I've left").style is Style.PRIMARY  # type: ignore[union-attr]


async def test_what_others_may_read_offers_a_form_that_holds_nothing_unknown(world: World) -> None:
    await world.says_in_channel("amira", "visit start Mrs Smith of 12 Hill Road")
    shown = world.expect_aside("amira", "When is the visit?")
    choice = shown.choice("Start a visit")
    assert choice is not None
    assert [field.id for field in choice.fields if field.value] == ["start"]


@pytest.mark.parametrize(
    ("begun", "line", "said", "tap", "stands"),
    [
        (
            BEFORE_SPRING,
            "start tomorrow 01:15-01:45 CASE123",
            "those times do not exist",
            "Start tomorrow 02:15-02:45 CASE123",
            "29 02:15-02:45",
        ),
        (BEFORE_SPRING, "start tomorrow 00:30-02:30 CASE123", "", "", "29 00:30-02:30"),
        (BEFORE_AUTUMN, "start tomorrow 01:15-01:45 CASE123", "", "", "25 01:15-01:45"),
        (BEFORE_AUTUMN, "start tomorrow 00:30-02:30 CASE123", "", "", "25 00:30-02:30"),
        (NEARLY_MIDNIGHT, "start 23:50–00:30 CASE123", "", "", "01 23:50-00:30"),
        (
            NEARLY_MIDNIGHT,
            "start 21:00-22:00 CASE123",
            "Those times are already over. Tomorrow?",
            "Start tomorrow 21:00-22:00 CASE123",
            "02 21:00-22:00",
        ),
    ],
)
async def test_midnight_and_both_nights_the_clocks_change(
    begun: datetime, line: str, said: str, tap: str, stands: str
) -> None:
    world = await World(begun).opens()
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says("amira", line)
    if said:
        world.expect("amira", said)
        await world.presses("amira", tap)
    assert times(world) == stands
    await world.closes()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("Arrived.", "Noted: you have arrived for CASE123."),
        ("Going in", "Noted: you are going in"),
        ("OK", "CASE123 goes on until 14:45."),
        ("extend until 15:30", "CASE123 goes on until 15:30."),
        ("Extend 30m", "CASE123 goes on until 15:15."),
        ("+30", "CASE123 goes on until 15:15."),
        ("Left", "Thank you. CASE123 is over. Take care."),
        ("left, next CASE456", "Thank you. CASE123 is over, next CASE456. Take care."),
        ("done going home", "Thank you. CASE123 is over, going home."),
        ("not going in", "CASE123"),
        ("unsure", "Thank you for saying so."),
        ("cancel", "Noted: CASE123 is cancelled."),
        ("today", "Your visits today"),
        ("status", "Your visits"),
        ("board", "Who is out"),
        ("help", "What you can send me"),
        ("buddy @carla", "I have asked Carla Mendes"),
        ("away until 16:30", "Noted: you are away until 16:30."),
        ("away until 08:00", "Noted: you are away until 08:00 on Tue 2 Jun."),
        ("home", "CASE123 is still under way"),
        ("details", ""),
        ("steps", "Step by step"),
        ("tips", "Good to remember"),
    ],
)
async def test_every_word_on_a_visit(world: World, line: str, answer: str) -> None:
    world.ignore_rest("who else is told is told elsewhere")
    await out(world)
    await world.says("amira", line)
    assert [s for s in world.unread() if s.to.person == "amira" and answer in s.text], [
        s.text for s in world.unread()
    ]


@pytest.mark.parametrize(
    ("line", "said", "tap", "then"),
    [
        (
            "start 14:10-15:00 CASE456",
            "You already have CASE123 until 14:45.",
            "Left CASE123, start 14:10 50m CASE456",
            "Thank you",
        ),
        (
            "extend until 13:59",
            "That time is over for today",
            "Extend until 15:15 CASE123",
            "CASE123 goes on until 15:15.",
        ),
        (
            "extend until 14:30",
            "CASE123 goes on until 14:45 as it is",
            "Left CASE123",
            "CASE123 is over",
        ),
        (
            "extend until 3",
            "in the morning or in the afternoon?",
            "Extend until 15:00",
            "CASE123 goes on until 15:00.",
        ),
        (
            "extend 1500",
            "a number of minutes or a time of day?",
            "Extend until 15:00",
            "CASE123 goes on until 15:00.",
        ),
        (
            "away until 13:00",
            "That time is over already",
            "Away until tomorrow 13:00",
            "you are away until 13:00 on Tue 2 Jun",
        ),
    ],
)
async def test_a_mistyped_word_on_a_visit_is_put_right_with_one_tap(
    world: World, line: str, said: str, tap: str, then: str
) -> None:
    world.ignore_rest("who else is told is told elsewhere")
    await out(world)
    await world.says("amira", line)
    world.expect("amira", said)
    await world.presses("amira", tap)
    if then != "Thank you":
        world.expect("amira", then)
    assert world.visit(CASE).id


async def test_who_is_there_already_is_offered_having_left_instead_of_cancelling(
    world: World,
) -> None:
    await out(world)
    await world.says("amira", "arrived")
    await world.says("amira", "cancel")
    world.expect("amira", "Noted: you have arrived")
    world.expect("amira", "This visit has begun, so it can no longer be cancelled.")
    await world.presses("amira", "Left CASE123")
    world.expect("amira", "CASE123 is over")
    world.ignore_rest("who else is told is told elsewhere")


async def test_a_day_of_visits_at_the_same_time_names_both(world: World) -> None:
    await world.says("amira", "plan\n15:00–15:45 CASE123\n15:30-16:00 CASE456")
    world.expect("amira", "CASE123 and CASE456 are at the same time, so nothing is planned yet.")


async def test_a_time_just_over_asks_nobody_to_let_the_visit_go_on_until_tomorrow(
    world: World,
) -> None:
    await out(world)
    await world.until("14:50")
    world.read_all()
    await world.says("amira", "extend until 14:45")
    world.expect("amira", "That time is over for today")
    world.nothing_more()
    assert not world.facts(CASE, "StayAsked")
    await world.presses("amira", "Extend until 15:20 CASE123")
    world.expect("ben", "asks to stay until 15:20")
    world.ignore_rest("the end is what matters")


async def test_the_address_of_a_refused_form_goes_with_the_repair(world: World) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says("amira", "visit")
    filled = {"start": "13:00", "end": "13:30", "case": CASE, "place": ADDRESS}
    await world.presses("amira", "Start a visit", **filled)
    refused = world.expect("amira", "Those times are already over.")
    assert "is kept, sealed" in refused.text
    await world.presses("amira", "Start tomorrow 13:00-13:30 CASE123")
    assert world.visit(CASE).sealed == ("address",)
    every = [
        f"{version.text}{version.choices}"
        for shown in world.chat.messages
        for version in shown.versions
    ]
    assert not [text for text in every if "Hillside" in text]


async def test_the_address_of_a_form_that_lacks_something_is_kept_for_the_next(
    world: World,
) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says("amira", "visit")
    await world.presses("amira", "Start a visit", end="soon", case=CASE, place=ADDRESS)
    world.expect("amira", "is kept, sealed")
    await world.presses("amira", "Start a visit", end="later", case=CASE)
    again = world.expect("amira", "is kept, sealed")
    await world.presses_on(again, "amira", "Start a visit", end="45m", case=CASE)
    assert world.visit(CASE).sealed == ("address",)


async def test_nobody_else_starts_with_an_address_that_was_kept_for_somebody(world: World) -> None:
    world.ignore_rest("who is asked to be the buddy is told elsewhere")
    await world.says("amira", "visit")
    filled = {"start": "13:00", "end": "13:30", "case": CASE, "place": ADDRESS}
    await world.presses("amira", "Start a visit", **filled)
    choice = world.newest("amira", "Start tomorrow 13:00-13:30 CASE123").choice(
        "Start tomorrow 13:00-13:30 CASE123"
    )
    assert choice is not None
    await world.presses_choice("ben", choice.id)
    assert world.visit(CASE).worker_id == "ben"
    assert world.visit(CASE).sealed == ()
    await world.presses("amira", "Start tomorrow 13:00-13:30 CASE123")
    assert world.visit(CASE).sealed == ("address",), "nor is it erased by them"


async def test_no_button_that_somebody_makes_up_erases_what_is_sealed_for_a_visit(
    world: World,
) -> None:
    world.ignore_rest("this is about what stays on file")
    await out(world)
    await world.says("amira", "details")
    await world.presses("amira", "Fill in the details", address=ADDRESS)
    visit = world.visit(CASE)
    await world.presses_choice("ben", f"say - start now 5m CASE9 #{visit.id}")
    assert world.store.read_now(lambda tx: tx.details.names(visit.id)) == ("address",)


async def test_staying_longer_at_a_visit_that_does_not_go_ahead(world: World) -> None:
    """She may be at the door: the timer moves as it would, and she is still asked to come away."""
    world.ignore_rest("what the managers read is told elsewhere")
    await out(world)
    await world.says("amira", "arrived")
    await world.says("amira", "unsure")
    await world.presses("maria", "Do not go")
    assert world.visit(CASE).held_off
    world.read_all()
    await world.says("amira", "extend 15m")
    world.expect("amira", "CASE123 goes on until 15:00.")
    visit = world.visit(CASE)
    assert (visit.held_off, visit.open) == (True, True)
    await world.until("15:15")
    assert world.alarm(CASE).open, "silence after the new end is an alarm"


@pytest.mark.parametrize("wall", ["14:30", "15:05"])
async def test_on_the_way_home_the_time_that_she_is_to_be_home_moves(
    world: World, wall: str
) -> None:
    """Home within an hour of 14:00; asked for at 15:00, and the alarm is a quarter of an hour after that."""
    await out(world, "now 45m", "CASE123 not back")
    await world.says("amira", "left")
    await world.until(wall)
    world.read_all()
    before = way_home(world).end_at
    await world.says("amira", "extend 20m")
    answer = world.expect("amira", "goes on until")
    moved = way_home(world).end_at
    assert moved > before
    assert f"{moved.astimezone(LONDON):%H:%M}" in answer.text
    assert not world.facts(CASE, "StayAsked")
    world.ignore_rest("who is told is told elsewhere")
    await world.passes(minutes=(moved - world.clock.now()).total_seconds() / 60 + 14)
    assert not way_home(world).overdue
    await world.passes(minutes=1)
    assert way_home(world).overdue
