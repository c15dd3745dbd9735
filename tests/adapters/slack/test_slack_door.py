"""What is let in: signatures, ages, workspaces, shapes; and what Slack hears when nothing can be stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.ports import InboundEvent, Unavailable
from bot.service.intake import DurableIntake
from tests.adapters.slack.house import House, user
from tests.fakes.slack import CHANNEL, SECRET
from tests.fakes.slack_requests import signed


async def post(house: House, raw: str, headers: dict[str, str]) -> int:
    async with house.slack._http.post(house.url, data=raw, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("late", [-310.0, 310.0])
async def test_an_old_signature_is_refused(house: House, late: float) -> None:
    await house.deliver(house.slack.command(user("amira"), "help"), late=late, expect=401)


async def test_another_secret_is_refused(house: House) -> None:
    body = house.slack.command(user("amira"), "start now 45m CASE123")
    await house.deliver(body, secret="f" * 32, expect=401)
    assert not house.sees("carla", "CASE123")


@pytest.mark.parametrize("stamp", ["", "soon", "1e9", "٣"])
async def test_a_time_stamp_that_is_none_is_refused(house: House, stamp: str) -> None:
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=1"}
    try:
        assert await post(house, "{}", headers) in {400, 401}
    except UnicodeEncodeError:
        pytest.skip("this header cannot even be sent")


async def test_an_unsigned_request_is_refused(house: House) -> None:
    assert await post(house, "command=/visit&text=help", {}) == 401


async def test_another_workspace_is_refused(house: House) -> None:
    body = house.slack.command(user("amira"), "start now 45m CASE123") | {"team_id": "T0OTHER"}
    await house.deliver(body)
    assert not house.sees("carla", "CASE123")


async def test_the_address_is_proven_once(house: House) -> None:
    body = {"type": "url_verification", "challenge": "abc"}
    assert "abc" in await house.deliver(body)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback", "team_id": "T0TEAM", "event": {"type": "message"}},
        {"type": "event_callback", "team_id": "T0TEAM", "event": {"type": "reaction_added"}},
        {
            "type": "block_actions",
            "team": {"id": "T0TEAM"},
            "user": {"id": "U0AMIRA"},
            "trigger_id": "1",
            "actions": [{"action_id": "other", "type": "button"}],
        },
        {"type": "view_closed", "team": {"id": "T0TEAM"}, "user": {"id": "U0AMIRA"}},
    ],
)
async def test_what_has_no_meaning_is_taken_and_does_nothing(
    house: House, body: dict[str, Any]
) -> None:
    before = len(house.slack.messages)
    await house.deliver(body)
    assert len(house.slack.messages) == before


async def test_the_bots_own_messages_are_nobodys_words(house: House) -> None:
    event = {"type": "message", "user": "U0BOT", "bot_id": "B0BOT", "text": "help", "ts": "1.1"}
    before = len(house.slack.messages)
    await house.deliver(house.slack.event(event | {"channel": CHANNEL}))
    assert len(house.slack.messages) == before


async def test_when_nothing_can_be_stored_slack_sends_it_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(_self: DurableIntake, _event: InboundEvent) -> None:
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr(DurableIntake, "receive", down)
        _, event = house.slack.says(user("amira"), "start now 45m CASE123")
        await house.deliver(event, expect=503)
        said = json.loads(await house.deliver(house.slack.command(user("amira"), "help")))
        assert "send it again" in said["text"]
    await house.deliver(event)
    assert house.sees("carla", "CASE123")


def test_a_signature_is_of_the_body() -> None:
    assert signed("a", at=1, secret=SECRET) != signed("b", at=1, secret=SECRET)
