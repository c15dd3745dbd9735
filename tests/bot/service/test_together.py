"""What several tasks ask at the same time is asked in one go, and each gets its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from bot.service.together import Together


class Oracle:
    """Answers with the square; batches as they were asked."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate: asyncio.Event | None = None

    async def __call__(self, questions: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(questions))
        if self.gate is not None:
            await self.gate.wait()
        if 13 in questions:
            raise ValueError("13")
        return [each * each for each in questions]


async def test_those_who_ask_at_once_are_asked_together() -> None:
    oracle = Oracle()
    ask = Together(oracle, most=3)
    assert await asyncio.gather(*(ask(n) for n in range(5))) == [0, 1, 4, 9, 16]
    assert oracle.batches == [[0, 1, 2], [3, 4]]
    assert await ask(6) == 36


async def test_who_comes_later_is_in_the_next_batch() -> None:
    oracle = Oracle()
    oracle.gate = asyncio.Event()
    ask = Together(oracle, most=9)
    first = asyncio.create_task(ask(1))
    await asyncio.wait([first], timeout=0)
    later = [asyncio.create_task(ask(n)) for n in (2, 3)]
    await asyncio.wait(later, timeout=0)
    oracle.gate.set()
    assert await asyncio.gather(first, *later) == [1, 4, 9]
    assert oracle.batches == [[1], [2, 3]]


async def test_what_a_batch_raises_everybody_of_it_gets_and_nobody_else() -> None:
    ask = Together(Oracle(), most=2)
    found = await asyncio.gather(*(ask(n) for n in (1, 13, 2)), return_exceptions=True)
    assert [type(each) for each in found] == [ValueError, ValueError, int]
    with pytest.raises(ValueError, match="13"):
        await ask(13)


async def test_who_goes_away_is_not_asked_for() -> None:
    oracle = Oracle()
    ask = Together(oracle, most=9)
    gone, stays = asyncio.create_task(ask(1)), asyncio.create_task(ask(2))
    await asyncio.wait([gone], timeout=0)
    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    assert await stays == 4
    assert all(2 in batch for batch in oracle.batches)


async def test_nobody_is_left_waiting_when_the_asking_is_cancelled() -> None:
    oracle = Oracle()
    oracle.gate = asyncio.Event()
    ask = Together(oracle, most=1)
    waiting = [asyncio.create_task(ask(n)) for n in (1, 2)]
    await asyncio.wait(waiting, timeout=0)
    await asyncio.wait(waiting, timeout=0)
    assert ask._asking is not None
    ask._asking.cancel()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in found] == [asyncio.CancelledError] * 2
