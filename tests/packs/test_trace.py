"""What happens to whom when nobody answers: told by the same rules, so it has to be what a real visit does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.packs.loader import available, load_pack
from bot.packs.trace import Story, quiet, silent, told

ZONE = "Europe/London"
LONDON = ZoneInfo(ZONE)
PACKS = available()
END = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
"""15:00 in London."""
UNPLANNED = "The visit was not planned, and nobody takes its details by telephone"
DAYS = {
    "spring": datetime(2026, 3, 29, 0, 55, tzinfo=UTC),
    "autumn": datetime(2026, 10, 25, 0, 55, tzinfo=UTC),
    "midnight": datetime(2026, 6, 1, 22, 55, tzinfo=UTC),
    "month end": datetime(2026, 4, 30, 22, 55, tzinfo=UTC),
    "leap day": datetime(2028, 2, 28, 23, 55, tzinfo=UTC),
    "year end": datetime(2026, 12, 31, 23, 55, tzinfo=UTC),
}
"""Ends shortly before something odd: a change of clocks, or a new day of a peculiar kind."""


def stories(pack: str, end_at: datetime = END) -> list[tuple[str, Story]]:
    policy = load_pack(pack, None, {})
    start_at = end_at - timedelta(minutes=45)
    return list(silent(policy, start_at=start_at, end_at=end_at, zone=ZONE))


def test_waltham_forest_from_the_end_on() -> None:
    heading, story = stories("waltham-forest")[0]
    assert heading == "Nobody answers from the end of the visit on"
    lines = " ".join(" ".join(told(story)).split())
    assert "15:15 The worker's own buddy is asked to ring the worker's own number." in lines
    assert (
        "15:25 The worker's own buddy, the next in the cover order, the team manager and" in lines
    )
    assert lines.endswith("And so on every 5 minutes, until somebody notes how it ended.")


@pytest.mark.parametrize("pack", PACKS)
def test_every_story_comes_to_the_last_step_and_asks_again(pack: str) -> None:
    for heading, story in stories(pack):
        assert story.repeats
        if heading == UNPLANNED:
            continue
        assert story.alarm is not None
        assert story.alarm.open
        assert story.alarm.due_at is not None


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("pack", PACKS)
def test_odd_days_change_no_wait(pack: str, day: str) -> None:
    """The clock on the wall may jump; what is waited for are minutes that pass."""
    for (_, plain), (_, odd) in zip(stories(pack), stories(pack, DAYS[day]), strict=True):
        moved = DAYS[day] - END
        ordinary = [(each.at + moved, each.who, each.what) for each in plain.events]
        assert [(each.at, each.who, each.what) for each in odd.events] == ordinary


def test_what_is_asked_again_and_again_is_told_once_with_its_times() -> None:
    """By Wiltshire's procedure those who were visited are rung every ten minutes until the three hours are over."""
    story = stories("wiltshire")[1][1]
    lines = " ".join(" ".join(told(story)).split())
    assert lines.count("asked again to ring those whom the worker visited") == 1
    assert "The same again at 17:00, 17:10, 17:20, 17:30, 17:40 and 17:50." in lines


def test_wiltshire_asks_for_the_details_of_an_unplanned_visit_until_somebody_has_them() -> None:
    told_of = dict(stories("wiltshire"))
    lines = " ".join(" ".join(told(told_of[UNPLANNED])).split())
    wait = "The worker is told that nobody has noted the details yet, and asked to wait outside."
    asked = "are asked to note the visit's details by telephone."
    assert f"14:15 The duty officer and the senior manager {asked}" in lines
    again = asked.replace("asked", "asked again")
    assert f"14:20 The duty officer and the senior manager {again} 14:20 The team manager" in lines
    assert f"14:25 The duty officer, the senior manager and the team manager {again}" in lines
    assert lines.count(wait) == 2
    assert lines.endswith("And so on every 5 minutes, until somebody has answered.")
    others = [
        line for heading in told_of if heading != UNPLANNED for line in told(told_of[heading])
    ]
    assert not any("by telephone" in line for line in others)
    assert [pack for pack in PACKS if UNPLANNED in dict(stories(pack))] == ["wiltshire"]


def test_wiltshires_head_of_service_is_asked_at_once_when_no_word_comes_from_the_way_home() -> None:
    """S5: missed, the manager and the head of service."""
    way = dict(stories("wiltshire"))[
        "The worker leaves in time, and nobody answers on the way home"
    ]
    lines = " ".join(" ".join(told(way)).split())
    first = lines[lines.index("16:30") : lines.index("16:40")]
    assert "the team manager and the head of service are asked to ring" in first


def test_a_story_past_midnight_names_the_day() -> None:
    lines = list(told(stories("waltham-forest", DAYS["month end"])[0][1]))
    assert "Friday, 1 May:" in lines
    assert any(line.startswith("00:10  ") for line in lines)


def test_the_hour_that_autumn_repeats_is_told_apart() -> None:
    lines = list(told(stories("waltham-forest", DAYS["autumn"])[0][1]))
    assert any(line.startswith("01:55 BST") for line in lines)
    assert any(line.startswith("01:10 GMT") for line in lines)


@pytest.mark.parametrize("pack", PACKS)
def test_a_visit_in_which_everybody_answers_ends_in_no_alarm(pack: str) -> None:
    policy = load_pack(pack, None, {})
    story = quiet(policy, start_at=END - timedelta(hours=1), end_at=END, zone=ZONE)
    assert story.alarm is None
    assert not story.visit.open
    assert story.events[-1].what == "told that the visit is over"
