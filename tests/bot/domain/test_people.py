"""Who is here, who answers a desk, and who holds what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.people import LONGEST_SHIFT, Desk, Person, Role, Way
from tests.bot.domain.rules import ROSTER
from tests.contract.making import MICROSECOND, MINUTE, T0, person

LONDON = ZoneInfo("Europe/London")
DAY, NIGHT, ALWAYS = Desk(9 * 60, 17 * 60 + 30), Desk(17 * 60 + 30, 9 * 60), Desk(0, 0)
WINTER, SUMMER = datetime(2026, 12, 3, tzinfo=UTC), datetime(2026, 6, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "wall"),
    [(WINTER, timedelta()), (SUMMER, timedelta(hours=1))],
    ids=["winter", "summer"],
)
@pytest.mark.parametrize(
    ("at", "by_day"),
    [("08:59", False), ("09:00", True), ("17:29", True), ("17:30", False), ("00:00", False)],
)
def test_a_desk_is_open_by_the_teams_wall_and_not_at_its_closing(
    day: datetime, wall: timedelta, at: str, by_day: bool
) -> None:
    hours, minutes = map(int, at.split(":"))
    now = day + timedelta(hours=hours, minutes=minutes, seconds=59) - wall
    assert DAY.open(now, LONDON) is by_day
    assert NIGHT.open(now, LONDON) is not by_day
    assert ALWAYS.open(now, LONDON)


def test_whoever_said_that_they_answer_it_counts_for_a_shift() -> None:
    held = replace(DAY, held_by="per_bob", held_at=T0)
    assert held.holder(T0 + LONGEST_SHIFT - MICROSECOND) == "per_bob"
    assert held.holder(T0 + LONGEST_SHIFT) == ""
    assert DAY.holder(T0) == ""


def test_ways_by_chat_and_ways_that_wake_keep_their_order() -> None:
    ways = tuple(Way(name, "x") for name in ("sms", "slack", "email", "teams", "voice"))
    bob = replace(person("bob"), ways=ways)
    assert [way.platform for way in bob.chats] == ["slack", "teams"]
    assert [way.platform for way in bob.wakes] == ["sms", "email", "voice"]


@pytest.mark.parametrize(
    ("at", "away"),
    [
        (T0 - MICROSECOND, False),
        (T0, True),
        (T0 + MINUTE - MICROSECOND, True),
        (T0 + MINUTE, False),
    ],
)
def test_whoever_is_away_is_back_at_the_instant(at: datetime, away: bool) -> None:
    bob = replace(person("bob"), away_from=T0, away_until=T0 + MINUTE)
    assert bob.away(at) is away
    assert not replace(bob, away_from=None).away(at)
    assert not replace(bob, away_until=None).away(at)


AWAY = replace(person("cem"), away_from=T0, away_until=T0 + MINUTE)
LEFT = replace(person("maya"), left=True)
CLOSED = replace(person("desk"), desk=NIGHT)
PEOPLE: dict[str, Person] = {
    **ROSTER.people,
    "per_cem": AWAY,
    "per_maya": LEFT,
    "per_desk": CLOSED,
    "per_open": replace(CLOSED, desk=DAY),
}
TEAM = replace(
    ROSTER,
    people=PEOPLE,
    holders={
        Role.TEAM_MANAGER: ("per_maya", "per_bob"),
        Role.DUTY_OFFICER: ("per_bob", "per_cem"),
    },
)
EVERY = ("per_zoe", *PEOPLE)


def test_those_are_here_who_are_neither_away_nor_gone_and_no_closed_desk() -> None:
    assert TEAM.here(EVERY, T0) == ("per_zoe", "per_alice", "per_bob", "per_cleo", "per_open")
    assert "per_cem" in TEAM.here(EVERY, T0 + MINUTE)


def test_those_are_of_the_team_who_have_not_left() -> None:
    assert TEAM.of_the_team(EVERY) == tuple(who for who in EVERY if who != "per_maya")


def test_holders_are_each_named_once_in_the_order_of_the_roles() -> None:
    roles = (Role.DUTY_OFFICER, Role.DIRECTOR, Role.TEAM_MANAGER)
    assert TEAM.holding(roles) == ("per_bob", "per_cem", "per_maya")


@pytest.mark.parametrize(
    ("who", "name"), [("per_bob", "Bob"), ("per_zoe", "somebody"), (None, "somebody")]
)
def test_everybody_has_a_name_to_show(who: str | None, name: str) -> None:
    assert TEAM.name(who) == name
