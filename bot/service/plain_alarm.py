"""The plain alarm: something in us is broken, so people must look for themselves (house rule 5).

It leans on as little as possible: neither the visit's rules nor its ladder, which may be what is broken.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.authority import on_the_scene
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import Role, Roster, Way
from bot.domain.replacing import replace
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import InboundEvent, Outgoing, Tx, Unread
from bot.service import apart, gate

RESPONDERS = tuple(role for role in Role if role not in (Role.WORKER, Role.ADMINISTRATOR))

UNREAD = "alarm.unread"
"""The message of `about_unread`."""


def about_visit(tx: Tx, visit: Visit, *, now: datetime, occasion: str) -> None:
    """Tell the buddy and everybody with a role on the team's ladders that this visit needs watching by hand.

    Args:
        occasion: makes it one alarm for this failure ("visit:v_…"); the same one is sent once, for ever.
    """
    told = responders(visit, roster_of(tx, visit))
    plain = [_plain(visit.team_id, who, visit.worker_id, visit.case_ref, occasion) for who in told]
    about = [replace(message, visit_id=visit.id) for message in plain]
    tx.outbox.add(gate.admitted(about, on_the_scene(visit)), now=now)


def about_lost(tx: Tx, visit_id: str, *, now: datetime) -> None:
    """Tell everybody with a role on the team's ladders, once, of a visit that cannot be read any more, its journal neither.

    Nobody, when there is no such row: then nothing says whose it was.
    """
    whose = tx.visits.whose(visit_id)
    if whose is None:
        return
    team_id, worker_id, case_ref = whose
    roster = tx.rosters.roster(team_id, worker_id=worker_id, roles=RESPONDERS, people=())
    told = dict.fromkeys(_on_the_ladders(apart.roster_for(tx, roster, worker_id)))
    plain = [_plain(team_id, who, worker_id, case_ref, f"lost:{visit_id}") for who in told]
    tx.outbox.add(gate.admitted(plain, frozenset({worker_id})), now=now)


def _plain(team_id: str, who: str, worker_id: str, case_ref: str, occasion: str) -> Message:
    return Message(
        key="alarm.plain",
        to=To(team_id, who),
        priority=Priority.ESCALATION,
        dedupe=f"plain:{occasion}:{who}",
        fields={"case_ref": case_ref, "worker": worker_id},
        secrecy=Secrecy.RESPONDERS,
    )


def roster_of(tx: Tx, visit: Visit, *people: str) -> Roster:
    """Return the part of the team that the plain alarm needs, `people` among it; the visit's rules play no part."""
    roster = tx.rosters.roster(
        visit.team_id,
        worker_id=visit.worker_id,
        roles=RESPONDERS,
        people=[visit.worker_id, *people],
    )
    return apart.roster_for(tx, roster, visit.worker_id)


def responders(visit: Visit, roster: Roster) -> tuple[str, ...]:
    """Return whom the plain alarm about a visit tells, each once; the worker's side is still among them."""
    told = (visit.buddy_id, *_on_the_ladders(roster))
    return tuple(dict.fromkeys(who for who in told if who))


def _on_the_ladders(roster: Roster) -> tuple[str, ...]:
    return (*roster.holding(RESPONDERS), *roster.cover[:1])


def about_sender(tx: Tx, event: InboundEvent, *, now: datetime) -> None:
    """Raise the plain alarm for every open visit of somebody whose message cannot be processed; none, nothing."""
    person = tx.rosters.at(Way(event.platform, event.sender))
    for visit in tx.visits.open_of(person.id) if person else ():
        about_visit(tx, visit, now=now, occasion=f"{event.platform}:{event.event_id}")


def about_unread(tx: Tx, event: Unread, *, now: datetime) -> None:
    """Have people look who is out, once for each event: something came that can be read by nobody any more.

    What is left of it names no team, so every team that has somebody out hears of it; where none has, every team: it may
    have been the start of a visit that nobody watches over now.
    """
    teams = tx.visits.teams_out() or tuple(team.id for team in tx.rosters.teams())
    for team_id in teams:
        occasion = f"unread:{event.platform}:{event.event_id}"
        at = to_iso(event.received_at)
        _unread(tx, team_id, _on_duty(tx, team_id, now), occasion=occasion, at=at, now=now)


def unread_elsewhere(tx: Tx, row: Outgoing, *, now: datetime) -> None:
    """Tell everybody else who is on the team's ladders what somebody on duty could not be told."""
    roster = tx.rosters.roster(row.team_id, worker_id="", roles=RESPONDERS, people=())
    occasion = row.dedupe.removesuffix(f":{row.person_id}")
    told = roster.of_the_team(roster.holding(RESPONDERS))
    _unread(tx, row.team_id, told, occasion=occasion, at=row.fields["at"], now=now)


def _on_duty(tx: Tx, team_id: str, now: datetime) -> tuple[str, ...]:
    """Return the duty officer; where there is none, or all are away, the team managers; else whoever is on a ladder."""
    roster = tx.rosters.roster(team_id, worker_id="", roles=RESPONDERS, people=())
    for roles in ((Role.DUTY_OFFICER,), (Role.TEAM_MANAGER,), RESPONDERS):
        here = roster.here(roster.holding(roles), now)
        if here:
            return here
    return roster.of_the_team(roster.holding(RESPONDERS))  # away, and still better than nobody


def _unread(
    tx: Tx, team_id: str, told: tuple[str, ...], *, occasion: str, at: str, now: datetime
) -> None:
    messages = [
        Message(
            key=UNREAD,
            to=To(team_id, who),
            priority=Priority.ESCALATION,
            dedupe=f"{occasion}:{who}",
            fields={"at": at},
        )
        for who in told
    ]
    tx.outbox.add(messages, now=now)
