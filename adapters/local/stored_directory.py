"""The chat's directory, read from the team's storage at every question."""

from __future__ import annotations

from adapters.local.directory import LocalPerson
from bot.domain.people import Person, Team
from bot.ports import Store, Tx

PLATFORM = "local"


class StoredDirectory:
    """`Directory` over a store: people who have a way on the local chat."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def people(self) -> tuple[LocalPerson, ...]:
        """Return everybody with a local way, team by team, by name; may be empty."""

        def work(tx: Tx) -> tuple[LocalPerson, ...]:
            return tuple(
                _shown(tx, person, team)
                for team in tx.rosters.teams()
                for person in tx.rosters.members(team.id)
                if _here(person)
            )

        return await self._store.read(work)

    async def person(self, person_id: str) -> LocalPerson | None:
        """Return one person with a local way, or None."""

        def work(tx: Tx) -> LocalPerson | None:
            person = tx.rosters.person(person_id)
            team = tx.rosters.team(person.team_id) if person else None
            return _shown(tx, person, team) if person and team and _here(person) else None

        return await self._store.read(work)

    async def members(self, team_id: str) -> tuple[str, ...]:
        """Return the ids of a team's people who have a local way; empty for an unknown team."""
        return await self._store.read(
            lambda tx: tuple(p.id for p in tx.rosters.members(team_id) if _here(p))
        )


def _here(person: Person) -> bool:
    # In this chat an address is the person's own id: any other could be somebody else's.
    return any(way.platform == PLATFORM and way.address == person.id for way in person.ways)


def _shown(tx: Tx, person: Person, team: Team) -> LocalPerson:
    return LocalPerson(
        id=person.id,
        name=person.name,
        roles=tuple(role.value for role in tx.rosters.roles_of(person.id)),
        team_id=team.id,
        team_name=team.name,
        zone=team.zone,
    )
