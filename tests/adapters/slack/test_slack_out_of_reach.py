"""What Slack takes no message for: those who manage the team hear of it, and an alarm goes on at once."""

from __future__ import annotations

import pytest

from tests.adapters.slack.house import House, user
from tests.fakes.slack import CHANNEL
from tests.scenarios.twins import WORDS

NOT_THERE = "The team's channel takes no messages"


async def out(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "channel_not_found"])
async def test_an_archived_channel_or_one_without_us_is_a_finding_for_the_manager(
    house: House, error: str
) -> None:
    house.slack.room.refuses[CHANNEL] = error
    await house.says("amira", "start now 45m CASE123")
    told = [m for m in house.slack.seen(user("maria")) if NOT_THERE in m.words]
    assert len(told) == 1, "once a day, however much is refused"
    assert not house.sees("ben", NOT_THERE)


@pytest.mark.parametrize("error", ["", "account_inactive"])
async def test_the_alarm_of_a_deactivated_user_goes_on_at_once(house: House, error: str) -> None:
    """At 15:00 the buddy is asked. The next ones are asked when they have not answered for five minutes, or cannot be told."""
    await out(house)
    await house.passes(minutes=59)
    house.slack.room.refuses[user("ben")] = error
    await house.passes(minutes=1)
    assert asked(house, "carla") == bool(error)
    await house.passes(minutes=5)
    assert asked(house, "carla")


def asked(house: House, who: str) -> bool:
    """Return whether somebody is asked to act: their card can be answered, and not only read."""
    return any("Reached, safe" in m.buttons for m in house.slack.seen(user(who)))


async def test_a_deactivated_user_is_a_finding_for_the_manager(house: House) -> None:
    await out(house)
    house.slack.room.refuses[user("ben")] = "account_inactive"
    await house.passes(minutes=70)
    assert house.sees("maria", "Ben Carter could not be reached")


async def test_of_a_call_for_help_no_such_finding_tells(house: House) -> None:
    """When it came would show that there is an alarm: the manager may be whom it is kept from."""
    await out(house)
    house.slack.room.refuses[user("omar")] = "account_inactive"
    await house.says("amira", WORDS)
    await house.passes(minutes=5)
    assert house.sees("maria", "called for help")
    assert not house.sees("maria", "Omar")
