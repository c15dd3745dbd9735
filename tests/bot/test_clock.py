"""The real clock waits no longer than it must, and looks up when the time jumps."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import DemoClock, SystemClock, SystemIds
from bot.ports import Clock, IdSource
from tests.fakes.clock import VirtualClock

START = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)


class ReadsFrom(SystemClock):
    """A system clock whose face shows what the test says, one reading after another; the last one stays."""

    def __init__(self, *readings: datetime) -> None:
        super().__init__(longest_slice=timedelta(milliseconds=1))
        self.readings = list(readings)

    def now(self) -> datetime:
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]


def test_both_are_what_the_ports_ask_for() -> None:
    clock: Clock = SystemClock()
    ids: IdSource = SystemIds()
    assert clock.now().utcoffset() == timedelta()
    assert len(ids.token(12)) == 12


def test_an_id_is_its_prefix_the_time_and_sixty_bits() -> None:
    ids = SystemIds()
    made = {ids.new("vis") for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"vis_[a-z2-7]{20}", one) for one in made)
    assert len(set("".join(one[-12:] for one in made))) == 32


def test_ids_sort_by_the_time_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, made = SystemIds(), []
    for instant in (START, START + timedelta(milliseconds=1), START + timedelta(days=3650)):
        nanoseconds = int(instant.timestamp() * 1000) * 1_000_000
        monkeypatch.setattr("bot.clock.time.time_ns", lambda now=nanoseconds: now)
        made.append(ids.new("vis"))
    assert made == sorted(made)
    assert len({one[:12] for one in made}) == 3


@pytest.mark.parametrize("late_by", [timedelta(), timedelta(hours=1)])
async def test_an_instant_that_has_come_is_not_waited_for(late_by: timedelta) -> None:
    await ReadsFrom(START).wait(START - late_by, asyncio.Event())


async def test_a_wake_that_was_set_before_ends_the_wait_at_once() -> None:
    wake = asyncio.Event()
    wake.set()
    await SystemClock().wait(datetime.max.replace(tzinfo=UTC), wake)
    assert wake.is_set()


async def test_a_wake_during_the_wait_ends_it() -> None:
    wake = asyncio.Event()
    waiting = asyncio.create_task(SystemClock().wait(datetime.max.replace(tzinfo=UTC), wake))
    asyncio.get_running_loop().call_soon(wake.set)
    await waiting


async def test_a_clock_that_jumps_is_noticed_within_a_slice() -> None:
    clock = ReadsFrom(START, START, START + timedelta(hours=2))
    await clock.wait(START + timedelta(hours=1), asyncio.Event())
    assert clock.readings == [START + timedelta(hours=2)]


async def test_a_wait_can_be_cancelled() -> None:
    waiting = asyncio.create_task(
        SystemClock().wait(datetime.max.replace(tzinfo=UTC), asyncio.Event())
    )
    asyncio.get_running_loop().call_soon(waiting.cancel)
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_demos_clock_goes_forward_only_and_wakes_who_waits() -> None:
    host = VirtualClock(START)
    clock = DemoClock(host)
    waiting = asyncio.create_task(clock.wait(START + timedelta(hours=1), asyncio.Event()))
    await asyncio.wait([waiting], timeout=0)
    clock.forward(timedelta(minutes=40))
    await asyncio.wait([waiting], timeout=0)
    assert not waiting.done()
    with pytest.raises(ValueError, match="forward only"):
        clock.forward(-timedelta(seconds=1))
    clock.forward(timedelta(minutes=20))
    await waiting
    assert clock.now() == START + timedelta(hours=1)
    assert clock.offset == timedelta(hours=1)


async def test_a_demos_clock_goes_with_its_host_and_hears_a_wake() -> None:
    host = VirtualClock(START)
    clock = DemoClock(host)
    clock.forward(timedelta(hours=1))
    wake = asyncio.Event()
    waiting = asyncio.create_task(clock.wait(START + timedelta(hours=1, minutes=1), wake))
    while host.next_wait() is None:
        await asyncio.wait([waiting], timeout=0)
    assert host.next_wait() == START + timedelta(minutes=1)
    host.advance(timedelta(minutes=1))
    await waiting
    wake.set()
    await clock.wait(START + timedelta(days=1), wake)
