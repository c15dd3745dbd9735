"""A chat that is silent is not the only road of an alarm (house rule 5)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.ports import Receipt
from tests.fakes.chat import Trouble
from tests.scenarios.stories import CASE, out
from tests.scenarios.twins import WORDS
from tests.scenarios.woken import WokenWorld, team_that_wakes

LADDER = ("carla", "dev", "omar", "maria")
TEXT = re.compile(
    r"Buddyline needs you: please open your chat now\."
    r"( To take it on, text back [2-9][2-9A-HJKMNP-Z]{5}\.)? \d\d:\d\d, ref [2-9A-HJKMNP-Z]{5}"
)


def alarms(world: WokenWorld, who: str) -> list[str]:
    """Return the texts by which somebody was told of an alarm."""
    return [one.text for one in world.texted(who) if TEXT.fullmatch(one.text)]


@pytest.fixture
async def world() -> AsyncIterator[WokenWorld]:
    """The team at 14:00, with Amira's visit overdue at 15:00."""
    opened = WokenWorld()
    await opened.opens(team_that_wakes())
    await out(opened)
    opened.ignore_rest("what the chat says is told elsewhere")
    yield opened
    await opened.closes()


async def test_while_the_chat_takes_an_alarm_nobody_is_texted(world: WokenWorld) -> None:
    await world.until("15:09:59")
    assert world.alarm(CASE).step == 1
    assert not world.texts.messages
    assert not world.mails.messages


