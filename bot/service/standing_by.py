"""What a platform is to keep ready in case we are down: written with the decision that it follows from (house rule 2).

Nobody can see a placed alarm before it comes, and it goes to responders in private alone, so none shows anything to the
worker's side. What is written when a visit ends is the same whether its last words called for help or not: the alarm is
taken back some seconds later, by when a call for help has been heard and has taken it over (covert rules 9 and 18).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import placed
from bot.domain.duress import Duress
from bot.domain.people import Roster, Team
from bot.domain.policy import Policy, roles_of
from bot.domain.visit import Visit
from bot.ports import Tx
from bot.service import apart

TAKEN_BACK_AFTER = timedelta(seconds=10)
"""For so long an alarm that is no longer wanted stays where it is: what was said with the last word is heard meanwhile."""


def visit_changed(tx: Tx, visit: Visit, roster: Roster, policy: Policy, *, now: datetime) -> None:
    """Write whom the platform is to wake about a visit as it is now; nobody while a call for help of its worker is open.

    Args:
        roster: with the holders of the ladder's roles, and without those who are never told of the worker.
    """
    if not _holding(roster.team):
        return
    called = tx.duresses.about(visit.worker_id) is not None
    alarms = tx.escalations.open_of(visit.id)
    wanted = {} if called else placed.of_visit(visit, alarms, roster=roster, policy=policy)
    back_at = now + TAKEN_BACK_AFTER
    tx.placed.want(visit.id, visit.team_id, wanted, call=False, now=now, back_at=back_at)


def call_changed(
    tx: Tx, duress: Duress, visit: Visit | None, team: Team, *, new: bool, now: datetime
) -> None:
    """Write whom the platform is to wake about a call for help as it is now.

    What is placed about the visit becomes the call's, and is brought forward; what is placed for others is taken back, also
    where the worker's last words have ended the visit. When the call is over, an open visit has its own again.

    Args:
        visit: the one it speaks of.
        new: it was opened just now.
    """
    if not _holding(team) or duress.drill:
        return
    wanted = placed.of_call(duress)
    if visit is not None and new:
        tx.placed.hand_on(visit.id, duress.id, wanted)
    back_at = now + TAKEN_BACK_AFTER
    tx.placed.want(duress.id, duress.team_id, wanted, call=True, now=now, back_at=back_at)
    if visit is not None:
        policy = tx.policies.get(visit.policy_digest)
        visit_changed(tx, visit, _roster(tx, visit, policy), policy, now=now)


def _holding(team: Team) -> bool:
    return team.channel.platform in placed.HOLDING


def _roster(tx: Tx, visit: Visit, policy: Policy) -> Roster:
    roster = tx.rosters.roster(
        visit.team_id,
        worker_id=visit.worker_id,
        roles=roles_of(policy.steps),
        people=[visit.buddy_id] if visit.buddy_id else [],
    )
    return apart.roster_for(tx, roster, visit.worker_id)
