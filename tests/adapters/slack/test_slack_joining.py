"""Somebody joins the team on Slack: picked there by whoever leads it, so that nobody is known by a name they can change."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.slack import reading
from adapters.slack.finding import NOBODY, found
from bot.__main__ import main
from bot.domain.people import Way
from tests.adapters.slack.house import STRANGER, House, user
from tests.fakes.slack import BOT, SECRET, TEAM, TOKEN, private
from tests.fakes.slack_faults import Fault


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


SAID = (f"add <@{STRANGER}> Jo Smith", f"team <@{STRANGER}|ben> Jo Smith")


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("where", ["in private", "in the channel"])
async def test_whoever_is_mentioned_is_picked_already(house: House, said: str, where: str) -> None:
    if where == "in private":
        await house.says("maria", said)
    else:
        await house.command("maria", said)
    message = house.slack.newest(user("maria"), "Add somebody")
    assert message.channel == private(user("maria"))
    await house.deliver(house.slack.press(user("maria"), message, "Add somebody"))
    await house.submits("maria")
    known = await house.store.read(lambda tx: tx.rosters.at(Way("slack", f"{TEAM}/{STRANGER}")))
    assert known is not None
    assert known.name == "Jo Smith"


async def test_a_name_that_slack_shows_for_a_stranger_is_nobody_of_the_team(house: House) -> None:
    """Somebody outside who calls themselves "ben" is not Ben Carter."""
    await house.command("amira", f"start now 45m CASE555 with <@{STRANGER}|ben>")
    assert not house.sees("ben", "CASE555")
    assert not house.sees("carla", "CASE555")
    assert house.sees("amira", "colleague"), "she reads what to write instead"


async def test_whoever_is_in_the_team_is_not_added_again(house: House) -> None:
    await house.says("maria", f"team <@{user('ben')}>")
    assert house.sees("maria", "They are in your team already. To see who is, send: people")


async def test_only_those_who_lead_the_team_invite(house: House) -> None:
    await house.says("amira", f"team <@{STRANGER}>")
    assert not any("Add somebody" in m.buttons for m in house.slack.seen(user("amira")))


async def test_what_was_kept_still_knows_who_was_mentioned(house: House) -> None:
    """The database was slow: the engine finishes it later, from what is on disk."""
    _, event = house.slack.says(user("maria"), f"add <@{STRANGER}>")
    heard = reading.message(event, me=BOT, now=house.clock.now())
    assert heard is not None
    name = reading.handle(STRANGER)
    kept = replace(heard.event, text=f"add @{name}", mentions={name: f"{TEAM}/{STRANGER}"})
    await house.store.run(lambda tx: tx.inbox.keep(kept, now=house.clock.now()), name="keep")
    await house.passes(seconds=20)
    message = house.slack.newest(user("maria"), "Add somebody")
    await house.deliver(house.slack.press(user("maria"), message, "Add somebody"))
    (picker,) = (
        b for b in house.slack.dialog(user("maria"))["blocks"] if b["block_id"] == "address"
    )
    assert picker["element"]["initial_user"] == STRANGER


# --- by their e-mail, once, for the team file ---------------------------------------------------------


async def test_an_e_mail_becomes_an_address(house: House) -> None:
    house.slack.room.guests = {user("dev")}
    emails = ("u0amira@council.example", "u0dev@council.example", "u0nowhere@council.example")
    amira, dev, nobody = await found([TOKEN], house.slack.url, emails)
    assert (amira.address, amira.why) == (f"{TEAM}/{user('amira')}", "")
    assert (dev.address, dev.why) == (f"{TEAM}/{user('dev')}", "a guest of the workspace")
    assert (nobody.address, nobody.why) == ("", NOBODY)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(error="missing_scope"), "users:read.email"),
        (Fault(status=429, error="ratelimited"), "in a minute"),
        (Fault(status=500), "in a minute"),
        (Fault(error="token_revoked"), "token_revoked"),
    ],
)
async def test_what_slack_refuses_is_said(house: House, fault: Fault, said: str) -> None:
    house.slack.fails("users.lookupByEmail", fault)
    (one,) = await found([TOKEN], house.slack.url, ["u0ben@council.example"])
    assert not one.address
    assert said in one.why


async def test_of_several_workspaces_the_first_that_knows_them_counts(house: House) -> None:
    house.slack.apps.tokens["xoxb-other"] = "T0OTHER"
    house.slack.fails("users.lookupByEmail", Fault(error="users_not_found"))
    emails = ["u0ben@council.example"]
    (one,) = await found([TOKEN, "xoxb-other"], house.slack.url, emails)
    assert one.address == f"T0OTHER/{user('ben')}"


async def test_the_command_says_what_to_write_into_the_team_file(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUDDYLINE_ADAPTERS", "slack")
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("SLACK_API_URL", house.slack.url)
    asked = ["team", "find", "u0ben@council.example", "who@council.example"]
    assert await asyncio.to_thread(main, asked) == 1
    said = capsys.readouterr()
    assert said.out == f'u0ben@council.example: ways = ["slack:{TEAM}/{user("ben")}"]\n'
    assert said.err == f"who@council.example: {NOBODY}.\n"
