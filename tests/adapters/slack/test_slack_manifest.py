"""The manifest asks for what is used, and for nothing else; and `check --slack` says what Slack would say too late."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters import slack, trial
from adapters.slack import checking
from adapters.slack.manifest import EVENTS, OAUTH_PATH, SCOPES, manifest, problems
from bot.__main__ import main
from tests.adapters.slack.house import MONDAY, PEOPLE, House, team_on_slack, user
from tests.fakes.clock import VirtualClock
from tests.fakes.slack import CHANNEL, TEAM, TOKEN
from tests.fakes.slack_faults import Fault

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
    assert {m.text for m in house.slack.messages} == {trial.HELLO}


async def test_what_does_not_arrive_is_named(house: House) -> None:
    entry, _, _ = team_on_slack()
    house.slack.fails(
        "chat.postMessage", Fault(error="not_in_channel"), Fault(error="account_inactive")
    )
    first, second = await checking.problems(TOKEN, house.slack.url, [entry], send=True)
    assert "channel" in first
    assert "invited" in first
    assert "deactivated" in second


@pytest.mark.parametrize(
    ("how", "said"),
    [("archived", "archived"), ("without_us", "invited"), ("shared", "another organisation")],
)
async def test_what_is_wrong_with_the_channel_is_said_though_nothing_is_sent(
    house: House, how: str, said: str
) -> None:
    entry, _, _ = team_on_slack()
    setattr(house.slack.room, how, True)
    (wrong,) = await checking.problems(TOKEN, house.slack.url, [entry], send=False)
    assert wrong.startswith("the channel of adult-care: ")
    assert said in wrong
    assert "chat.postMessage" not in house.slack.calls


async def test_a_wrong_token_is_said(house: House) -> None:
    (said,) = await checking.problems("xoxb-other", house.slack.url, [], send=False)
    assert "token" in said


async def test_an_address_of_a_workspace_that_is_asked_apart_is_left_to_it(house: House) -> None:
    entry, _, _ = team_on_slack(lambda who: f"T0OTHER/{user(who)}")
    ask = partial(checking.problems, TOKEN, house.slack.url, [entry], send=True)
    assert await ask(beside={TEAM, "T0OTHER"}) == ()
    assert len(await ask()) == len(PEOPLE)


class Hurried(VirtualClock):
    """Does not wait: whoever asks again does so at once, at the later instant."""

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        self.jump_to(until)


async def test_a_press_comes_back(house: House) -> None:
    """Buddyline runs and hears it; who asks sees the message change."""
    entry, _, _ = team_on_slack()
    said: list[str] = []
    asked = asyncio.Event()

    def asks(text: str) -> None:
        said.append(text)
        asked.set()

    async def somebody() -> None:
        await asked.wait()
        message = house.slack.newest(user("ben"), "Press to test")
        await house.deliver(house.slack.press(user("ben"), message, "Press to test"))

    press = trial.Press(Hurried(MONDAY), asks)
    found, _ = await asyncio.gather(
        checking.problems(TOKEN, house.slack.url, [entry], send=True, press=press), somebody()
    )
    assert found == ()
    assert len(said) == 1
    assert house.sees("ben", "the button was heard")


async def test_the_test_message_of_the_channel_has_no_button(house: House) -> None:
    """What becomes of it there the app may not read: whoever pressed it would wait in vain."""
    entry, _, _ = team_on_slack()
    await checking.problems(TOKEN, house.slack.url, [entry], send=True)
    (there,) = (m for m in house.slack.messages if m.channel == CHANNEL)
    assert not there.buttons
    assert all(m.buttons for m in house.slack.messages if m.channel != CHANNEL)


async def test_slack_is_not_asked_more_often_than_it_allows(house: House) -> None:
    entry, _, _ = team_on_slack()
    press = trial.Press(Hurried(MONDAY), lambda _text: None)
    await checking.problems(TOKEN, house.slack.url, [entry], send=True, press=press)
    asked = house.slack.calls.count("conversations.history")
    assert len(PEOPLE) < asked <= 50


async def test_a_press_that_does_not_come_back_is_said(house: House) -> None:
    entry, _, _ = team_on_slack()
    press = trial.Press(Hurried(MONDAY), lambda _text: None)
    found = await checking.problems(TOKEN, house.slack.url, [entry], send=True, press=press)
    assert found == (checking.NO_PRESS,)


CALLED: dict[str, str | None] = {
    "apps.connections.open": None,  # by the app's own token
    "auth.revoke": None,
    "auth.test": None,
    "chat.deleteScheduledMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.scheduleMessage": "chat:write",
    "chat.scheduledMessages.list": None,
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.info": "channels:read groups:read",
    "conversations.members": "channels:read groups:read",
    "conversations.open": "im:write",
    "oauth.v2.access": None,
    "pins.add": "pins:write",
    "pins.remove": "pins:write",
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
    "views.open": None,
    "views.publish": None,
    "views.push": None,
}
"""Every method that we call, and the right it needs by Slack's reference. Its published schema knows neither rights nor
events by name, and cannot be had without the network: so this table and `problems` stand in for it."""


def test_every_method_that_is_called_has_its_right() -> None:
    """By the code: a method is called by its name in the API, or by the SDK's name of it."""
    source = "\n".join(path.read_text() for path in Path(slack.__file__).parent.glob("*.py"))
    by_name = set(re.findall(r'"([a-z]+(?:\.[a-zA-Z0-9]+)+)"', source))
    by_sdk = set(
        re.findall(
            r"\b(?:client|api)\.((?:apps|auth|chat|conversations|pins|users|views)_\w+)", source
        )
    )
    spoken = {name for name in CALLED if name in by_name or name.replace(".", "_") in by_sdk}
    assert spoken >= set(CALLED) - {"apps.connections.open"}, (
        "a method is in the table, and not called"
    )
    assert by_sdk <= {name.replace(".", "_") for name in CALLED}, (
        "a method is called, and not in the table"
    )
    methods = {
        one
        for one in by_name
        if one.split(".")[0]
        in {
            "auth",
            "chat",
            "conversations",
            "pins",
            "views",
            "users",
            "oauth",
            "files",
            "reactions",
            "team",
        }
    }
    assert methods <= set(CALLED)
    needed = {right for rights in CALLED.values() if rights for right in rights.split()}
    # Slack gives users:read.email to nobody who does not ask for users:read as well.
    needed |= {"commands", "users:read"}
    assert needed | {right for right in EVENTS.values() if right} == set(SCOPES)
