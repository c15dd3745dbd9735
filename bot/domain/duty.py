"""What somebody is on duty for, and what of it is theirs to hand over. A duty passes on acceptance, and never by leaving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.people import Lent, Person, Role, Roster
from bot.domain.times import to_iso

DUTIES = tuple(
    role
    for role in Role
    if role
    not in (
        Role.WORKER,
        Role.BUDDY,
        Role.DESIGNATED_OFFICER,
        Role.OUT_OF_HOURS_DESK,
        Role.ADMINISTRATOR,
    )
)
"""Roles that one person carries for the others, and can hand over. The rest are lists of people, or no duty."""


def held(person_id: str, roster: Roster, lent: Iterable[Lent]) -> tuple[Lent, ...]:
    """Return every duty that somebody has now, their own and what they have taken over, in the order of the roles.

    Args:
        roster: with the holders of `DUTIES`.
        lent: every duty of the team that is with somebody else for a while.
    """
    taken = [each for each in lent if each.to == person_id]
    found = []
    for role in DUTIES:
        theirs = [each for each in taken if each.role is role]
        own = roster.holders.get(role, ()).count(person_id) > len(theirs)
        found += [Lent(role, person_id, person_id)] if own else []
        found += theirs
    return tuple(found)


def refuse_to_hand_over(
    by: Person, to: str, roster: Roster, *, anything: bool, at: datetime
) -> None:
    """Refuse a hand-over to nobody, to somebody who is away or not of the team, or of nothing.

    Raises:
        UserMistake: hand_over_to_whom, not_asked_team, person_away, nothing_to_hand_over.
    """
    other = roster.people.get(to)
    if to == by.id:
        raise UserMistake("hand_over_to_whom")
    if other is None or other.left or other.team_id != by.team_id:
        raise UserMistake("not_asked_team")
    if other.away(at) and other.away_until is not None:
        raise UserMistake("person_away", name=other.name, until=to_iso(other.away_until))
    if not anything:
        raise UserMistake("nothing_to_hand_over")


def refuse_to_send_away(
    person: Person, alarms: Iterable[Escalation], roster: Roster, *, at: datetime
) -> None:
    """Refuse to note somebody as away from an open alarm that is theirs, or that nobody else would answer.

    Raises:
        UserMistake: leave_in_charge, leave_uncovers; `who` is the person, `name` whom the alarm is about.
    """
    try:
        refuse_to_leave_alone(person, alarms, roster, at=at)
    except UserMistake as mistake:
        fields = {**mistake.fields, "who": person.name}
        if mistake.key == "away_in_charge":
            raise UserMistake("leave_in_charge", **fields) from None
        raise UserMistake("leave_uncovers", **fields) from None


def refuse_to_leave_alone(
    by: Person, alarms: Iterable[Escalation], roster: Roster, *, at: datetime
) -> None:
    """Refuse to go away from an open alarm that nobody else would answer.

    Raises:
        UserMistake: away_in_charge, away_uncovers; `name` is whom the alarm is about.
    """
    for alarm in alarms:
        if alarm.charge == by.id:
            raise UserMistake("away_in_charge", name=roster.name(alarm.about))
        others = [who for who in alarm.asked if who != by.id]
        if by.id in alarm.asked and not roster.here(others, at):
            raise UserMistake("away_uncovers", name=roster.name(alarm.about))


def refuse_to_end_alone(person: Person, duties: Iterable[Lent], roster: Roster) -> None:
    """Refuse to have somebody leave who alone holds a duty: it is handed over first.

    Raises:
        UserMistake: only_holder {name, role}.
    """
    for duty in duties:
        others = [who for who in roster.holders.get(duty.role, ()) if who != person.id]
        if not roster.of_the_team(others):
            role = duty.role.value.replace("_", " ")
            raise UserMistake("only_holder", name=person.name, role=role)
