"""Somebody's own page, for platforms that have one: read when it is looked at, kept nowhere."""

from __future__ import annotations

from datetime import datetime

from bot.domain.authority import LEADING
from bot.domain.face import face
from bot.domain.message import Rendered
from bot.domain.people import Role, Way
from bot.domain.visit import Visit
from bot.ports import InboundEvent, Tx
from bot.service import apart, board
from bot.service.leaving import today
from bot.service.wording import View
from bot.service.wording.home import page

ANSWER_FOR_THE_TEAM = frozenset({Role.DUTY_OFFICER, *LEADING})


def home(tx: Tx, event: InboundEvent, *, now: datetime) -> Rendered | None:
    """Return the page of whoever looked at it; None for a stranger, and for somebody who has left."""
    person = tx.rosters.at(Way(event.platform, event.sender))
    team = tx.rosters.team(person.team_id) if person else None
    if person is None or team is None or person.left:
        return None
    people = {one.id: one for one in tx.rosters.members(team.id)}
    answers = ANSWER_FOR_THE_TEAM.intersection(tx.rosters.roles_of(person.id))
    out = _out(tx, team.id, person.id) if answers else None
    return page(
        View(team=team, now=now, reader=person.id, people=people),
        mine=[face(visit) for visit in today(tx, worker=person, team=team, now=now)],
        watched=[face(visit) for visit in tx.visits.watched_by(person.id)],
        out=None if out is None else [face(visit) for visit in out],
    )


def _out(tx: Tx, team_id: str, reader: str) -> list[Visit]:
    """Return who is out, as far as a list of it goes, without those of whom the reader is never told (covert rule 19)."""
    found = tx.visits.open_in(team_id, board.LISTED)
    return [visit for visit in found if not apart.kept_from(tx, visit, reader)]
