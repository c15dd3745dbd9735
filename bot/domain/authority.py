"""The one place that decides who may do what. Every refusal is a UserMistake, a sentence in the end."""

from __future__ import annotations

from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.people import Roster
from bot.domain.visit import Visit


def may_accept(person_id: str, visit: Visit, roster: Roster) -> None:
    """Refuse unless this person may be the visit's buddy: of the team or of its ladder, and not at the scene (F1).

    Raises:
        UserMistake: own_visit, at_the_scene, not_asked_team.
    """
    refuse_at_the_scene(person_id, visit)
    if not _belongs(person_id, visit.team_id, roster):
        raise UserMistake("not_asked_team")


def may_respond(person_id: str, escalation: Escalation, visit: Visit, roster: Roster) -> None:
    """Refuse unless this person may act on an alarm: of the team, or asked; never somebody who is at its scene.

    Raises:
        UserMistake: own_visit, at_the_scene, not_asked_team.
    """
    refuse_at_the_scene(person_id, visit)
    if person_id not in escalation.asked and not _belongs(person_id, escalation.team_id, roster):
        raise UserMistake("not_asked_team")


def on_the_scene(visit: Visit) -> frozenset[str]:
    """Return the ids of the worker's side: whoever an alarm about this visit must never be sent to (covert rule 7)."""
    return frozenset({visit.worker_id, *visit.companions})


def refuse_at_the_scene(person_id: str, visit: Visit) -> None:
    """Refuse the worker's side, in words for each of them (covert rule 7).

    Raises:
        UserMistake: own_visit, at_the_scene.
    """
    if person_id == visit.worker_id:
        raise UserMistake("own_visit")
    if person_id in visit.companions:
        raise UserMistake("at_the_scene")


def _belongs(person_id: str, team_id: str, roster: Roster) -> bool:
    person = roster.people.get(person_id)
    if person is not None and person.team_id == team_id:
        return True
    return any(person_id in holders for holders in roster.holders.values())
