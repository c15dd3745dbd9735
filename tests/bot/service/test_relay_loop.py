"""When the relay looks again, what it leaves for later, and when it says that it is stuck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.message import Priority, Rendered
from bot.ports import Destination, Outgoing, Unavailable
from bot.service import relay as module
from bot.service.outlook import Outlook
from bot.service.relay import (
    GIVING_WAY,
    IN_OTHER_HANDS,
    LEASE,
    LONGEST_SEND,
    LONGEST_SLEEP,
    PAUSE,
    SEND_WITHIN,
    SHARE,
    Relay,
)
from tests.bot.service.sending import HOME, ROW, WORDS, Platform
from tests.fakes.clock import START, VirtualClock
from tests.fakes.ids import SeededIds

MICROSECOND = timedelta(microseconds=1)


class Box:
    """A store with an outbox alone: what is in it, how far down it was asked for, and what goes wrong."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.rows: list[Outgoing] = []
        self.due: datetime | None = None
        self.fails: Exception | None = None
        self.takes = timedelta()
        self.asked: list[Priority] = []
        self.leases: list[timedelta] = []
        self.recorded = 0
        self.outbox = self.pulses = self.visits = self

    def on_commit(self, told: object) -> None: ...

    async def run(self, work: Callable[[Any], Any], *, name: str) -> Any:
        if self.fails is not None:
            raise self.fails
        done = work(self)
        if name == "claim":
            self.clock.advance(self.takes)
        return done

    async def read(self, work: Callable[[Any], Any]) -> Any:
        return work(self)

    def get(self, _name: str) -> None: ...

    def hold(self, _visit_id: str) -> None: ...

    def next_due(self, _now: datetime) -> datetime | None:
        return self.due

    def claim(
        self, now: datetime, *, limit: int, lease_until: datetime, token: str, down_to: Priority
    ) -> tuple[Outgoing, ...]:
        assert limit
        assert token
        self.asked.append(down_to)
        self.leases.append(lease_until - now)
        claimed, self.rows = tuple(self.rows), []
        return claimed

    def unheard(self, _now: datetime, _limit: int, *, again: timedelta) -> tuple[()]:
        assert again
        return ()

    def record(self, results: list[object]) -> tuple[int, ...]:
        self.recorded += len(results)
        return ()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def box(clock: VirtualClock) -> Box:
    return Box(clock)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    def seen(_tx: object, row: Outgoing, **_more: object) -> Outlook:
        return Outlook(row, HOME, 1, Destination(person="bob@alpha", channel=None), WORDS)

    monkeypatch.setattr(module, "outlook", seen)
    monkeypatch.setattr(module, "read_ahead", lambda _tx, rows: rows)
    return Platform()


def relay_of(box: Box, platform: Platform | None = None, *, behind: bool = False) -> Relay:
    store: Any = box
    senders = {"alpha": platform} if platform else {}
    return Relay(store, box.clock, SeededIds(), senders, behind=lambda: behind)


async def turns(loop: asyncio.Task[Any]) -> None:
    """Let a loop come as far as it can without time going on."""
    for _ in range(20):
        await asyncio.wait([loop], timeout=0)


class Running:
    """A relay's loop under way, and how to end it."""

    def __init__(self, relay: Relay) -> None:
        self.stopping = asyncio.Event()
        self.relay = relay
        self.task = asyncio.create_task(relay.run(self.stopping))

    async def ends(self) -> None:
        self.stopping.set()
        self.relay.wake()
        await self.task


@pytest.mark.parametrize(
    ("due", "waits"),
    [
        (None, LONGEST_SLEEP),
        (START + timedelta(seconds=3), timedelta(seconds=3)),
        (START + timedelta(seconds=99), LONGEST_SLEEP),
    ],
)
async def test_it_sleeps_until_the_next_try_and_never_long(
    box: Box, due: datetime | None, waits: timedelta
) -> None:
    box.due = due
    running = Running(relay_of(box))
    await turns(running.task)
    assert box.clock.next_wait() == START + waits
    assert len(box.asked) == 1
    await running.ends()


async def test_what_another_process_is_claiming_is_looked_at_again_soon(box: Box) -> None:
    box.due = START
    running = Running(relay_of(box))
    await turns(running.task)
    assert len(box.asked) == 2, "at once, and then not in a circle"
    assert box.clock.next_wait() == START + IN_OTHER_HANDS
    await running.ends()


