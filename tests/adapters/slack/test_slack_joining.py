"""Somebody joins the team on Slack: picked there by whoever leads it, so that nobody is known by a name they can change."""

from __future__ import annotations

from bot.domain.people import Way
from tests.adapters.slack.house import STRANGER, House, user
from tests.fakes.slack import TEAM


async def joins(house: House, who: str) -> None:
    await house.says("maria", "add Jo Smith")
    message = house.slack.newest(user("maria"), "Add somebody")
    await house.deliver(house.slack.press(user("maria"), message, "Add somebody"))
    form = house.slack.dialog(user("maria"))
    picker = next(b for b in form["blocks"] if b["block_id"] == "address")
    assert (picker["element"]["type"], picker["optional"]) == ("users_select", False)
    await house.submits("maria", address=who)


async def test_whoever_is_picked_is_greeted_and_heard(house: House) -> None:
    await house.deliver(house.slack.command(STRANGER, "start now 45m CASE555"))
    assert not house.sees("carla", "CASE555")

    await joins(house, STRANGER)

    known = await house.store.read(lambda tx: tx.rosters.at(Way("slack", f"{TEAM}/{STRANGER}")))
    assert known is not None
    assert known.name == "Jo Smith"
    assert house.slack.seen(STRANGER), "they are greeted in private"
    await house.deliver(house.slack.command(STRANGER, "start now 45m CASE555"))
    assert house.sees("carla", "CASE555")


async def test_somebody_of_the_team_is_not_added_twice(house: House) -> None:
    await joins(house, user("ben"))
    people = await house.store.read(lambda tx: tx.rosters.members("adult-care"))
    assert "Jo Smith" not in {one.name for one in people}
