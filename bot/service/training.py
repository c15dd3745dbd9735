"""Who is trained for lone working (S12): as those who lead the team note it, kept sealed with the date of joining."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain import authority
from bot.domain import team_facts as f
from bot.domain.duty_intents import NoteTrained
from bot.domain.errors import UserMistake
from bot.domain.intents import Start
from bot.domain.people import Person, Role, Roster, Team
from bot.domain.policy import Policy
from bot.domain.terms import rated
from bot.domain.times import local_day
from bot.domain.training import Training
from bot.ports import Tx
from bot.service.answering import Answer

KIND = "training"
"""The kind of secret that holds, for a person, the dates of joining and of the last training."""
_NONE = "-"


def known(tx: Tx, person_id: str) -> Training:
    """Return what is known of somebody's training."""
    joined, _, trained = (tx.secrets.get(KIND, person_id) or "").partition(" ")
    return Training(_day(joined), _day(trained))


def joins(tx: Tx, person_id: str, today: date) -> None:
    """Note that somebody's first day is today."""
    _put(tx, person_id, Training(today))


def note(
    tx: Tx, intent: NoteTrained, *, by: Person, team: Team, roster: Roster, now: datetime
) -> Answer:
    """Note that somebody was trained, today or on a day that has been.

    Args:
        roster: with the holders of `authority.MANAGING`.

    Raises:
        UserMistake: not_a_manager, not_asked_team.
    """
    authority.may_manage_people(by.id, roster)
    person = tx.rosters.person(intent.person)
    if person is None or person.left or person.team_id != team.id:
        raise UserMistake("not_asked_team")
    day = intent.day or local_day(now, team.tz)
    _put(tx, person.id, Training(known(tx, person.id).joined, day))
    fact = f.TrainedNoted(person.id, day.isoformat())
    tx.journal.append(f.team_chain(team.id), fact, at=now, by=by.id)
    return "reply.trained", {"person": person.id, "day": day.isoformat()}, None


def demanded(
    tx: Tx, intent: Start, *, worker: Person, team: Team, policy: Policy, now: datetime
) -> None:
    """Refuse to start a visit whose rating only somebody trained may lead, however long they have been here (S12).

    Raises:
        UserMistake: rating_trained {rated, who}: those who note it.
    """
    if intent.rating not in policy.trained_for:
        return
    if known(tx, worker.id).counts(policy, local_day(now, team.tz)):
        return
    roster = tx.rosters.roster(team.id, worker_id="", roles=authority.MANAGING, people=())
    others = [who for who in roster.holding(authority.MANAGING) if who != worker.id]
    raise UserMistake(
        "rating_trained", rated=rated(intent.rating), who=authority.named(others, roster)
    )


def due(tx: Tx, roster: Roster, policy: Policy, today: date) -> tuple[str, ...]:
    """Return the workers who have to be trained, or trained again; may be empty.

    Args:
        roster: with the holders of `Role.WORKER`.
    """
    if not policy.trained_first and not policy.trained_again:
        return ()
    workers = roster.of_the_team(roster.holding((Role.WORKER,)))
    return tuple(who for who in workers if known(tx, who).due(policy, today))


def _put(tx: Tx, person_id: str, training: Training) -> None:
    days = (training.joined, training.trained)
    tx.secrets.put(KIND, person_id, " ".join(day.isoformat() if day else _NONE for day in days))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text and text != _NONE else None
