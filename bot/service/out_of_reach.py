"""A person, or a team's channel, takes no message any more: whoever answers for the team hears of it, once a day.

A user who was deactivated, a channel that was archived or that the bot was taken out of, a workspace that is gone. What an
alarm does about it is another matter, and is done at once (`undeliverable`). Of what only responders may read nothing follows
here: when it was sent would show that there is an alarm (covert rule 12).
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import waking
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.times import local_day
from bot.ports import Outgoing, Tx
from bot.service import managers, rooms

KEY = "team.unreached"
"""The message that somebody takes nothing any more; without a person it speaks of the channel."""
_ABOUT_THIS = frozenset(
    {KEY, rooms.KEY, "alarm.unreachable", waking.OUTAGE, "platform.back", *waking.KEYS}
)


def tell(tx: Tx, row: Outgoing, *, now: datetime) -> None:
    """Tell those who manage a team of a message that was refused for good by every way of its reader."""
    team = tx.rosters.team(row.team_id)
    if team is None or row.key in _ABOUT_THIS or row.fields.get("by"):
        return  # whoever sent it hears of it already
    if row.secrecy is not Secrecy.ORDINARY or row.duress_id is not None:
        return
    day = local_day(now, team.tz).isoformat()
    # In the channel, for one person alone: it is the channel that has to be looked at.
    who = None if row.channel else row.person_id
    told = [
        Message(
            key=KEY,
            to=To(team.id, reader),
            priority=Priority.REMINDER,
            dedupe=f"unreached:{team.id}:{who or 'channel'}:{day}:{reader}",
            fields={"person": who or ""},
        )
        for reader in managers.of(tx, team.id)
        if reader != who
    ]
    tx.outbox.add(told, now=now)
