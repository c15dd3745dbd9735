"""The board of who is out: one message a day in the team's channel, shown anew whenever a visit of the team changes.

It costs a change of a visit one more place in statements that are run anyway. What it says is read when it is sent, for
its own team and as far as it goes, so it does not matter how many visits are open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.message import Message, Priority, To
from bot.domain.people import Team
from bot.domain.times import local_day
from bot.domain.visit import Visit
from bot.ports import Tx

KEY = "team.board"
LISTED = 20
"""Visits that a board names; of the others it says how many there are."""

_DAY = "day"


def changed(tx: Tx, team: Team, visit: Visit, *, new: bool, now: datetime) -> None:
    """Have a team's board shown anew, and post that of the day when it may not be there yet.

    Only facts of a visit lead here, never those of an alarm (covert rule 8).

    Args:
        new: the visit has just been asked for.
    """
    day = local_day(now, team.tz)
    if new or local_day(visit.requested_at, team.tz) != day:
        message = Message(
            key=KEY,
            to=To(team.id, channel=True),
            priority=Priority.INFORMATION,
            dedupe=f"board:{team.id}:{day.isoformat()}",
            fields={_DAY: day.isoformat()},
            visit_id=subject(team.id),
        )
        tx.outbox.add([message], now=now)
    tx.outbox.touch(subject(team.id))


def subject(team_id: str) -> str:
    """Return what a board stands under in the outbox, where other messages have the id of their visit."""
    return f"board:{team_id}"


def is_past(fields: Mapping[str, str], team: Team, now: datetime) -> bool:
    """Return whether a board is of an earlier day: it says so once, and is left alone from then on."""
    day = fields.get(_DAY)
    return day is not None and date.fromisoformat(day) < local_day(now, team.tz)
