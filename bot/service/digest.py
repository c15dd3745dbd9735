"""The morning digest: what is planned today and who watches over it, to every buddy and to whoever is on duty.

It goes out once a working day, at the hour that the team's rules name, and on a bank holiday only if somebody goes out. A
row of ours says which day was done, so a morning without power is caught up with later on the same day; one that nobody
could use any more is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain.authority import LEADING, on_the_scene
from bot.domain.facts import VisitKind
from bot.domain.message import Message, Priority, To
from bot.domain.people import Role, Roster, Team
from bot.domain.policy import Policy, roles_of, vacant
from bot.domain.times import local_day, on_day
from bot.domain.training import training
from bot.domain.visit import Visit
from bot.ports import Clock, Store, Tx
from bot.service import apart, in_private, proving
from bot.service.pulse import guarded
from bot.service.working_days import DayKind, day_kind

TEAMS_AT_ONCE = 20
"""Teams of one transaction: what people write waits for no longer."""
LOOKED_AT, LISTED = 200, 20
"""Visits of a team that are looked at, and those that one digest names."""
MONDAY = 0
"""The day of the week on which those are named with whom the procedure is to be gone through, and whose training is due."""
A_MINUTE = timedelta(minutes=1)


async def send(store: Store, clock: Clock) -> int:
    """Send what is due; doing it more often is harmless. Return how many teams' turn it was."""
    due = await store.read(lambda tx: _due_teams(tx, guarded(tx, clock.now())))

    def work(tx: Tx, teams: Sequence[Team]) -> None:
        now = guarded(tx, clock.now())
        for team in teams:
            if _due(tx, team, now):
                tx.pulses.set(_pulse(team), now)
                tx.outbox.add(_of_team(tx, team, now), now=now)

    for first in range(0, len(due), TEAMS_AT_ONCE):
        some = due[first : first + TEAMS_AT_ONCE]
        await store.run(partial(work, teams=some), name="digest")
    return len(due)


def _due_teams(tx: Tx, now: datetime) -> list[Team]:
    return [team for team in tx.rosters.teams() if _due(tx, team, now)]


def _due(tx: Tx, team: Team, now: datetime) -> bool:
    """Return whether it is no weekend for the team, past the hour, and today's digest was not sent yet."""
    after_midnight = tx.policies.get(team.policy_digest).digest_at
    day = local_day(now, team.tz)
    if not after_midnight or day_kind(day, team.holidays) is DayKind.WEEKEND:
        return False
    due_at = on_day(day, int(after_midnight / A_MINUTE), team.tz).at[0]
    sent_at = tx.pulses.get(_pulse(team))
    return due_at <= now and (sent_at is None or local_day(sent_at, team.tz) < day)


def _pulse(team: Team) -> str:
    return f"digest:{team.id}"


def _of_team(tx: Tx, team: Team, now: datetime) -> list[Message]:
    """Return a team's digests of today: one to each buddy, and one to everybody on duty, who then gets no other."""
    policy = tx.policies.get(team.policy_digest)
    visits = _of_today(tx, team, now)
    roster = tx.rosters.roster(
        team.id,
        worker_id="",
        roles=(Role.DUTY_OFFICER, Role.WORKER, *LEADING, *roles_of(policy.steps)),
        people=(),
    )
    lacking = vacant(policy.steps, roster.holders)
    people = tx.rosters.members(team.id)
    away = [person.id for person in people if person.away(now)]
    on_duty = _on_duty(roster, policy, now)
    today = local_day(now, team.tz)
    day = today.isoformat()

    def digest(key: str, who: str, mine: Sequence[Visit], **fields: str) -> Message:
        mine = [visit for visit in mine if not apart.kept_from(tx, visit, who)]
        listed = ",".join(visit.id for visit in mine[:LISTED])
        more = str(len(mine) - LISTED) if len(mine) > LISTED else ""
        return Message(
            key=key,
            to=To(team.id, who),
            priority=Priority.INFORMATION,
            dedupe=f"digest:{team.id}:{day}:{who}",
            fields={"visits": listed, "more": more, **fields},
        )

    few = in_private.answered_by_one(tx, team)
    due = in_private.to_go_through(tx, roster, now) if today.weekday() == MONDAY else ()
    untrained = _untrained(roster, policy, today) if today.weekday() == MONDAY else ()
    weak = proving.unproven(tx, (person.id for person in people), now, most=LISTED)
    working = day_kind(today, team.holidays) is DayKind.WORKING
    if not visits and not (
        working and (lacking or away or few or due or untrained or weak["unproven"])
    ):
        return []  # on a bank holiday nobody is at their desk to put a finding right
    findings = {
        "vacant": ",".join(lacking),
        "people": ",".join(away),
        "few": ",".join(few[:LISTED]),
        "through": ",".join(due[:LISTED]),
        "untrained": ",".join(who for who, _ in untrained[:LISTED]),
        "due_by": ",".join(day for _, day in untrained[:LISTED]),
        **weak,
    }
    if (untrained or weak["unproven"]) and working:
        # Whoever leads the team sees to both, also where somebody else is on duty (S12).
        leading = roster.here(roster.holding(LEADING[:2]), now)
        on_duty = tuple(dict.fromkeys((*on_duty, *leading)))
    found = [digest("digest.duty", who, visits, **findings) for who in on_duty]
    watching = _watched(visits, besides=on_duty)
    return found + [digest("digest.buddy", who, mine) for who, mine in watching.items()]


def _of_today(tx: Tx, team: Team, now: datetime) -> list[Visit]:
    """Return the visits that begin today, or run from before, by start."""
    day = local_day(now, team.tz)
    found = [
        visit
        for visit in tx.visits.open_in(team.id, LOOKED_AT)
        if visit.kind is VisitKind.VISIT and local_day(visit.start_at, team.tz) <= day
    ]
    return sorted(found, key=lambda visit: (visit.start_at, visit.id))


def _untrained(roster: Roster, policy: Policy, today: date) -> tuple[tuple[str, str], ...]:
    """Return the workers whose training is overdue or due soon, each with its last day; "" where nobody knows it (S12)."""
    workers = roster.of_the_team(roster.holding((Role.WORKER,)))
    found = ((who, training(roster.people[who], policy, today)) for who in workers)
    return tuple((who, one.by.isoformat() if one.by else "") for who, one in found if one)


def _on_duty(roster: Roster, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Return who is on duty; where nobody is, or all are away, those who answer for cover."""
    on_duty = roster.here(roster.holding((Role.DUTY_OFFICER,)), now)
    return on_duty or roster.here(roster.holding(roles_of(policy.uncovered)), now)


def _watched(visits: Iterable[Visit], *, besides: tuple[str, ...]) -> dict[str, list[Visit]]:
    """Return whom each visit concerns as its buddy, accepted or asked last."""
    watched: dict[str, list[Visit]] = {}
    for visit in visits:
        who = visit.buddy_id or (visit.asked[-1] if visit.asked else None)
        if who and who not in besides and who not in on_the_scene(visit):
            watched.setdefault(who, []).append(visit)
    return watched
