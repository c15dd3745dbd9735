"""Asking together: what several tasks ask one by one at the same time is asked in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Together(Generic[A, B]):
    """Gathers single questions into batches. While one batch is under way, the next one gathers.

    Args:
        ask: answers a batch, an answer for each question in their order. What it raises, everybody of the batch gets.
        most: questions of one batch.
    """

    def __init__(self, ask: Callable[[Sequence[A]], Awaitable[Sequence[B]]], *, most: int) -> None:
        self._ask, self._most = ask, most
        self._waiting: list[tuple[A, asyncio.Future[B]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, question: A) -> B:
        """Return the answer to one question, asked together with those of other tasks."""
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._asking is None:
            # A task of its own begins only when everybody who is ready now has asked.
            self._asking = asyncio.create_task(self._ask_all())
        return await future

    async def _ask_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._ask_some(batch)
        finally:
            self._asking = None
            left, self._waiting = self._waiting, []
            for _, future in left:  # only when this task was cancelled
                future.cancel()

    async def _ask_some(self, batch: Sequence[tuple[A, asyncio.Future[B]]]) -> None:
        open_ = [(question, future) for question, future in batch if not future.done()]
        if not open_:
            return
        try:
            answers = await self._ask([question for question, _ in open_])
        except asyncio.CancelledError:
            for _, future in open_:
                future.cancel()
            raise
        except BaseException as error:  # noqa: BLE001 - it belongs to those who asked
            for _, future in open_:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(open_, answers, strict=True):
            if not future.done():
                future.set_result(answer)
