"""A receipt that never comes counts as "not delivered", and what messages cost in a day is counted across processes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.ports import Receipt, Received
from tests.fakes.chat import Trouble
from tests.scenarios.stories import CASE, out
from tests.scenarios.woken import WokenWorld, team_that_wakes


@pytest.fixture
async def world() -> AsyncIterator[WokenWorld]:
    """Amira's visit is overdue at 15:00, Ben's chat takes nothing, and two texts a day that are no alarms may go out."""
    opened = WokenWorld(told=True, a_day=2)
    await opened.opens(team_that_wakes())
    await out(opened)
    opened.ignore_rest("what the chat says is told elsewhere")
    opened.chat.fails("ben", Trouble.PERMANENT)
    yield opened
    await opened.closes()


async def test_a_text_of_which_nobody_says_anything_moves_the_ladder_on(
    world: WokenWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.until("15:01:59")
    assert len(world.texted("ben")) == 1
    assert world.alarm(CASE).step == 0
    await world.until("15:02")
    assert world.alarm(CASE).step == 1
    assert "Unreachable" in world.journal(CASE)
    assert "finding way.sms: a message was accepted, and nobody says whether it arrived" in (
        caplog.text
    )


async def test_a_text_that_has_arrived_is_not_waited_for(world: WokenWorld) -> None:
    await world.until("15:01:59")
    await world.reports(world.texted("ben")[0], Receipt.DELIVERED)
    await world.until("15:04:59")
    assert world.alarm(CASE).step == 0


async def test_the_persons_next_way_is_taken_first(world: WokenWorld) -> None:
    world.chat.fails("maria", Trouble.PERMANENT)
    await world.until("15:02")
    assert world.alarm(CASE).step == 1
    assert len(world.texted("maria")) == 1
    await world.until("15:03:59")
    assert not world.mailed("maria")
    await world.until("15:04")
    assert len(world.mailed("maria")) == 1
    await world.until("15:06")
    assert world.facts(CASE, "Unreachable")[-1]["person_id"] == "maria"


async def test_a_text_that_arrives_late_can_still_be_answered(world: WokenWorld) -> None:
    world.chat.heals("ben")
    for who in ("omar", "carla"):
        world.chat.fails(who, Trouble.PERMANENT)
    await world.until("15:08")
    assert world.alarm(CASE).step == 1
    text = world.texted("omar")[-1]
    assert await world.reports(text, Receipt.DELIVERED)
    assert await world.texts_back("omar", world.code("omar")) is Received.DECIDED
    assert world.alarm(CASE).charge == "omar"


async def test_a_new_process_waits_no_longer_than_the_old_one_would_have(
    world: WokenWorld,
) -> None:
    await world.until("15:01")
    await world.restarts()
    await world.until("15:01:59")
    assert world.alarm(CASE).step == 0
    await world.until("15:02")
    assert world.alarm(CASE).step == 1


async def test_once_somebody_is_in_charge_silence_changes_nothing(world: WokenWorld) -> None:
    await world.until("15:01")
    await world.texts_back("ben", world.code("ben"))
    await world.until("15:04")
    assert world.alarm(CASE).charge == "ben"
    assert world.alarm(CASE).step == 0


# --- what it costs ---------------------------------------------------------------------------------


async def asks(world: WokenWorld, times: int) -> int:
    """Have Amira text what is answered by text, so often; return how many answers she has got."""
    for _ in range(times):
        await world.texts_back("amira", "what is this")
        await world.passes(minutes=1)
    return len(world.texted("amira"))


async def test_beyond_the_days_number_nobody_is_answered_by_text(
    world: WokenWorld, caplog: pytest.LogCaptureFixture
) -> None:
    assert await asks(world, 2) == 2
    assert caplog.text.count("finding sms.spending") == 1
    assert await asks(world, 2) == 2
    assert caplog.text.count("finding sms.spending") == 1


async def test_alarms_go_on_beyond_it(world: WokenWorld) -> None:
    await asks(world, 3)
    await world.until("15:00")
    assert len(world.texted("ben")) == 1


async def test_what_alarms_cost_counts_as_well(world: WokenWorld) -> None:
    await world.until("15:08")
    assert len(world.texts.messages) >= 2
    assert await asks(world, 1) == 0


async def test_a_new_process_does_not_forget_it(world: WokenWorld) -> None:
    await asks(world, 1)
    await world.restarts()
    assert await asks(world, 2) == 2


async def test_another_day_begins_at_midnight_of_the_world_clock(world: WokenWorld) -> None:
    assert await asks(world, 3) == 2
    await world.says("amira", "left")
    await world.says("amira", "home")
    await world.reaches(world.clock.now().replace(hour=23, minute=59, second=30))
    assert await asks(world, 1) == 2
    assert await asks(world, 1) == 3


async def test_a_test_beyond_it_goes_out_the_next_day_and_finds_no_fault(
    world: WokenWorld,
) -> None:
    await asks(world, 2)
    await world.says("amira", "left")
    await world.says("amira", "home")
    await world.says("maria", "team test @omar")
    await world.passes(hours=23, minutes=50)
    assert not [one for one in world.unread() if "was not reached" in one.text]
    assert not world.texted("omar")
    await world.passes(minutes=20)
    (text,) = world.texted("omar")
    await world.reports(text, Receipt.DELIVERED)
    world.expect("maria", "Omar Haddad was reached by text message")
