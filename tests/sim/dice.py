"""Chance for the simulator: every draw follows from the seed, on every machine and every Python."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws that follow from a seed.

    Args:
        seed: any text or number.
    """

    def __init__(self, seed: int | str) -> None:
        self._seed = str(seed).encode()
        self._drawn = 0

    def fork(self, name: str) -> Dice:
        """Return other dice, whose draws do not depend on how often these were thrown."""
        return Dice(f"{self._seed.decode()}/{name}")

    def below(self, end: int) -> int:
        """Return a number from 0 to `end` - 1."""
        self._drawn += 1
        drawn = hashlib.blake2b(b"%b:%d" % (self._seed, self._drawn), digest_size=8).digest()
        return int.from_bytes(drawn, "big") % end

    def chance(self, of: float) -> bool:
        """Return True with a probability of `of`, from 0 to 1."""
        return self.between(0.0, 1.0) < of

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` up to, but not, `high`."""
        return low + (high - low) * self.below(1 << 53) / (1 << 53)

    def number(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, among: Sequence[T]) -> T:
        """Return one of several, each as likely."""
        return among[self.below(len(among))]

    def weighted(self, among: Sequence[tuple[T, float]]) -> T:
        """Return one of several, by weight."""
        point = self.between(0.0, sum(weight for _, weight in among))
        for value, weight in among:
            point -= weight
            if point < 0:
                return value
        return among[-1][0]

    def shuffled(self, among: Sequence[T]) -> list[T]:
        """Return the same things in another order."""
        left, order = list(among), []
        while left:
            order.append(left.pop(self.below(len(left))))
        return order

    def seconds(self, low: int, high: int) -> timedelta:
        """Return a whole number of seconds, or now and then one with a fraction."""
        span = timedelta(seconds=self.number(low, high))
        return span + timedelta(milliseconds=self.below(1000)) if self.chance(0.2) else span
