"""The manifest asks for what is used, and for nothing else; and `check --slack` says what Slack would say too late."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

import pytest

from adapters.slack import checking
from adapters.slack.manifest import OAUTH_PATH, manifest, problems
from bot.__main__ import main
from tests.adapters.slack.house import PEOPLE, House, team_on_slack, user
from tests.fakes.slack import TEAM, TOKEN, Fault

URL = "https://buddyline.example.org"


def test_it_has_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "slack", "--url", URL]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(problems(shown)) == []
    assert shown["settings"]["event_subscriptions"]["request_url"] == f"{URL}/slack/events"


def test_an_app_that_connects_by_itself_needs_no_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["manifest", "slack", "--socket"]) == 0
    shown = capsys.readouterr().out
    assert list(problems(json.loads(shown))) == []
    assert "https://" not in shown


def test_those_who_install_it_come_back_to_us(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "slack", "--url", URL, "--several"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(problems(shown)) == []
    assert shown["oauth_config"]["redirect_urls"] == [f"{URL}{OAUTH_PATH}"]
    assert main(["manifest", "slack", "--socket", "--several"]) == 1


@pytest.mark.parametrize(
    "url", ["http://a.example", "a.example", "https://a.example/x", "https://"]
)
def test_another_address_is_refused_kindly(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "slack", "--url", url]) == 1
    assert "https://buddyline.example.org" in capsys.readouterr().err


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "not used": lambda m: m["oauth_config"]["scopes"]["bot"].append("channels:history"),
    "is missing": lambda m: m["oauth_config"]["scopes"]["bot"].remove("commands"),
    "not heard": lambda m: m["settings"]["event_subscriptions"]["bot_events"].append("pin_added"),
    "needs the right im:history": lambda m: m["oauth_config"]["scopes"]["bot"].remove("im:history"),
    "in private": lambda m: m["features"]["app_home"].update(messages_tab_read_only_enabled=True),
    "no command": lambda m: m["features"]["slash_commands"][0].update(command="/Vi sit"),
    "https addresses": lambda m: m["settings"]["interactivity"].update(request_url="http://a"),
    "comes back": lambda m: m["oauth_config"].update(redirect_urls=["https://a.example/other"]),
    "at most 35": lambda m: m["display_information"].update(name="x" * 36),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_the_schema_lets_pass_is_found(said: str) -> None:
    found = deepcopy(manifest(URL))
    WRONG[said](found)
    assert any(said in problem for problem in problems(found))


async def test_slack_is_asked_about_every_address(house: House) -> None:
    entry, _, _ = team_on_slack()
    assert await checking.problems(TOKEN, house.slack.url, [entry], send=True) == ()
    assert {m.text for m in house.slack.messages} == {checking.HELLO}


async def test_what_does_not_arrive_is_named(house: House) -> None:
    entry, _, _ = team_on_slack()
    house.slack.fails(
        "chat.postMessage", Fault(error="not_in_channel"), Fault(error="account_inactive")
    )
    first, second = await checking.problems(TOKEN, house.slack.url, [entry], send=True)
    assert "channel" in first
    assert "invited" in first
    assert "deactivated" in second


async def test_a_wrong_token_is_said(house: House) -> None:
    (said,) = await checking.problems("xoxb-other", house.slack.url, [], send=False)
    assert "token" in said


async def test_an_address_of_a_workspace_that_is_asked_apart_is_left_to_it(house: House) -> None:
    entry, _, _ = team_on_slack(lambda who: f"T0OTHER/{user(who)}")
    ask = partial(checking.problems, TOKEN, house.slack.url, [entry], send=True)
    assert await ask(beside={TEAM, "T0OTHER"}) == ()
    assert len(await ask()) == len(PEOPLE)
