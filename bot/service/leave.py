"""Leave noted by those who lead a team, for somebody who cannot say it themselves. Load, decide, carry out, journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import authority, duty, watching
from bot.domain import team_facts as f
from bot.domain.duty_intents import Away, BringBack, SendAway
from bot.domain.errors import UserMistake
from bot.domain.message import Message, Priority, To
from bot.domain.people import Person
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import apart
from bot.service import duty as own
from bot.service.answering import Answer
from bot.service.carrying import carry_out, scene
from bot.service.watching import busy


def note(
    tx: Tx, intent: SendAway | BringBack, *, by: Person, now: datetime, ids: IdSource
) -> Answer:
    """Note somebody's leave, or its end.

    Raises:
        UserMistake: as `send_away` and `bring_back` say.
    """
    if isinstance(intent, BringBack):
        return bring_back(tx, intent, by=by, now=now)
    return send_away(tx, intent, by=by, now=now, ids=ids)


def send_away(tx: Tx, intent: SendAway, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Note that somebody is away. They are told; others are asked to watch over what falls into that time.

    Raises:
        UserMistake: leave_not_yours; not_asked_team: nobody of this team; leave_in_charge, leave_uncovers.
    """
    if intent.person == by.id:
        return own.away(tx, Away(intent.until, intent.since), by=by, now=now)
    person = _of_the_team(tx, intent.person, by)
    held = own.held_by(tx, person)
    if intent.since is None:
        duty.refuse_to_send_away(person, held.alarms, held.roster, at=now)
    since = intent.since or now
    tx.rosters.save(replace(person, away_from=since, away_until=intent.until))
    _journal(tx, by, f.WentAway(person.id, since, intent.until), now)
    times = {"since": to_iso(since) if intent.since else "", "until": to_iso(intent.until)}
    tx.outbox.add([_told(person, by, now, **times)], now=now)
    within = [v for v in held.visits if v.start_at < intent.until and since < v.planned_until]
    kept = [v for v in within if not _offer(tx, v, by=by, now=now, ids=ids)]
    fields = {
        "person": person.id,
        **times,
        "roles": held.said["roles"],
        "visits": ",".join(v.id for v in within if not apart.kept_from(tx, v, by.id)),
        "kept": ",".join(v.id for v in kept),
    }
    return "reply.sent_away", fields, None


def bring_back(tx: Tx, intent: BringBack, *, by: Person, now: datetime) -> Answer:
    """Note that somebody is here again; they are told.

    Raises:
        UserMistake: leave_not_yours; not_asked_team; not_away.
    """
    if intent.person == by.id:
        return own.back(tx, by=by, now=now)
    person = _of_the_team(tx, intent.person, by)
    if person.away_until is None or person.away_until <= now:
        raise UserMistake("not_away", name=person.name)
    tx.rosters.save(replace(person, away_from=None, away_until=None))
    _journal(tx, by, f.CameBack(person.id), now)
    tx.outbox.add([_told(person, by, now)], now=now)
    return "reply.brought_back", {"person": person.id}, None


def _offer(tx: Tx, visit: Visit, *, by: Person, now: datetime, ids: IdSource) -> bool:
    """Ask others to take a visit over; return whether there was anybody to ask, now or before."""
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    decision = watching.buddy_sent_away(
        visit,
        by=by.id,
        roster=at.roster,
        policy=at.policy,
        now=now,
        busy=busy(tx, visit, at.roster, at.policy),
    )
    if decision.facts:
        visit = carry_out(at, visit, decision)
    return bool(visit.offered)


def _of_the_team(tx: Tx, person_id: str, by: Person) -> Person:
    roster = tx.rosters.roster(
        by.team_id, worker_id=by.id, roles=authority.MANAGING, people=(by.id,)
    )
    authority.may_set_leave(by.id, roster)
    person = tx.rosters.person(person_id)
    if person is None or person.left or person.team_id != by.team_id:
        raise UserMistake("not_asked_team")
    return person


def _told(person: Person, by: Person, now: datetime, **times: str) -> Message:
    return Message(
        key="duty.leave",
        to=To(person.team_id, person.id),
        priority=Priority.REMINDER,
        dedupe=f"leave:{person.id}:{to_iso(now)}:{times.get('until', '')}",
        fields={"by": by.id, **times},
    )


def _journal(tx: Tx, by: Person, fact: f.TeamFact, now: datetime) -> None:
    tx.journal.append(f.team_chain(by.team_id), fact, at=now, by=by.id)
