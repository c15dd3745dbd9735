"""Where a platform's people and channels are reached: what it told us of them, kept so that they can be reached unasked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reference:
    """How somebody, or a channel, is reached on a platform.

    Attributes:
        address: as in `Way`.
        chat: the platform's id of their conversation with us; "" until there is one.
        service: where the platform takes messages for them.
        handle: what the platform calls them when they speak; "" for a channel, and where it has not said.
    """

    platform: str
    address: str
    chat: str = field(repr=False)
    service: str = field(repr=False)
    handle: str = field(default="", repr=False)


class References(Protocol):
    """The references of all platforms. They are sealed: a copy of the database reaches nobody, and names nobody."""

    def get(self, platform: str, address: str) -> Reference | None:
        """Return it; None when there is none, or it no longer opens."""

    def called(self, platform: str, handle: str) -> Reference | None:
        """Return whom a platform calls so; None for somebody unknown. `handle` is not empty."""

    def put(self, reference: Reference, *, now: datetime) -> None:
        """Write it, in place of an earlier one of the same address."""

    def remove(self, platform: str, address: str) -> bool:
        """Erase it; return whether there was one."""
