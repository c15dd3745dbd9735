"""What each of Teams' answers means for the outbox."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.teams.pace import PLACES, Pace
from adapters.teams.reaching import US
from adapters.teams.services import FIRST, Places
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Destination, Reference
from tests.adapters.teams.house import MONDAY, House, a_house, user
from tests.fakes.teams import CHANNEL, TENANT, Fault, private

WORDS, LATER = Rendered("A card", "words", "preview"), Rendered("A card", "other words", "preview")
TO_BEN = Destination(person=user("ben"))
TO_ALL = Destination(channel=CHANNEL)
ASIDE = Destination(user("ben"), CHANNEL)


async def failing(
    house: House, *faults: Fault, to: Destination = TO_BEN, method: str = "send"
) -> DeliveryFailed:
    house.teams.fails(method, *faults)
    with pytest.raises(DeliveryFailed) as failed:
        await house.adapter.sender.post(to, WORDS, key="k")
    return failed.value


async def test_a_private_message_is_edited_in_place(house: House) -> None:
    ref = await house.adapter.sender.post(TO_BEN, WORDS, key="k")
    await house.adapter.sender.edit(TO_BEN, ref, LATER, key="k")
    (message,) = house.teams.seen(user("ben"))
    assert "other words" in message.words
    assert message.edits == 1


async def test_a_private_message_is_notified(house: House) -> None:
    await house.adapter.sender.post(TO_BEN, WORDS, key="k")
    (message,) = house.teams.messages
    assert message.activity["channelData"] == {"notification": {"alert": True}}
    assert message.preview == "preview"


async def test_an_answer_in_the_channel_comes_in_private(house: House) -> None:
    ref = await house.adapter.sender.post(ASIDE, WORDS, key="k")
    assert [m.chat for m in house.teams.messages] == [private(user("ben"))]
    await house.adapter.sender.edit(ASIDE, ref, LATER, key="k")
    assert house.sees("ben", "other words")
    assert not house.sees("carla", "words")


async def test_a_message_stands_under_its_card_and_another_in_a_thread_of_its_own(
    house: House,
) -> None:
    card = await house.adapter.sender.post(TO_ALL, WORDS, key="k")
    await house.adapter.sender.post(Destination(channel=CHANNEL, under=card), LATER, key="l")
    await house.adapter.sender.post(TO_ALL, WORDS, key="m")
    first, second, third = house.teams.messages
    assert second.chat == first.chat != third.chat
    assert first.chat.startswith(f"{CHANNEL};messageid=")
    await house.adapter.sender.edit(TO_ALL, card, LATER, key="k")
    assert first.edits == 1


async def test_what_belongs_under_a_deleted_message_stands_in_a_thread_of_its_own(
    house: House,
) -> None:
    card = await house.adapter.sender.post(TO_ALL, WORDS, key="k")
    house.teams.deletes(house.teams.messages[0])
    await house.adapter.sender.post(Destination(channel=CHANNEL, under=card), LATER, key="l")
    (message,) = house.teams.messages
    assert message.chat.startswith(f"{CHANNEL};messageid=")
    house.teams.taken_out = True
    with pytest.raises(DeliveryFailed, match="BotNotInConversationRoster") as failed:
        await house.adapter.sender.post(Destination(channel=CHANNEL, under=card), LATER, key="m")
    assert failed.value.permanent


@pytest.mark.parametrize("code", ["BotNotInConversationRoster", "Forbidden", "BadArgument"])
async def test_a_chat_with_an_earlier_app_of_ours_is_replaced(house: House, code: str) -> None:
    old = Reference("teams", user("ben"), "a:of-an-earlier-app", house.teams.service, "29:old")
    us = Reference("teams", US, "", house.teams.service, "28:an-earlier-app")
    for kept in (old, us):
        await house.store.run(lambda tx: tx.references.put(kept, now=MONDAY), name="t")  # noqa: B023 - run at once
    house.teams.fails("send", Fault(status=403, code=code))
    ref = await house.adapter.sender.post(TO_BEN, WORDS, key="k")
    assert ref.startswith(f"{private(user('ben'))}|")
    assert await house.adapter.sender.chat_with(user("ben"), anew=True)


async def test_words_for_one_place_never_land_in_another(house: House) -> None:
    ours = await house.adapter.sender.post(TO_ALL, WORDS, key="k")
    his = await house.adapter.sender.post(TO_BEN, WORDS, key="k")
    for to, ref in ((TO_ALL, his), (TO_BEN, ours), (TO_BEN, "nonsense"), (TO_BEN, "a|b|c d")):
        with pytest.raises(DeliveryFailed) as failed:
            await house.adapter.sender.edit(to, ref, LATER, key="k")
        assert failed.value.permanent
    assert not any(m.edits for m in house.teams.messages)


async def test_asked_to_wait_nothing_is_sent_before(house: House) -> None:
    failed = await failing(house, Fault(status=429, retry_after="30"))
    assert failed.retry_after == timedelta(seconds=30)
    assert not failed.permanent
    calls = len(house.teams.calls)
    house.clock.advance(timedelta(seconds=29))
    again = await failing(house)
    assert (again.retry_after, len(house.teams.calls)) == (timedelta(seconds=1), calls)
    assert await house.adapter.sender.post(TO_ALL, WORDS, key="c")  # another conversation
    house.clock.advance(timedelta(seconds=1))
    assert await house.adapter.sender.post(TO_BEN, WORDS, key="k")


@pytest.mark.parametrize("text", ["", "soon", "-3", "nan", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_pause_that_is_no_number_is_two_seconds(house: House, text: str) -> None:
    failed = await failing(house, Fault(status=429, retry_after=text))
    assert failed.retry_after == timedelta(seconds=2)


@pytest.mark.parametrize("text", ["inf", "1e300", "86400"])
async def test_no_pause_is_longer_than_five_minutes(house: House, text: str) -> None:
    failed = await failing(house, Fault(status=429, retry_after=text))
    assert failed.retry_after == timedelta(minutes=5)


async def test_what_could_not_be_done_just_now_was_not_done(house: House) -> None:
    failed = await failing(house, Fault(status=412, code="PreconditionFailed"))
    assert (failed.permanent, failed.uncertain) == (False, False)
    assert failed.retry_after
    assert await house.adapter.sender.post(TO_BEN, WORDS, key="k")


@pytest.mark.parametrize("method", ["send", "create"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=502),
        Fault(status=502, stored=True),
        Fault(status=504, code="BadGateway"),
        Fault(drop=True),
        Fault(drop=True, stored=True),
        Fault(body="<html>", status=201),
        Fault(body="[1]", status=201),
    ],
)
async def test_without_a_clear_answer_it_is_tried_again(
    house: House, method: str, fault: Fault
) -> None:
    to = TO_ALL if method == "create" else TO_BEN
    failed = await failing(house, fault, to=to, method=method)
    assert (failed.uncertain, failed.permanent) == (True, False)
    assert await house.adapter.sender.post(to, WORDS, key="k")


@pytest.mark.parametrize("body", ["{}", ""])
async def test_an_answer_that_names_no_message_is_uncertain(house: House, body: str) -> None:
    failed = await failing(house, Fault(status=201, body=body))
    assert failed.uncertain


async def test_an_answer_that_does_not_come_in_time_is_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.adapter.sender.chat_with(user("ben"))
    forever = asyncio.Event()

    async def slow(*_: Any) -> Any:
        await forever.wait()

    monkeypatch.setattr("adapters.teams.wire.ANSWERS_WITHIN", 0.05)
    monkeypatch.setattr(house.teams, "_respond", slow)
    failed = await failing(house)
    assert (failed.uncertain, failed.permanent) == (True, False)
    forever.set()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (
            Fault(status=403, code="Forbidden", sub_code="MessageWritesBlocked"),
            "MessageWritesBlocked",
        ),
        (Fault(status=403, code="BotNotInConversationRoster"), "BotNotInConversationRoster"),
        (Fault(status=403), "Forbidden"),
        (Fault(status=400, code="BadSyntax"), "BadSyntax"),
        (Fault(status=400, code="words with blanks <and more>"), "status 400"),
    ],
)
async def test_a_clear_no_is_one(house: House, fault: Fault, reason: str) -> None:
    failed = await failing(house, fault)
    assert failed.permanent
    assert str(failed) == reason


async def test_whoever_has_blocked_us_or_has_not_got_the_app_is_out_of_reach(house: House) -> None:
    house.teams.without_app.add(user("ben"))
    assert (await failing(house)).permanent
    house.teams.without_app.clear()
    house.teams.blocked.add(user("ben"))
    assert (await failing(house)).permanent


async def test_a_conversation_that_is_no_more_is_made_anew(house: House) -> None:
    await house.adapter.sender.chat_with(user("ben"))
    house.teams.fails("send", Fault(status=404, code="ConversationNotFound"))
    assert await house.adapter.sender.post(TO_BEN, WORDS, key="k")
    assert house.teams.calls.count("create") == 2
    house.teams.fails("send", *[Fault(status=404, code="ConversationNotFound")] * 2)
    assert (await failing(house)).permanent


@pytest.mark.parametrize(
    "address", ["amira", user("ben").upper(), "", "19:x@thread.tacv2", "29:1x"]
)
async def test_no_address_is_a_clear_no(house: House, address: str) -> None:
    assert (await failing(house, to=Destination(person=address))).permanent
    assert house.teams.calls == []


async def test_what_is_too_big_after_all_is_sent_shorter(house: House) -> None:
    long = Rendered("A card", "\n".join(["words " * 20] * 90), "preview")
    house.teams.limit = 24 * 1024
    ref = await house.adapter.sender.post(TO_BEN, long, key="k")
    await house.adapter.sender.edit(TO_BEN, ref, long, key="k")
    (message,) = house.teams.messages
    assert message.words.endswith("…")
    house.teams.limit = 10
    assert (await failing(house)).permanent


async def test_the_tenant_is_said_where_teams_reads_it(house: House) -> None:
    # Teams in small refuses a conversation whose tenant stands only where the SDK puts it.
    assert (await house.adapter.sender.chat_with(user("ben")))[0] == private(user("ben"))
    assert TENANT


async def test_a_stored_address_that_is_not_teams_own_is_never_asked(house: House) -> None:
    kept = (await house.adapter.sender.chat_with(user("ben")))[1]
    evil = type(kept)("teams", user("ben"), kept.chat, "https://evil.example/", kept.handle)
    await house.store.run(lambda tx: tx.references.put(evil, now=house.clock.now()), name="t")
    assert await house.adapter.sender.post(TO_BEN, WORDS, key="k")


@pytest.mark.parametrize(
    ("address", "where"),
    [
        (FIRST, "abroad"),
        ("https://smba.trafficmanager.net:443/emea/0f0e/", "abroad"),
        ("http://127.0.0.1:56151/_connector", "here"),
        ("http://localhost/", "here"),
        ("https://evil.example/", ""),
        ("http://smba.trafficmanager.net/teams/", ""),
        ("https://smba.trafficmanager.net:8443/teams/", ""),
        ("https://a@smba.trafficmanager.net/teams/", ""),
        ("https://smba.trafficmanager.net/teams/?to=evil", ""),
        ("https://[/", ""),
    ],
)
def test_only_the_places_of_teams_are_asked(address: str, where: str) -> None:
    assert Places().allow(address) == (where == "abroad")
    assert Places(here=True, abroad=False).allow(address) == (where == "here")
    assert Places(here=True).allow(address) == bool(where)


async def test_where_nobody_proves_anything_nobody_abroad_is_asked() -> None:
    async with a_house(proven=False) as house:
        for post in (TO_BEN, Destination(channel=CHANNEL)):
            with pytest.raises(DeliveryFailed, match="has not said yet") as failed:
                await house.adapter.sender.post(post, WORDS, key="k")
            assert not failed.value.permanent
        assert house.teams.calls == []
        house.teams.token = ""
        await house.deliver(house.teams.says(user("ben"), "help"))
        assert await house.adapter.sender.post(TO_BEN, WORDS, key="k")


async def test_the_ladder_goes_on_where_nobody_can_be_reached(house: House) -> None:
    await house.says("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    house.teams.blocked |= set(house.teams.people)
    house.teams.taken_out = True
    await house.passes(minutes=120)
    facts = house.store.read_now(
        lambda tx: [e.kind for c in tx.journal.chains("", 100) for e in tx.journal.read(c)]
    )
    assert facts.count("StepEntered") + facts.count("StepSkipped") >= 3


async def test_what_is_no_alarm_leaves_room_for_alarms(house: House) -> None:
    post = house.adapter.sender.post
    for number in range(6):
        await post(TO_BEN, WORDS, key=f"k{number}")
    calls = len(house.teams.calls)
    with pytest.raises(DeliveryFailed, match="takes at once") as failed:
        await post(TO_BEN, WORDS, key="k7")
    assert (failed.value.permanent, failed.value.uncertain) == (False, False)
    # Six in two seconds is the tighter one of Teams' own limits, less what is kept free.
    assert failed.value.retry_after == timedelta(seconds=2)
    assert len(house.teams.calls) == calls
    await post(TO_BEN, replace(WORDS, urgent=True), key="a1")
    await post(TO_ALL, WORDS, key="c")  # another conversation
    house.clock.advance(timedelta(seconds=2))
    assert await post(TO_BEN, WORDS, key="k7")


@pytest.mark.parametrize(("seconds", "most"), [(1, 6), (2, 6), (30, 45)])
def test_each_of_teams_windows_is_kept(seconds: int, most: int) -> None:
    begun, apart = datetime(2026, 6, 1, tzinfo=UTC), timedelta(seconds=seconds) / (most + 1)
    pace, sent, now = Pace(), list[datetime](), begun
    for _ in range(200):
        if not pace.wait("chat", now, urgent=False):
            sent.append(now)
        assert sum(now - at < timedelta(seconds=seconds) for at in sent) <= most
        now += apart
    assert len(sent) < 200
    assert pace.wait("chat", now, urgent=True) == timedelta()
    assert pace.wait("another", now, urgent=False) == timedelta()


def test_a_clock_that_was_put_back_holds_nothing_up() -> None:
    pace, now = Pace(), datetime(2026, 6, 1, tzinfo=UTC)
    for _ in range(60):
        pace.wait("chat", now, urgent=True)
    assert pace.wait("chat", now - timedelta(hours=1), urgent=False) == timedelta()


def test_conversations_that_are_over_are_forgotten() -> None:
    pace, now = Pace(), datetime(2026, 6, 1, tzinfo=UTC)
    for number in range(3 * PLACES):
        pace.wait(f"chat {number}", now + timedelta(seconds=number), urgent=False)
    assert len(pace._sent) <= PLACES
