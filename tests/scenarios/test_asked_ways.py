"""A platform that says nothing by itself is asked what became of a message; what it cannot say counts as silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.domain.errors import DeliveryFailed
from bot.ports import Receipt, Tx, Unavailable
from bot.service import awaiting
from tests.fakes.chat import Trouble
from tests.scenarios.stories import CASE, out
from tests.scenarios.woken import FakeText, WokenWorld, team_that_wakes

T = TypeVar("T")
SILENCE = "nobody says whether it arrived"


class AskedText(FakeText):
    """Texts of which the platform says what became of them when it is asked, or does whatever `answer` is."""

    def __init__(self) -> None:
        super().__init__("sms")
        self.capabilities = replace(
            self.capabilities, told_within=timedelta(minutes=2), tells=False
        )
        self.answer: Receipt | Exception | None = None
        self.hangs = False
        self.asked: list[str] = []

    async def became(self, ref: str) -> Receipt | None:
        """Return what became of it, or fail as told."""
        self.asked.append(ref)
        if self.hangs:
            await asyncio.Event().wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class AskedWorld(WokenWorld):
    """The team whose texts have to be asked about."""

    def _boot(self) -> None:
        if not isinstance(self.texts, AskedText):
            self.texts = AskedText()
        super()._boot()

    @property
    def platform(self) -> AskedText:
        """The one that is asked."""
        assert isinstance(self.texts, AskedText)
        return self.texts


def found(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what asking has found wrong, without content."""
    return [one.getMessage() for one in caplog.records if one.name == awaiting.__name__]


@pytest.fixture
async def world() -> AsyncIterator[AskedWorld]:
    """Amira's visit is overdue at 15:00, and Ben's chat takes nothing: he is texted."""
    opened = AskedWorld()
    await opened.opens(team_that_wakes())
    await out(opened)
    opened.ignore_rest("what the chat says is told elsewhere")
    opened.chat.fails("ben", Trouble.PERMANENT)
    await opened.until("15:00")
    yield opened
    await opened.closes()


async def test_it_is_asked_after_ten_seconds_and_what_it_says_counts(world: AskedWorld) -> None:
    world.platform.answer = Receipt.LOST
    await world.passes(seconds=9)
    assert not world.platform.asked
    await world.passes(seconds=1)
    assert world.platform.asked == [world.texted("ben")[0].ref]
    assert world.alarm(CASE).step == 1


async def test_it_is_asked_again_until_it_knows_and_no_longer(world: AskedWorld) -> None:
    await world.passes(seconds=49)
    assert len(world.platform.asked) == 2
    world.platform.answer = Receipt.DELIVERED
    await world.until("15:04:59")
    assert len(world.platform.asked) == 3
    assert world.alarm(CASE).step == 0


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (None, ""),
        (DeliveryFailed("it cannot be asked now"), ""),
        (TimeoutError(), ""),
        (RuntimeError("a secret"), "finding relay.sender: sms raised RuntimeError"),
    ],
    ids=["unknown", "unavailable", "slow", "broken"],
)
async def test_what_it_never_says_counts_as_silence_when_the_time_is_up(
    world: AskedWorld,
    answer: Exception | None,
    finding: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    world.platform.answer = answer
    await world.until("15:01:59")
    assert world.alarm(CASE).step == 0
    assert SILENCE not in caplog.text
    await world.until("15:02")
    assert world.alarm(CASE).step == 1
    assert SILENCE in caplog.text
    assert set(found(caplog)) == ({finding} if finding else set())


async def test_one_that_answers_nothing_holds_nobody_up(
    world: AskedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(awaiting, "ASKING", timedelta())
    world.platform.hangs = True
    await world.until("15:02")
    assert world.alarm(CASE).step == 1


@pytest.mark.parametrize(
    ("error", "finding"),
    [
        (Unavailable("no disk"), "finding relay.store: the database takes no commit"),
        (RuntimeError("a secret"), "finding relay.unheard: RuntimeError"),
    ],
)
async def test_what_cannot_be_written_is_looked_at_again(
    world: AskedWorld,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    finding: str,
) -> None:
    world.platform.answer = Receipt.LOST
    run = world.store.run

    async def fails(work: Callable[[Tx], T], *, name: str) -> T:
        if name == "unheard":
            raise error
        return await run(work, name=name)

    with monkeypatch.context() as patched:
        patched.setattr(world.store, "run", fails)
        await world.passes(seconds=10)
    assert found(caplog) == [finding]
    assert world.alarm(CASE).step == 0
    await world.passes(seconds=20)
    assert world.alarm(CASE).step == 1
