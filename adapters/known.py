"""Who somebody on a platform is to the core: read from the team's storage at every question, never by a display name."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import Way
from bot.ports import Store, Tx


@dataclass(frozen=True, slots=True)
class Known:
    """A person of a roster.

    Attributes:
        channel: the address of their team's channel; None when that is on another platform.
    """

    id: str
    channel: str | None


class People:
    """The people who have a way on one platform."""

    def __init__(self, store: Store, platform: str) -> None:
        self._store, self._platform = store, platform

    async def known(self, addresses: tuple[str, ...]) -> dict[str, Known]:
        """Return the people of these addresses; strangers are left out. Raises Unavailable."""
        if not addresses:
            return {}

        def work(tx: Tx) -> dict[str, Known]:
            found = {}
            for address in addresses:
                person = tx.rosters.at(Way(self._platform, address))
                team = tx.rosters.team(person.team_id) if person else None
                if person and team:
                    here = team.channel.platform == self._platform
                    found[address] = Known(person.id, team.channel.address if here else None)
            return found

        return await self._store.read(work)