async def test_a_database_that_takes_nothing_is_asked_again_after_a_pause(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    box.fails = Unavailable("full")
    running = Running(relay_of(box))
    await turns(running.task)
    assert box.clock.next_wait() == START + PAUSE
    assert caplog.messages == ["finding relay.store: the database takes no commit"]
    box.fails = None
    box.clock.advance(PAUSE)
    await turns(running.task)
    assert len(box.asked) == 1
    await running.ends()


async def test_while_the_engine_is_behind_alarms_go_first_and_the_rest_each_second(
    box: Box,
) -> None:
    everything, alarms = Priority.INFORMATION, Priority.ESCALATION
    running = Running(relay_of(box, behind=True))
    await turns(running.task)
    assert box.asked == [everything]
    running.relay.wake()
    await turns(running.task)
    assert box.asked == [everything, alarms]
    assert box.clock.next_wait() == START + GIVING_WAY
    box.clock.jump_to(START + SHARE - MICROSECOND)
    await turns(running.task)
    assert box.asked == [everything, alarms, alarms]
    box.clock.jump_to(START + SHARE)
    running.relay.wake()
    await turns(running.task)
    assert box.asked == [everything, alarms, alarms, everything]
    await running.ends()


async def test_otherwise_everything_goes_at_any_time(box: Box) -> None:
    running = Running(relay_of(box))
    for _ in range(3):
        running.relay.wake()
        await turns(running.task)
    assert set(box.asked) == {Priority.INFORMATION}
    assert set(box.leases) == {LEASE}
    await running.ends()


@pytest.mark.parametrize(
    ("takes", "sent"),
    [(LEASE - SEND_WITHIN - MICROSECOND, True), (LEASE - SEND_WITHIN, False)],
)
async def test_nothing_is_sent_whose_lease_could_end_meanwhile(
    box: Box, platform: Platform, takes: timedelta, sent: bool
) -> None:
    box.rows, box.takes = [ROW], takes
    assert await relay_of(box, platform).step() == 1
    assert bool(platform.took) is sent
    assert box.recorded == int(sent)


async def test_a_send_under_way_for_too_long_is_told_and_waited_for(
    box: Box, platform: Platform
) -> None:
    answer = asyncio.Event()

    async def post(to: Destination, what: Rendered, *, key: str) -> str:
        await answer.wait()
        return "r1"

    platform.post = post  # type: ignore[method-assign]
    box.rows = [ROW]
    relay = relay_of(box, platform)
    running = Running(relay)
    await turns(running.task)
    assert not relay.stuck(START + LONGEST_SEND)
    assert relay.stuck(START + LONGEST_SEND + MICROSECOND)
    await running.ends()
    draining = asyncio.create_task(relay.drain())
    await turns(draining)
    assert not draining.done()
    answer.set()
    await draining
    assert box.recorded == 1
    assert not relay.stuck(START + timedelta(days=1))


async def test_one_destination_waits_for_its_own_messages_and_for_no_others(
    box: Box, platform: Platform
) -> None:
    order: list[str] = []
    answers = {"a": asyncio.Event(), "b": asyncio.Event(), "c": asyncio.Event()}

    async def post(to: Destination, what: Rendered, *, key: str) -> str:
        order.append(key)
        await answers[key].wait()
        return "r1"

    platform.post = post  # type: ignore[method-assign]
    box.rows = [
        replace(ROW, id=1, dedupe="a"),
        replace(ROW, id=2, dedupe="b"),
        replace(ROW, id=3, dedupe="c", person_id="per_carla"),
    ]
    step = asyncio.create_task(relay_of(box, platform).step())
    await turns(step)
    assert order == ["a", "c"]
    answers["a"].set()
    await turns(step)
    assert order == ["a", "c", "b"]
    for answer in answers.values():
        answer.set()
    assert await step == 3
    assert box.recorded == 3


async def test_a_result_that_cannot_be_written_is_left_to_its_lease(
    box: Box, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    taken = platform.post

    async def post(to: Destination, what: Rendered, *, key: str) -> str:
        box.fails = Unavailable("full")
        return await taken(to, what, key=key)

    platform.post = post  # type: ignore[method-assign]
    box.rows = [ROW]
    assert await relay_of(box, platform).step() == 1
    assert (len(platform.took), box.recorded) == (1, 0)
    assert caplog.messages == [
        "finding relay.store: a result could not be written; the lease returns the row"
    ]
