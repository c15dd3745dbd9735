"""What each of Slack's answers means for the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Destination
from tests.adapters.slack.house import House, user
from tests.fakes.slack import CHANNEL, TEAM
from tests.fakes.slack_faults import Fault

WORDS, LATER = Rendered("A card", "words", "preview"), Rendered("A card", "other words", "preview")
TO_BEN = Destination(person=f"{TEAM}/{user('ben')}")
TO_ALL = Destination(channel=f"{TEAM}/{CHANNEL}")
ASIDE = Destination(f"{TEAM}/{user('ben')}", f"{TEAM}/{CHANNEL}")


async def failing(house: House, *faults: Fault, to: Destination = TO_BEN) -> DeliveryFailed:
    house.slack.fails("chat.postMessage", *faults)
    with pytest.raises(DeliveryFailed) as failed:
        await house.adapter.sender.post(to, WORDS, key="k")
    return failed.value


async def test_a_private_message_is_edited_by_the_chats_own_id(house: House) -> None:
    ref = await house.adapter.sender.post(TO_BEN, WORDS, key="k")
    await house.adapter.sender.edit(TO_BEN, ref, LATER, key="k")
    (message,) = house.slack.seen(user("ben"))
    assert "other words" in message.words
    assert message.edits == 1


async def test_an_answer_in_the_channel_is_seen_by_one_and_stays(house: House) -> None:
    ref = await house.adapter.sender.post(ASIDE, WORDS, key="k")
    assert [m.only_for for m in house.slack.seen(user("ben"))] == [user("ben")]
    assert house.slack.seen(user("carla")) == []
    with pytest.raises(DeliveryFailed) as failed:
        await house.adapter.sender.edit(ASIDE, ref, LATER, key="k")
    assert failed.value.permanent


async def test_a_message_stands_under_its_card(house: House) -> None:
    card = await house.adapter.sender.post(TO_ALL, WORDS, key="k")
    under = Destination(channel=f"{TEAM}/{CHANNEL}", under=card)
    await house.adapter.sender.post(under, LATER, key="l")
    first, second = house.slack.seen(user("ben"))
    assert second.thread == first.ts


async def test_words_for_one_channel_never_land_in_another(house: House) -> None:
    ref = await house.adapter.sender.post(TO_BEN, WORDS, key="k")
    with pytest.raises(DeliveryFailed) as failed:
        await house.adapter.sender.edit(TO_ALL, ref, LATER, key="k")
    assert failed.value.permanent


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, error="ratelimited", retry_after="30"),
        Fault(status=429, retry_after="30"),
        Fault(error="ratelimited", retry_after="30"),
    ],
)
async def test_asked_to_wait_nothing_is_sent_before(house: House, fault: Fault) -> None:
    failed = await failing(house, fault)
    assert failed.retry_after == timedelta(seconds=30)
    assert not failed.permanent
    calls = len(house.slack.calls)
    house.clock.advance(timedelta(seconds=29))
    again = await failing(house)
    assert (again.retry_after, len(house.slack.calls)) == (timedelta(seconds=1), calls)
    assert await house.adapter.sender.post(TO_ALL, WORDS, key="c")  # another channel
    house.clock.advance(timedelta(seconds=1))
    assert await house.adapter.sender.post(TO_BEN, WORDS, key="k")


@pytest.mark.parametrize("text", ["1.5", "", "soon", "-3"])
async def test_a_pause_that_is_no_number_is_a_second(house: House, text: str) -> None:
    failed = await failing(house, Fault(status=429, error="ratelimited", retry_after=text))
    assert failed.retry_after in {timedelta(seconds=1), timedelta(seconds=1.5)}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=502),
        Fault(status=504),
        Fault(error="internal_error"),
        Fault(error="fatal_error"),
        Fault(drop=True),
        Fault(drop=True, stored=True),
    ],
)
async def test_without_a_clear_answer_it_is_tried_again(house: House, fault: Fault) -> None:
    failed = await failing(house, fault)
    assert (failed.uncertain, failed.permanent) == (True, False)
    assert await house.adapter.sender.post(TO_BEN, WORDS, key="k")


async def test_an_answer_that_does_not_come_in_time_is_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_self: AsyncWebClient, **_body: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(AsyncWebClient, "chat_postMessage", slow)
        failed = await failing(house)
    assert (failed.uncertain, failed.permanent) == (True, False)


async def test_what_slack_finds_wrong_in_our_own_words_is_a_finding(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await failing(house, Fault(error="msg_blocks_too_long"))).permanent
    assert "finding slack.refused: msg_blocks_too_long" in caplog.text


@pytest.mark.parametrize(
    "code",
    ["channel_not_found", "is_archived", "account_inactive", "not_in_channel", "token_revoked"],
)
async def test_a_clear_no_is_one(house: House, code: str) -> None:
    assert (await failing(house, Fault(error=code))).permanent


@pytest.mark.parametrize("address", ["amira", "T0TEAM", "T0TEAM/", "x/y", ""])
async def test_no_address_is_a_clear_no(house: House, address: str) -> None:
    assert (await failing(house, to=Destination(person=address))).permanent


async def test_after_a_revoked_token_the_ladder_hears_of_it(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    house.slack.revoked = True
    await house.passes(minutes=200)
    facts = house.store.read_now(
        lambda tx: [e.kind for c in tx.journal.chains("", 100) for e in tx.journal.read(c)]
    )
    assert facts.count("StepEntered") + facts.count("StepSkipped") >= 3
