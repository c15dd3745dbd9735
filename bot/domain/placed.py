"""The alarm that a platform itself keeps: it rings when nothing has come from us, because we are down (covert rule 18). Pure.

For each visit and each open alarm the engine will act at a known instant. Some minutes after it the platform is to wake those
who would be asked then. Whoever acts moves that instant on, so that a Buddyline that works never lets it come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain.authority import on_the_scene
from bot.domain.duress import Duress
from bot.domain.escalation import Escalation
from bot.domain.facts import VisitKind
from bot.domain.people import Roster
from bot.domain.policy import Policy, Step, roles_of
from bot.domain.visit import Visit, overdue_at

HOLDING = frozenset({"slack"})
"""The platforms that keep a message and post it later by themselves."""
GRACE = timedelta(minutes=5)
"""Between our own alarm and the platform's: a restart takes less, and a placed one can be taken back until a minute before."""
GRACE_IN_A_CALL = timedelta(minutes=3)
"""The same for a call for help."""
MOST = 3
"""People woken about one ordinary visit: each of them is a call of the platform at every move, and those are counted."""

Wanted = Mapping[str, datetime]
"""A person's id to the instant at which the platform is to wake them."""


def of_visit(
    visit: Visit, alarms: Iterable[Escalation], *, roster: Roster, policy: Policy
) -> Wanted:
    """Return whom the platform is to wake about a visit and when; nobody once nothing can become due.

    Args:
        alarms: every alarm of the visit, open or not.
        roster: with the holders of the ladder's roles.
        policy: the visit's own rules.
    """
    found: dict[str, datetime] = {}

    def add(people: Iterable[str], at: datetime) -> None:
        side = on_the_scene(visit)
        chosen = [who for who in dict.fromkeys(people) if who and who not in side][:MOST]
        for who in roster.here(chosen, at) or chosen:
            found[who] = min(at + GRACE, found.get(who, at + GRACE))

    for alarm in alarms:
        if alarm.open and alarm.due_at is not None:
            asked = alarm.current or alarm.asked
            add((alarm.charge,) if alarm.charge else asked, alarm.due_at)
    if visit.open and not visit.overdue:
        add((visit.buddy_id or "", *_first(policy.ladder, roster)), overdue_at(visit, policy))
    if (
        visit.open
        and visit.buddy_id is None
        and not visit.started_uncovered
        and visit.kind is VisitKind.VISIT
    ):
        add(_first(policy.uncovered, roster), visit.alarm_at)
    return found


def moves(before: Visit | None, after: Visit) -> bool:
    """Return whether what happened to a visit can have moved such an instant, or changed whom it wakes."""
    return before is None or _instants(before) != _instants(after)


def of_call(duress: Duress) -> Wanted:
    """Return whom the platform is to wake about a call for help and when: everybody who was asked.

    Nobody once it is closed, nor for a rehearsal.
    """
    if not duress.open or duress.drill or duress.due_at is None:
        return {}
    at = duress.due_at + GRACE_IN_A_CALL
    return {who: at for who in duress.asked if who not in (duress.about, *duress.apart)}


def _instants(visit: Visit) -> tuple[object, ...]:
    begun = (visit.buddy_id, visit.alarm_at, visit.started_uncovered)
    return (visit.open, visit.end_at, visit.left_at, visit.overdue, visit.companions, *begun)


def _first(steps: tuple[Step, ...], roster: Roster) -> tuple[str, ...]:
    """Return who holds the first role that a ladder turns to."""
    return roster.holding(roles_of(steps)[:1])
