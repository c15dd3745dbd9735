"""Who somebody on Teams is to the core, also where Teams calls them by a name of its own alone."""

from __future__ import annotations

from adapters.known import People
from bot.ports import Store, Tx

PLATFORM = "teams"


class TeamsPeople(People):
    """The people who have a way on Teams."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, PLATFORM)

    async def called(self, handles: tuple[str, ...]) -> dict[str, str]:
        """Return the addresses of whom Teams calls so; unknown ones are left out. Raises Unavailable."""
        if not handles:
            return {}

        def work(tx: Tx) -> dict[str, str]:
            found = {one: tx.references.called(PLATFORM, one) for one in handles}
            return {one: reference.address for one, reference in found.items() if reference}

        return await self._store.read(work)
