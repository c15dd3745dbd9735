"""Reading ahead: what decisions about many visits will ask for, read in a few statements instead of some for each.

It changes how long a decision takes, never what it is: whatever was not read ahead is read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.escalation import Escalation
from bot.domain.people import Role, Way
from bot.domain.policy import Policy, roles_of
from bot.domain.visit import Visit
from bot.ports import InboundEvent, RosterWanted, Tx
from bot.service import apart
from bot.service.listening import PHRASES


def for_visits(tx: Tx, visits: Sequence[Visit]) -> None:
    """Read ahead for deciding on these visits, in this transaction."""
    # Whom an alarm is told first: by which ways, is asked when it opens.
    _for(tx, [(visit, ()) for visit in visits], reached={v.buddy_id for v in visits if v.buddy_id})


def for_alarms(tx: Tx, alarms: Sequence[Escalation]) -> None:
    """Read ahead for deciding on these alarms, in this transaction."""
    tx.visits.ahead(alarm.visit_id for alarm in alarms)
    found = ((tx.visits.get(alarm.visit_id), alarm.asked) for alarm in alarms)
    reached = {who for alarm in alarms for who in alarm.asked}
    _for(tx, [(visit, asked) for visit, asked in found if visit is not None], reached=reached)


def for_events(tx: Tx, events: Sequence[InboundEvent], *, since: datetime) -> None:
    """Read ahead for deciding on what these people say of the visits they are on: most of what anybody says.

    Args:
        since: from when on what they wrote is read, too.
    """
    tx.inbox.ahead(events)
    ways = [Way(event.platform, event.sender) for event in events]
    tx.rosters.ahead_at(ways)
    people = [person for person in map(tx.rosters.at, ways) if person is not None]
    ids, teams = {person.id for person in people}, {person.team_id for person in people}
    tx.overheard.ahead(ids, since=since)
    tx.duresses.ahead_about(ids)
    tx.secrets.ahead(PHRASES, teams)
    tx.visits.ahead_of(ids, teams)
    visits = [visit for who in sorted(ids) for visit in tx.visits.open_of(who)]
    tx.visits.ahead_of({visit.buddy_id for visit in visits if visit.buddy_id}, ())
    _for(tx, [(visit, ()) for visit in visits])


def people_of(visit: Visit, others: Iterable[str] = ()) -> tuple[str, ...]:
    """Return everybody who takes part in a decision about a visit, in order."""
    named = {visit.worker_id, *visit.asked, *visit.offered, *others}
    if visit.buddy_id:
        named.add(visit.buddy_id)
    return tuple(sorted(named))


def roles_asked(policy: Policy) -> tuple[Role, ...]:
    """Return the roles whose holders a decision about a visit may need."""
    on_duty = (Role.DUTY_OFFICER,) if policy.changes_told else ()
    return (*roles_of(policy.steps), *on_duty)


def _for(
    tx: Tx, each: Sequence[tuple[Visit, tuple[str, ...]]], *, reached: Iterable[str] = ()
) -> None:
    if not each:
        return
    wanted = []
    for visit, others in each:
        policy = tx.policies.get(visit.policy_digest)
        roles = roles_asked(policy)
        people = people_of(visit, others)
        wanted.append(RosterWanted(visit.team_id, visit.worker_id, roles, people))
    tx.rosters.ahead(wanted, reached=reached)
    ids = [visit.id for visit, _ in each]
    tx.journal.ahead(ids)
    tx.escalations.ahead_of(ids)
    tx.secrets.ahead(apart.NEVER, {visit.worker_id for visit, _ in each})
