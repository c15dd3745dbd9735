"""Whether an alarm about a visit could be answered: without an address a call to 999 is of little use."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.domain.visit import Visit


class Address(StrEnum):
    """Where a visit's exact address is, should somebody need it."""

    ON_FILE = "on_file"
    WITH_SOMEBODY = "with_somebody"
    """A named person said that they can open it until the visit's end."""
    MISSING = "missing"


def address_of(visit: Visit) -> Address:
    """Return where the exact address of a visit is.

    Somebody's word holds until the end it was given for: when the visit goes on past that, it has to be given again.
    """
    if "address" in visit.sealed:
        return Address.ON_FILE
    return Address.WITH_SOMEBODY if _vouched(visit.address_until, visit.end_at) else Address.MISSING


def covered(visit: Visit) -> bool:
    """Return whether responders could find the place: the address is sealed here, or somebody named can open it."""
    return address_of(visit) is not Address.MISSING


def _vouched(until: datetime | None, end_at: datetime) -> bool:
    return until is not None and until >= end_at
