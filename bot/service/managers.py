"""Who answers for a team: those who lead it, and its administrators."""

from __future__ import annotations

from bot.domain.authority import MANAGING
from bot.ports import Tx


def of(tx: Tx, team_id: str) -> tuple[str, ...]:
    """Return the ids of those of the team who answer for it, each once; may be empty."""
    roster = tx.rosters.roster(team_id, worker_id="", roles=MANAGING, people=())
    return roster.of_the_team(roster.holding(MANAGING))


def or_everybody(tx: Tx, team_id: str) -> tuple[str, ...]:
    """Return them; where there are none, everybody of the team, so that somebody hears of it."""
    return of(tx, team_id) or tuple(person.id for person in tx.rosters.members(team_id))
