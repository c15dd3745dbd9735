"""Who is in the team: adding and ending people in chat, and what follows when somebody's last day is over."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime

from bot.domain import authority, duty, ladder, watching
from bot.domain import team_facts as f
from bot.domain.duty_intents import AddPerson, AskAdd, EndPerson, KeepPerson, NoteTraining
from bot.domain.errors import UserMistake
from bot.domain.message import Message, Priority, To
from bot.domain.people import Person, Role, Roster, Team, Way
from bot.domain.times import DAY_MINUTES, local_day, on_day, to_iso
from bot.ports import IdSource, Store, Tx
from bot.service.answering import Answer
from bot.service.carrying import carry_out, carry_out_alarm, scene
from bot.service.duty import concerning, held_by
from bot.service.watching import busy

GIVEN_IN_CHAT = (Role.WORKER, Role.BUDDY, Role.DESIGNATED_OFFICER, Role.DUTY_OFFICER)
"""What somebody can be added as. Who leads a team is written in its file."""
LISTED = 60
"""People named in one answer."""


def listed(tx: Tx, *, by: Person) -> Answer:
    """Name everybody of the team, with their roles, who is away, when somebody leaves, and who has no standing buddy (K1)."""
    everybody = tx.rosters.members(by.team_id)
    members, there = everybody[:LISTED], {person.id for person in everybody}
    held = {person.id: tx.rosters.roles_of(person.id) for person in members}
    roles = {f"roles:{who}": ",".join(theirs) for who, theirs in held.items()}
    standing = tx.rosters.standing_in(by.team_id)
    alone = [who for who in held if Role.WORKER in held[who] and standing.get(who) not in there]
    return "reply.people", {**roles, "people": ",".join(held), "alone": ",".join(alone)}, None


def ask_add(
    tx: Tx,
    intent: AskAdd,
    address: str,
    *,
    by: Person,
    in_channel: bool,
    now: datetime,
    ids: IdSource,
) -> Answer:
    """Send the form by which somebody joins, to the asker's private chat: a mobile is nobody else's.

    Args:
        address: of whoever was mentioned, on the platform they were mentioned on; "" when it is not known.

    Raises:
        UserMistake: not_a_manager.
    """
    authority.may_manage_people(by.id, _managers(tx, by))
    # The name that a platform shows for somebody is theirs to change: it is not taken over.
    name = intent.name or ("" if address else intent.mentioned.title())
    form = Message(
        key="people.form",
        to=To(by.team_id, by.id),
        priority=Priority.REPLY,
        dedupe=ids.new(f"{by.id}:add"),
        fields={"name": name, "address": address},
    )
    tx.outbox.add([form], now=now)
    return ("reply.in_private", {}, None) if in_channel else ("", {}, None)


def add(
    tx: Tx, intent: AddPerson, *, by: Person, team: Team, platform: str, now: datetime
) -> Answer:
    """Have somebody join the team; they are greeted, which shows whether they can be reached.

    Raises:
        UserMistake: not_a_manager, role_by_file, address_taken.
    """
    authority.may_manage_people(by.id, _managers(tx, by))
    if intent.role not in GIVEN_IN_CHAT:
        raise UserMistake("role_by_file")
    who = _new_id(tx, team, intent.name)
    way = Way(platform, intent.address or who)
    if tx.rosters.at(way) is not None:
        raise UserMistake("address_taken")
    ends_at = None if intent.last_day is None else _end_of(intent.last_day, team)
    person = Person(
        who,
        intent.name,
        team.id,
        (way,),
        intent.mobile or None,
        ends_at=ends_at,
        joined_on=local_day(now, team.tz),
    )
    tx.rosters.add(person, (intent.role,))
    _journal(tx, team.id, f.PersonAdded(who, intent.role.value, ends_at), now, by=by.id)
    welcome = _to(person, "people.welcome", f"welcome:{who}:{to_iso(now)}", by=by.id)
    tx.outbox.add([welcome], now=now)
    said = {"person": who, "role": intent.role.value, "ends_at": to_iso(ends_at) if ends_at else ""}
    return "reply.person_added", said, None


def end(tx: Tx, intent: EndPerson, *, by: Person, team: Team, now: datetime) -> Answer:
    """Have somebody leave at the end of a day; they are told.

    Raises:
        UserMistake: not_a_manager, not_asked_team, only_holder.
    """
    authority.may_manage_people(by.id, _managers(tx, by))
    person = _of_the_team(tx, intent.person, by)
    held = held_by(tx, person)
    duty.refuse_to_end_alone(person, held.duties, held.roster)
    ends_at = _end_of(intent.last_day or local_day(now, team.tz), team)
    tx.rosters.save(replace(person, ends_at=ends_at))
    _journal(tx, team.id, f.PersonEnds(person.id, ends_at), now, by=by.id)
    told = _to(
        person, "people.ends", f"ends:{person.id}:{to_iso(now)}", by=by.id, ends_at=to_iso(ends_at)
    )
    tx.outbox.add([told], now=now)
    return (
        "reply.person_ends",
        {"person": person.id, "ends_at": to_iso(ends_at)},
        None,
    )


def keep(tx: Tx, intent: KeepPerson, *, by: Person, now: datetime) -> Answer:
    """Have somebody stay who was to leave.

    Raises:
        UserMistake: not_a_manager, not_asked_team.
    """
    authority.may_manage_people(by.id, _managers(tx, by))
    person = _of_the_team(tx, intent.person, by)
    tx.rosters.save(replace(person, ends_at=None))
    _journal(tx, by.team_id, f.PersonKept(person.id), now, by=by.id)
    return "reply.person_kept", {"person": person.id}, None


def note_training(tx: Tx, intent: NoteTraining, *, by: Person, team: Team, now: datetime) -> Answer:
    """Note when somebody had their training, or its refresher (S12); what was noted before is replaced.

    Raises:
        UserMistake: not_a_manager, not_asked_team.
    """
    authority.may_manage_people(by.id, _managers(tx, by))
    person = _of_the_team(tx, intent.person, by)
    on = intent.on or local_day(now, team.tz)
    tx.rosters.save(replace(person, trained_on=on))
    _journal(tx, team.id, f.PersonTrained(person.id, on.isoformat()), now, by=by.id)
    return "reply.person_trained", {"person": person.id, "on": on.isoformat()}, None


def end_due(tx: Tx, *, now: datetime, ids: IdSource) -> None:
    """Act on every end that has come: they drop out of every role and rung, and what they watched looks for another.

    Whoever is out goes on being watched, and is heard until their visit is over.
    """
    for who in tx.rosters.ending(now):
        person = tx.rosters.person(who)
        if person is None:
            continue
        held = held_by(tx, person)
        tx.rosters.save(replace(person, left=True, offers_to=None, offered_at=None))
        _journal(tx, person.team_id, f.PersonLeft(who), now)
        for each in held.duties:
            if each.of != who:
                tx.rosters.assign(person.team_id, each.role, each.of, each.of)
        _let_go(tx, who, person.team_id, now=now, ids=ids)
        mine = tx.visits.open_of(who)
        if not mine:
            tx.rosters.forget(who)
        out = ",".join(visit.id for visit in mine)
        told = [
            Message(
                key="people.left",
                to=To(person.team_id, reader),
                priority=Priority.REMINDER,
                dedupe=f"left:{who}:{to_iso(person.ends_at or now)}:{reader}",
                fields={"person": who, "visits": out},
            )
            for reader in held.roster.here(held.roster.holding(authority.LEADING), now)
            if reader != who
        ]
        tx.outbox.add(told, now=now)


async def forget_leavers(store: Store) -> None:
    """Erase how people are reached who have left and whose own visits are over by now."""

    def work(tx: Tx) -> None:
        for who in tx.rosters.still_reached():
            if not tx.visits.open_of(who):
                tx.rosters.forget(who)

    await store.run(work, name="leavers")


def _let_go(tx: Tx, who: str, team_id: str, *, now: datetime, ids: IdSource) -> None:
    """Have each visit that they watched look for another buddy, and each alarm that they were in charge of ask again."""
    for visit in concerning(tx, who, team_id):
        for alarm in tx.escalations.open_of(visit.id):
            if alarm.charge == who:
                at = scene(tx, visit, now=now, ids=ids, people=alarm.asked)
                gone = ladder.lapse(alarm, visit=visit, roster=at.roster, policy=at.policy, now=now)
                visit = carry_out_alarm(at, visit, alarm, gone)  # noqa: PLW2901 - as it stands now
        if visit.buddy_id == who:
            at = scene(tx, visit, now=now, ids=ids)
            decision = watching.buddy_gone(
                visit,
                roster=at.roster,
                policy=at.policy,
                now=now,
                busy=busy(tx, visit, at.roster, at.policy),
            )
            if decision.facts:
                carry_out(at, visit, decision)


def _managers(tx: Tx, by: Person) -> Roster:
    return tx.rosters.roster(by.team_id, worker_id=by.id, roles=authority.MANAGING, people=(by.id,))


def _of_the_team(tx: Tx, person_id: str, by: Person) -> Person:
    person = tx.rosters.person(person_id)
    if person is None or person.left or person.team_id != by.team_id:
        raise UserMistake("not_asked_team")
    return person


def _end_of(day: date, team: Team) -> datetime:
    """Return the midnight that ends a day in the team's zone."""
    return on_day(day, DAY_MINUTES, team.tz).at[0]


def _new_id(tx: Tx, team: Team, name: str) -> str:
    """Return an id made of a name, that nobody has or ever had."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:28].strip("-")
    slug = slug if slug[:1].isalpha() else f"p-{slug}".strip("-")
    tries = [slug, *(f"{slug}-{n}" for n in range(2, 100))]
    known = tx.rosters.roster(team.id, worker_id="", roles=(), people=tries).people
    return next(each for each in tries if each not in known)


def _to(person: Person, key: str, once: str, **fields: str) -> Message:
    return Message(key, To(person.team_id, person.id), Priority.REMINDER, once, fields)


def _journal(
    tx: Tx, team_id: str, fact: f.TeamFact, now: datetime, *, by: str | None = None
) -> None:
    tx.journal.append(f.team_chain(team_id), fact, at=now, by=by)
