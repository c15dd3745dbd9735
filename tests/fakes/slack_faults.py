"""What goes wrong at Slack's end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call: a status with its headers, `ok: false`, or a connection that ends.

    Attributes:
        stored: the call takes effect all the same.
        drop: no answer at all.
    """

    status: int = 200
    error: str = ""
    retry_after: str = ""
    stored: bool = False
    drop: bool = False
