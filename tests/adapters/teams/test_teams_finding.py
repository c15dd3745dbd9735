"""`buddyline team find`: by their e-mail, among those who are in the team's channel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.teams.finding import NO_CHANNEL, NOBODY, Found, found
from bot.__main__ import main
from bot.domain.people import Way
from tests.adapters.teams.house import House, team_file, team_on_teams, user
from tests.fakes.teams import APP_ID, TENANT, Fault

ENTRY = team_on_teams()[0]


async def test_everybody_in_the_channel_is_found_by_either_of_their_mails(house: House) -> None:
    ben, helen = user("ben"), user("helen")
    asked = (f"{helen[:8]}@example.org", f"{ben[:8].upper()}@TENANT.example.org ", "x@example.org")
    assert await found(house.adapter, [ENTRY], asked) == (
        Found(asked[0], helen),
        Found(asked[1], ben),
        Found(asked[2], "", NOBODY),
    )
    assert house.teams.messages == []


async def test_where_nothing_can_be_asked_it_says_why(house: House) -> None:
    house.teams.fails("members", Fault(status=403, code="BotNotInConversationRoster"))
    (one,) = await found(house.adapter, [ENTRY], ["x@example.org"])
    assert "BotNotInConversationRoster" in one.why
    elsewhere = replace(ENTRY, team=replace(ENTRY.team, channel=Way("local", "x")))
    (one,) = await found(house.adapter, [elsewhere], ["x@example.org"])
    assert one.why == NO_CHANNEL


def test_the_command_asks_what_is_connected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["team", "find", "x@example.org"]
    assert main(asked) == 1
    assert "Neither Slack nor Teams is connected" in capsys.readouterr().err
    monkeypatch.setenv("BUDDYLINE_ADAPTERS", "teams")
    monkeypatch.setenv("BUDDYLINE_TEAM_FILE", str(team_file(tmp_path)))
    monkeypatch.setenv("TEAMS_APP_ID", APP_ID)
    monkeypatch.setenv("TEAMS_TENANT_ID", TENANT)
    monkeypatch.setenv("TEAMS_AUTH", "none")
    assert main(asked) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("x@example.org: a channel does not say who is in it")
