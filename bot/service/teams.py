"""Taking a team file over: everybody named in it is there from now on, everybody else has left."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import TeamEntry
from bot.domain.policy import Policy
from bot.ports import InTurn, Store, Tx


async def take_over(store: Store, teams: Sequence[tuple[TeamEntry, Policy, str]]) -> None:
    """Write teams, all or none; ways that nobody knew of are tested soon (`proving`).

    Args:
        teams: each with its effective policy and that policy's canonical text.
    """

    def work(tx: Tx) -> None:
        for entry, policy, content in teams:
            tx.rosters.replace(entry, policy, content=content)
            tx.proofs.know(entry.team.id)

    # Several processes may start at once, each with the same file.
    await store.run(InTurn("team import", work), name="team import")


async def any_team(store: Store) -> bool:
    """Return whether any team is stored."""
    return await store.read(lambda tx: bool(tx.rosters.teams()))
