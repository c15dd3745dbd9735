"""Looking after the teams' channels: whoever answers for a team hears, once a day each, what is wrong with its channel.

Whoever is to act in an alarm is asked in private, so none waits for this: what cannot be posted to them moves its ladder on at
once (`undeliverable`). But who is out is read in the channel, by everybody who is in it; and those who act in an alarm have to
know who does not hear of it there, or who reads along. That stands on their cards.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Message, Priority, To
from bot.domain.people import RoomFault, Team
from bot.domain.times import local_day
from bot.ports import Clock, Rooms, Store, Tx, Unavailable
from bot.service import managers
from bot.service.pulse import guarded

log = logging.getLogger(__name__)

KEY = "team.room"
LOOKED_AT = 200
"""So many open visits of a team at most are looked through for alarms when something is wrong with its channel."""
FAULT = "fault"
"""The field that says what is wrong."""


class RoomCare:
    """Looks at the channels; doing it more often is harmless. One per process."""

    def __init__(self, store: Store, clock: Clock, rooms: Mapping[str, Rooms]) -> None:
        self._store, self._clock, self._rooms = store, clock, rooms
        self.gone: frozenset[str] = frozenset()
        """Platforms of which no team's channel knew us any more when we last looked: others may have gone from one alone."""

    async def look(self) -> None:
        """Ask about the channel of every team. What cannot be asked now is asked the next time."""
        try:
            gone: set[str] = set()
            known: set[str] = set()
            for team in await self._store.read(lambda tx: tx.rosters.teams()):
                faults = await self._faults(team)
                if faults is None:
                    continue
                (gone if RoomFault.GONE in faults else known).add(team.channel.platform)
                if faults or team.faults:
                    await self._store.run(
                        partial(self._tell, team=team, faults=faults), name="room"
                    )
            self.gone = frozenset(gone - known)
        except Unavailable:
            log.error("finding room.store: the database takes no commit")

    async def _faults(self, team: Team) -> frozenset[RoomFault] | None:
        """Return what is wrong with a team's channel; None when that cannot be said now."""
        rooms = self._rooms.get(team.channel.platform)
        if rooms is None:
            return frozenset()
        platform = team.channel.platform
        members = await self._store.read(lambda tx: tx.rosters.members(team.id))
        ways = (way for person in members for way in person.ways if way.platform == platform)
        try:
            found = await rooms.faults(team.channel.address, tuple(way.address for way in ways))
        except DeliveryFailed as failed:
            log.warning("finding room.unknown: %s: %s", platform, failed)
            return None
        for fault in sorted(found):
            log.error("finding room.%s: of a team's channel on %s", fault, platform)
        return found

    def _tell(self, tx: Tx, *, team: Team, faults: frozenset[RoomFault]) -> None:
        now = guarded(tx, self._clock.now())
        note(tx, team.id, faults)
        tx.outbox.add(_told(tx, team, faults, now), now=now)


def note(tx: Tx, team_id: str, faults: frozenset[RoomFault]) -> None:
    """Write what is wrong with a team's channel, and have the cards of its open alarms say so now."""
    team = tx.rosters.team(team_id)
    if team is None or team.faults == faults:
        return
    tx.rosters.note_channel(team_id, faults)
    for visit in tx.visits.open_in(team_id, LOOKED_AT):
        if visit.overdue:
            tx.outbox.touch_secret(visit.id)


def _told(tx: Tx, team: Team, faults: frozenset[RoomFault], now: datetime) -> list[Message]:
    """Return a message about each fault for each of those who answer for the team."""
    day = local_day(now, team.tz).isoformat()
    return [
        Message(
            key=KEY,
            to=To(team.id, who),
            priority=Priority.REMINDER,
            dedupe=f"room:{team.id}:{fault}:{day}:{who}",
            fields={FAULT: fault.value},
        )
        for fault in sorted(faults)
        for who in managers.or_everybody(tx, team.id)
    ]
