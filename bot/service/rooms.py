"""Looking after the teams' channels: whoever answers for a team hears, once a day each, what is wrong with its channel.

Whoever is to act in an alarm is asked in private, so none waits for this: what cannot be posted to them moves its ladder on at
once (`undeliverable`). But who is out is read in the channel, by everybody who is in it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Message, Priority, To
from bot.domain.people import Team
from bot.domain.times import local_day
from bot.ports import Clock, RoomFault, Rooms, Store, Tx, Unavailable
from bot.service import managers
from bot.service.pulse import guarded

log = logging.getLogger(__name__)

KEY = "team.room"
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
        if not self._rooms:
            return
        try:
            gone: set[str] = set()
            known: set[str] = set()
            for team in await self._store.read(lambda tx: tx.rosters.teams()):
                faults = await self._faults(team)
                (gone if RoomFault.GONE in faults else known).add(team.channel.platform)
                if faults:
                    await self._store.run(
                        partial(self._tell, team=team, faults=faults), name="room"
                    )
            self.gone = frozenset(gone - known)
        except Unavailable:
            log.error("finding room.store: the database takes no commit")

    async def _faults(self, team: Team) -> frozenset[RoomFault]:
        rooms = self._rooms.get(team.channel.platform)
        if rooms is None:
            return frozenset()
        try:
            found = await rooms.faults(team.channel.address)
        except DeliveryFailed as failed:
            log.warning("finding room.unknown: %s: %s", team.channel.platform, failed)
            return frozenset()
        for fault in sorted(found):
            log.error("finding room.%s: of a team's channel on %s", fault, team.channel.platform)
        return found

    def _tell(self, tx: Tx, *, team: Team, faults: frozenset[RoomFault]) -> None:
        now = guarded(tx, self._clock.now())
        tx.outbox.add(_told(tx, team, faults, now), now=now)


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
