"""Who somebody on Teams is to the core: read from the team's storage at every question, never by a display name."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import Way
from bot.ports import Store, Tx

PLATFORM = "teams"


@dataclass(frozen=True, slots=True)
class Known:
    """A person of a roster.

    Attributes:
        channel: the address of their team's channel; None when that is on another platform.
    """

    id: str
    channel: str | None


class People:
    """The people who have a way on Teams."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def known(self, addresses: tuple[str, ...]) -> dict[str, Known]:
        """Return the people of these addresses; strangers are left out. Raises Unavailable."""
        if not addresses:
            return {}

        def work(tx: Tx) -> dict[str, Known]:
            found = {}
            for address in addresses:
                person = tx.rosters.at(Way(PLATFORM, address))
                team = tx.rosters.team(person.team_id) if person else None
                if person and team:
                    here = team.channel.platform == PLATFORM
                    found[address] = Known(person.id, team.channel.address if here else None)
            return found

        return await self._store.read(work)

    async def called(self, handles: tuple[str, ...]) -> dict[str, str]:
        """Return the addresses of whom Teams calls so; unknown ones are left out. Raises Unavailable."""
        if not handles:
            return {}

        def work(tx: Tx) -> dict[str, str]:
            found = {one: tx.references.called(PLATFORM, one) for one in handles}
            return {one: reference.address for one, reference in found.items() if reference}

        return await self._store.read(work)
