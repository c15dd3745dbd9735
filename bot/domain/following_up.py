"""What is seen to once a call for help is over: those whom the procedure has contacted say that they have (K9). Pure.

It begins with the closing, and ends when everybody has answered. Whoever has not is asked again, each time after the wait of
the procedure; all of it comes behind what is urgent. Nothing reaches the worker's side: whether the worker may hear of it is
said apart (covert rule 21).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import duress_facts as f
from bot.domain.authority import LEADING
from bot.domain.decision import DuressDecision, Recorded
from bot.domain.duress import Duress
from bot.domain.errors import UserMistake
from bot.domain.message import Priority
from bot.domain.notices import to_rescuer
from bot.domain.people import Role, Roster
from bot.domain.policy import Policy, Step, Task, roles_of


def steps(policy: Policy) -> tuple[Step, ...]:
    """Return the steps that come after a call for help; empty for a procedure that has none."""
    return tuple(step for step in policy.duress if step.task is Task.FOLLOW_UP)


def begin(
    duress: Duress, *, by: str, roster: Roster, policy: Policy, now: datetime
) -> DuressDecision:
    """Decide whom to ask when a call for help is closed: whoever holds a role of these steps.

    A role that nobody holds is for `by`, who confirmed the end, so that somebody sees to it. After a rehearsal nobody is asked.

    Args:
        roster: with the holders of `response.roles`.
    """
    if duress.drill or not steps(policy):
        return DuressDecision()
    held = _may(roster.holding(roles_of(steps(policy))), duress, roster)
    people = (*held, by) if _vacant(duress, roster, policy) else held
    return _ask(duress, dict.fromkeys(people), by=by, roster=roster, policy=policy, now=now)


def again(duress: Duress, *, roster: Roster, policy: Policy, now: datetime) -> DuressDecision:
    """Decide what is due after the closing: whoever has not answered is asked again.

    In place of somebody who has left, whoever confirmed the end is asked, or else whoever leads the team.
    """
    if duress.open or not duress.owed or duress.due_at is None or now < duress.due_at:
        return DuressDecision()
    people = dict.fromkeys(_may(duress.owed, duress, roster))
    if len(people) < len(duress.owed):
        people |= dict.fromkeys(_instead(duress, roster))
    by = duress.closed_by or ""
    return _ask(duress, people, by=by, roster=roster, policy=policy, now=now)


def done(duress: Duress, *, by: str) -> DuressDecision:
    """Decide on "seen to".

    Raises:
        UserMistake: old_button: they were not asked, or have answered.
    """
    if by not in duress.owed or by in duress.apart:
        raise UserMistake("old_button")
    return DuressDecision((Recorded(f.FollowedUp(duress.id, by), by=by),))


def _ask(
    duress: Duress,
    people: dict[str, None],
    *,
    by: str,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> DuressDecision:
    due_at = now + min(step.wait for step in steps(policy)) if people else None
    vacant = " ".join(_vacant(duress, roster, policy))
    fact = f.FollowUpAsked(duress.id, tuple(people), due_at)
    messages = tuple(
        replace(
            to_rescuer(
                duress,
                who,
                "duress.follow",
                once=f"follow:{duress.version}",
                **({"vacant": vacant} if vacant and who == by else {}),
            ),
            priority=Priority.REMINDER,
        )
        for who in people
    )
    return DuressDecision((Recorded(fact),), messages)


def _vacant(duress: Duress, roster: Roster, policy: Policy) -> tuple[Role, ...]:
    """Return the roles of these steps that nobody holds who may be told."""
    roles = roles_of(steps(policy))
    return tuple(role for role in roles if not _may(roster.holding((role,)), duress, roster))


def _may(people: tuple[str, ...], duress: Duress, roster: Roster) -> tuple[str, ...]:
    return tuple(who for who in roster.of_the_team(people) if who not in duress.apart)


def _instead(duress: Duress, roster: Roster) -> tuple[str, ...]:
    closed_by = (duress.closed_by,) if duress.closed_by else ()
    return _may((*closed_by, *roster.holding(LEADING)), duress, roster)[:1]
