"""What is known of the ways by which people are reached: which are proven, which platforms take nothing, what was spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.people import Way
from bot.domain.proving import Proof


class Proofs(Protocol):
    """Each way that wakes somebody, and when it was shown to work. A way that somebody has no more is not spoken of."""

    def know(self, team_id: str) -> None:
        """Have every such way of a team's people tested soon that is not known yet; the others stay as they are."""

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of people whose ways are to be tested at or before `now`, earliest first, each once."""

    def put_off(self, person_id: str, due_at: datetime) -> None:
        """Write when somebody's ways are tested next."""

    def forget(self, person_id: str) -> None:
        """Erase what is known of the ways of somebody who has none any more."""

    def tested(self, person_id: str, *, at: datetime) -> None:
        """Note that all ways of somebody are tested now."""

    def proven(self, way: Way, *, at: datetime) -> None:
        """Note that a test has arrived."""

    def failed(self, way: Way, *, at: datetime) -> None:
        """Note that a test did not arrive."""

    def of(self, people: Iterable[str]) -> tuple[Proof, ...]:
        """Return what is known of the ways of these people, by person and in their own order; may be empty."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is held against a platform since it last took something.

    Attributes:
        heard: whose failures count: those that the worker's side may know of ("open"), or all ("all").
        readers: to whom it took nothing, as far as they are counted.
        teams: whose people those are.
        first_at, last_at: the first and the last failure.
        down_since: from when on it counts as down; None while it does not.
        told: who was told so.
    """

    platform: str
    heard: str
    first_at: datetime
    last_at: datetime
    readers: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    down_since: datetime | None = None
    told: tuple[str, ...] = ()


class Troubles(Protocol):
    """The platforms that take nothing just now: a handful of rows at most, and none while all is well."""

    def all(self) -> Mapping[tuple[str, str], Trouble]:
        """Return all by (platform, heard), locked; mostly empty."""

    def down(self) -> frozenset[str]:
        """Return the platforms that count as down, to be looked at: not locked; mostly empty."""

    def save(self, trouble: Trouble) -> None:
        """Write it, in place of what was there."""

    def over(self, trouble: Trouble) -> None:
        """Erase it: the platform takes messages again."""


class Spent(Protocol):
    """How many messages that cost money went out on a day, of all processes together."""

    def of(self, platform: str, day: date) -> int:
        """Return how many; 0 for none."""

    def add(self, platform: str, day: date, count: int) -> int:
        """Add some; return how many it is now."""
