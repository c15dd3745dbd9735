"""Alarms that a platform keeps ready and posts by itself: which are wanted, which are there, and the way to place one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.message import Rendered


@dataclass(frozen=True, slots=True)
class Placed:
    """One alarm that a platform is to keep ready: of one visit, or one call for help, for one responder. Claimed.

    Attributes:
        subject_id: the visit's or the call's.
        call: it is of a call for help.
        due_at: when the platform is to post it; None: it is to be taken back.
        version: goes up with every change of what is wanted.
        ref: the platform's reference of the one that stands there; None: none does.
        placed_for: the instant that it was placed for.
        left: the reference of an earlier one that is still to be taken back.
        attempts: tries that failed since the last success.
        token: proves the lease; a result with another one is refused.
    """

    subject_id: str
    person_id: str
    team_id: str
    call: bool
    due_at: datetime | None
    version: int
    ref: str | None
    placed_for: datetime | None
    left: str | None
    attempts: int
    token: str


class Placements(Protocol):
    """The placed alarms of a transaction. Those to be looked at next are in an index; no others are read."""

    def want(
        self,
        subject_id: str,
        team_id: str,
        people: Mapping[str, datetime],
        *,
        call: bool,
        now: datetime,
        back_at: datetime,
    ) -> None:
        """Have the platform wake these people about a subject, each at their instant, and nobody else.

        What is wanted already changes nothing.

        Args:
            back_at: when those not among `people` any more are taken back.
        """

    def hand_on(self, visit_id: str, call_id: str, people: Iterable[str]) -> None:
        """Have what is placed for these people about a visit be of a new call for help from now on."""

    def claim(
        self, now: datetime, *, limit: int, lease_until: datetime, token: str
    ) -> tuple[Placed, ...]:
        """Lease rows that are to be looked at, those of calls for help first; may be empty."""

    def record(self, row: Placed, *, look_at: datetime | None) -> bool:
        """Write what stands on the platform now (`ref`, `placed_for`, `left`, `attempts`), and end the lease.

        A row that is to be taken back, and of which nothing is left, is erased. What was changed while it was leased is
        looked at at once, whatever `look_at` says.

        Returns:
            False when the lease was lost: nothing was written.
        """

    def known(self, refs: Sequence[str]) -> frozenset[str]:
        """Return which of these references stand in a row, as the one in place or as one still to be taken back."""

    def next_due(self) -> datetime | None:
        """Return when the next row is to be looked at; None when none is."""


class Placer(Protocol):
    """One platform that posts by itself at an instant."""

    platform: str

    async def place(self, address: str, what: Rendered, *, at: datetime) -> str:
        """Have something posted into somebody's private chat at an instant, or as soon after it as the platform allows.

        Args:
            address: a person's.
            what: the words; not yet escaped.
            at: in the future.

        Returns:
            The platform's reference.

        Raises:
            DeliveryFailed: it was not taken, or (uncertain) nobody knows.
        """

    async def take_back(self, ref: str) -> bool:
        """Have it not posted; False when it is too late for that, or it is gone already.

        Raises:
            DeliveryFailed: it may be there still.
        """

    async def held(self) -> tuple[str, ...]:
        """Return the references of everything that the platform keeps ready for us; may be empty.

        Raises:
            DeliveryFailed: nobody knows.
        """
