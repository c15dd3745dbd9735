"""Socket Mode: the same visit over connections that we open, and what happens when one falls silent or breaks."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.ports import InboundEvent, Unavailable
from bot.service.intake import DurableIntake
from tests.adapters.slack.house import House, a_house, user


@pytest.fixture
async def linked() -> AsyncIterator[House]:
    """The team on Slack, over Socket Mode."""
    async with a_house(by_socket=True) as opened:
        yield opened


async def test_a_form_that_was_refused_stays_open(linked: House) -> None:
    await linked.command("amira", "")
    answer = json.loads(await linked.submits("amira", end="soon", case="CASE321"))
    assert answer["response_action"] == "errors"


async def test_one_connection_that_ends_leaves_the_other(linked: House) -> None:
    await linked.slack.links[0].close()
    await linked.command("amira", "start now 45m CASE123")
    assert linked.sees("carla", "CASE123")


async def test_what_cannot_be_stored_is_not_acknowledged(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(_self: DurableIntake, _event: InboundEvent) -> None:
        raise Unavailable

    _, event = linked.slack.says(user("amira"), "start now 45m CASE123")
    with monkeypatch.context() as broken:
        broken.setattr(DurableIntake, "receive", down)
        with pytest.raises(TimeoutError):
            await linked.slack.deliver_by_socket(event, within=0.3)
    await linked.deliver(event)
    assert linked.sees("carla", "CASE123")


async def test_a_silent_connection_is_renewed_while_the_other_stays(linked: House) -> None:
    before = linked.slack.calls.count("apps.connections.open")
    assert linked.adapter.sockets is not None
    linked.clock.advance(timedelta(minutes=10))
    for _ in range(4):
        await linked.adapter.sockets.look()
        assert any(not link.closed for link in linked.slack.links)
        await linked.slack.linked(2)
    assert linked.slack.calls.count("apps.connections.open") == before + 2


async def test_without_any_connection_a_finding_says_so(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    sockets = linked.adapter.sockets
    assert sockets is not None
    linked.slack.revoked = True
    await sockets.close()
    with caplog.at_level(logging.ERROR, "buddyline.slack"):
        await sockets.look()
        linked.clock.advance(timedelta(seconds=59))
        await sockets.look()
        assert "slack.deaf" not in caplog.text
        linked.clock.advance(timedelta(seconds=1))
        await sockets.look()
    assert "slack.deaf" in caplog.text
