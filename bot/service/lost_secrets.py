"""What was sealed for a team or a person and no longer opens: the key it was sealed with is gone, or somebody changed it.

Then less holds than people rely on: a team's own words are the published ones again, a private answer is never right, and a
list of those who are never told is empty. So whoever answers for the team hears of it at every start and once a day, until it
is set again; not what it is, nor for whom (covert rules 13, 19). The log says where to look.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from bot.domain.message import Message, Priority, To
from bot.domain.people import Team
from bot.domain.times import local_day
from bot.ports import Clock, Store, Tx
from bot.service import managers
from bot.service.listening import PHRASES
from bot.service.pulse import guarded

log = logging.getLogger(__name__)

KEY = "team.sealed"


async def look(store: Store, clock: Clock) -> int:
    """Tell those who answer for each team concerned, once a day each; return for how many teams."""
    if not await store.read(lambda tx: tx.secrets.lost()):
        return 0

    def work(tx: Tx) -> int:
        teams = [team for team in map(tx.rosters.team, _teams(tx)) if team is not None]
        for team in teams:
            tx.outbox.add(_told(tx, team, clock), now=guarded(tx, clock.now()))
        return len(teams)

    found = await store.run(work, name="sealed")
    log.error(
        "finding secrets.lost: what was sealed for %d teams no longer opens (buddyline sealed check)",
        found,
    )
    return found


def _teams(tx: Tx) -> Iterable[str]:
    """Return the teams for which, or for somebody of which, something no longer opens, each once."""
    found: dict[str, None] = {}
    for kind, subject in tx.secrets.lost():
        person = None if kind == PHRASES else tx.rosters.person(subject)
        if kind == PHRASES or person is not None:
            found[person.team_id if person else subject] = None
    return found


def _told(tx: Tx, team: Team, clock: Clock) -> list[Message]:
    """Return a message for each of those who answer for the team."""
    day = local_day(guarded(tx, clock.now()), team.tz).isoformat()
    return [
        Message(
            key=KEY,
            to=To(team.id, who),
            priority=Priority.REMINDER,
            dedupe=f"sealed:{team.id}:{day}:{who}",
        )
        for who in managers.or_everybody(tx, team.id)
    ]
