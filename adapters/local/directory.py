"""Who may use the chat: what the adapter asks of the team's storage. The composition root implements it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LocalPerson:
    """One person who may open the chat.

    Attributes:
        roles: as shown beside the name ("worker", "duty_officer"); may be empty.
        team_id, team_name: the person's own team, whose channel they see; of other teams they see none.
        zone: IANA name; the page shows times in it.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    team_id: str
    team_name: str
    zone: str = "Europe/London"


class Directory(Protocol):
    """The people and teams as they are now; asked again for every request and every post, never kept."""

    async def people(self) -> tuple[LocalPerson, ...]:
        """Return everybody who may use the chat, in the order in which they are shown; may be empty."""

    async def person(self, person_id: str) -> LocalPerson | None:
        """Return one person, or None for a stranger. `person_id` is untrusted: any text of up to 200 characters."""

    async def members(self, team_id: str) -> tuple[str, ...]:
        """Return the ids of those whose own team it is: who reads its channel. Empty for an unknown team."""
