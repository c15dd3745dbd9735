"""What can have happened to a visit's private details. Part of `bot.domain.facts`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DetailsSealed:
    """Private details were given (F2). `parts`: every part on file from now on, by name; never a value."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressVouched:
    """Somebody named said that they can open the exact address until `until`."""

    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DetailsOpenedForReason:
    """A manager had the details shown outside an alarm, for a reason that is this entry's note (K7)."""

    by: str
    parts: tuple[str, ...]


DetailsFact = DetailsSealed | AddressVouched | DetailsOpenedForReason