async def test_a_chat_that_takes_nothing_for_good_is_left_at_once(world: WokenWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    (text,) = world.texted("ben")
    assert TEXT.fullmatch(text.text)
    assert "15:00" in text.text
    # It has arrived, so that the ladder waits for Ben as if by chat.
    assert world.alarm(CASE).step == 0
    assert "Unreachable" not in world.journal(CASE)


async def test_a_chat_that_takes_nothing_just_now_has_the_packs_time(world: WokenWorld) -> None:
    world.chat.fails("ben", Trouble.TEMPORARY)
    await world.until("15:00")
    await world.passes(seconds=44)
    assert not world.texts.messages
    await world.passes(seconds=1)
    assert len(world.texted("ben")) == 1
    await world.until("15:04:30")
    assert world.alarm(CASE).step == 0
    world.chat.heals("ben")
    await world.until("15:04:59")
    world.expect("ben", "No word from Amira Khan")
    assert len(world.texted("ben")) == 1


async def test_a_chat_that_asks_to_wait_longer_than_that_is_not_waited_for(
    world: WokenWorld,
) -> None:
    await world.until("14:59")
    world.chat.fails("ben", Trouble.LATER, times=1, retry_after=timedelta(minutes=10))
    await world.until("15:00")
    assert len(world.texted("ben")) == 1
    assert world.alarm(CASE).step == 0


async def test_a_chat_that_gives_no_answer_is_left_in_the_same_time(world: WokenWorld) -> None:
    world.chat.fails("ben", Trouble.SILENT)
    await world.until("15:00:45")
    assert len(world.texted("ben")) == 1


async def test_when_the_text_is_refused_too_the_ladder_hears_at_once(world: WokenWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    world.texts.fails(None, Trouble.PERMANENT)
    await world.until("15:00")
    assert world.alarm(CASE).step == 1
    assert "Unreachable" in world.journal(CASE)


async def test_when_chat_and_text_are_away_the_ladder_hears_within_a_minute(
    world: WokenWorld,
) -> None:
    world.chat.fails("ben", Trouble.TEMPORARY)
    world.texts.fails(None, Trouble.TEMPORARY)
    await world.until("15:00:59")
    assert world.alarm(CASE).step == 0
    await world.until("15:01")
    assert world.alarm(CASE).step == 1
    world.texts.heals()
    await world.until("15:01:30")
    assert len(world.texted("ben")) == 1, "it is tried on all the same"


async def test_one_way_that_fails_hands_on_to_the_persons_next_one(world: WokenWorld) -> None:
    await world.until("15:04")
    world.chat.fails("maria", Trouble.PERMANENT)
    world.texts.fails(None, Trouble.PERMANENT)
    await world.until("15:05")
    assert not world.texts.messages
    (mail,) = world.mailed("maria")
    assert TEXT.fullmatch(mail.text)
    assert mail.now.preview == "Buddyline needs you"
    assert "Unreachable" not in world.journal(CASE)


async def test_the_whole_chat_down_reaches_everybody_by_text(world: WokenWorld) -> None:
    world.chat.fails(None, Trouble.TEMPORARY)
    await world.until("15:06")
    for who in LADDER:
        assert len(alarms(world, who)) == 1, who
    assert len(alarms(world, "ben")) == 2, "on each step once"
    assert not alarms(world, "amira")


# --- at once, and beside the chat ------------------------------------------------------------------


async def test_the_last_step_takes_every_way_at_once(world: WokenWorld) -> None:
    await world.until("15:10")
    assert world.alarm(CASE).step == 2
    for who in ("ben", *LADDER, "helen"):
        assert len(world.texted(who)) == 1, who
    for who in ("maria", "helen"):
        assert len(world.mailed(who)) == 1, who
    assert not world.texted("amira")
    await world.until("15:15")
    first, second = world.texted("ben")
    assert first.text != second.text, "networks let the same words through a few times an hour"


async def test_a_call_for_help_takes_every_way_at_once_while_the_chat_hangs(
    world: WokenWorld,
) -> None:
    world.chat.fails("omar", Trouble.SILENT)
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    for who in ("ben", "omar", "maria"):
        (text,) = world.texted(who)
        assert TEXT.fullmatch(text.text)
    assert len(world.mailed("maria")) == 1
    assert not world.texted("amira")
    assert not world.texted("helen"), "she is only informed, and that can wait for the chat"


async def test_nothing_by_text_tells_one_kind_of_alarm_from_another(world: WokenWorld) -> None:
    await world.until("14:20")
    await world.says("amira", WORDS)
    await world.until("15:10")
    for one in (*world.texts.messages, *world.mails.messages):
        assert TEXT.fullmatch(one.text), one.text
        assert not any(
            word in one.text.lower()
            for word in ("amira", "case", "help", "alarm", "visit", "danger")
        )


async def test_who_takes_charge_spares_the_others(world: WokenWorld) -> None:
    await world.until("15:09:59")
    await world.presses("omar", "I'm on it")
    world.chat.fails("ben", Trouble.TEMPORARY)
    await world.until("15:19")
    assert not world.texts.messages


async def test_a_text_that_waits_while_somebody_takes_charge_is_not_sent(world: WokenWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    world.texts.fails(None, Trouble.TEMPORARY)
    await world.until("15:05")
    await world.presses("omar", "I'm on it")
    world.texts.heals()
    await world.until("15:07")
    assert not world.texts.messages


# --- receipts --------------------------------------------------------------------------------------


async def texted_ben(world: WokenWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")


async def test_a_text_that_did_not_arrive_moves_the_ladder_on(world: WokenWorld) -> None:
    await texted_ben(world)
    assert await world.reports(world.texted("ben")[0], Receipt.LOST)
    assert world.alarm(CASE).step == 1
    # Said again, it is no news: nobody is asked twice.
    assert not await world.reports(world.texted("ben")[0], Receipt.LOST)
    assert world.journal(CASE).count("Unreachable") == 1


async def test_a_text_that_did_not_arrive_is_followed_by_the_next_way(world: WokenWorld) -> None:
    await world.until("15:04")
    world.chat.fails("maria", Trouble.PERMANENT)
    await world.until("15:05")
    (text,) = world.texted("maria")
    assert await world.reports(text, Receipt.REFUSED)
    assert len(world.mailed("maria")) == 1
    assert "Unreachable" not in world.journal(CASE)


async def test_a_way_that_refused_for_the_moment_has_one_more_turn(
    world: WokenWorld,
) -> None:
    await world.until("15:04")
    world.chat.fails("maria", Trouble.PERMANENT)
    world.texts.fails(None, Trouble.TEMPORARY, times=1)
    await world.until("15:05")
    (mail,) = world.mailed("maria")
    assert not world.texted("maria")
    assert await world.reports(mail, Receipt.LOST, platform="email")
    (text,) = world.texted("maria")
    assert "Unreachable" not in world.journal(CASE)
    # Once more, and not for ever: after that the ladder hears.
    assert await world.reports(text, Receipt.LOST)
    assert await world.reports(world.mailed("maria")[-1], Receipt.LOST, platform="email")
    assert len(world.texted("maria")) == 1
    assert "Unreachable" in world.journal(CASE)


async def test_that_it_arrived_takes_no_charge_and_holds_nothing(world: WokenWorld) -> None:
    await texted_ben(world)
    assert await world.reports(world.texted("ben")[0], Receipt.DELIVERED)
    assert world.alarm(CASE).charge is None
    await world.until("15:05")
    assert world.alarm(CASE).step == 1


async def test_a_receipt_of_another_way_or_of_nothing_is_not_known(world: WokenWorld) -> None:
    await texted_ben(world)
    assert not await world.reports(world.texted("ben")[0], Receipt.LOST, platform="email")
    assert not await world.receipts.receipt("sms", "nothing", Receipt.LOST)
    assert world.alarm(CASE).step == 0


async def test_who_has_the_alarm_by_chat_as_well_is_reached_without_the_text(
    world: WokenWorld,
) -> None:
    await world.until("15:10")
    assert world.alarm(CASE).step == 2
    assert await world.reports(world.texted("ben")[0], Receipt.REFUSED)
    assert "Unreachable" not in world.journal(CASE)


async def test_a_new_process_sends_what_the_old_one_had_not(world: WokenWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    world.texts.fails(None, Trouble.TEMPORARY)
    await world.until("15:00:20")
    await world.restarts()
    world.texts.heals()
    await world.until("15:00:45")
    assert len(world.texted("ben")) == 1
