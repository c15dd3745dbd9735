"""How a team is written as its file describes it: set-based, so that a team of thousands costs a few statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.domain.people import Person, TeamEntry, Way
from bot.domain.policy import Policy
from storage.dialect import missing, upsert
from storage.session import Session
from storage.tables import (
    CoverRow,
    PersonRow,
    PersonWayRow,
    PolicyRow,
    RoleHolderRow,
    TeamRow,
    table,
)

_TEAM, _PERSON, _WAY, _POLICY = (
    table(TeamRow),
    table(PersonRow),
    table(PersonWayRow),
    table(PolicyRow),
)
_HOLDER, _COVER = table(RoleHolderRow), table(CoverRow)

_MEMBERS = select(_PERSON.c.id).where(_PERSON.c.team_id == bindparam("team_id"))
_LEAVE = update(_PERSON).where(_PERSON.c.id == bindparam("who")).values(has_left=True, mobile=None)
_NO_WAYS = delete(_WAY).where(_WAY.c.person_id == bindparam("who"))
_NOT_THERE = delete(_WAY).where(_WAY.c.lookup == bindparam("taken"))
_NO_HOLDERS = delete(_HOLDER).where(_HOLDER.c.team_id == bindparam("of_team"))
_NO_COVER = delete(_COVER).where(_COVER.c.team_id == bindparam("of_team"))


def mobile_place(person_id: str) -> str:
    """Return where a mobile is sealed for."""
    return f"person/{person_id}/mobile"


def address_place(person_id: str, n: int) -> str:
    """Return where the address of a person's way is sealed for."""
    return f"person_way/{person_id}.{n}/address"


def looked_up(session: Session, way: Way) -> str:
    """Return the keyed digest by which a way is found again."""
    return session.tools.keyring.lookup(f"{way.platform}\n{way.address}")


def replace_team(session: Session, entry: TeamEntry, policy: Policy, content: str) -> None:
    """Write a team; who is not named in it any more has left: no ways, no mobile, no role in it."""
    connection, team_id = session.connection, entry.team.id
    connection.execute(missing(connection, _POLICY), {"digest": policy.digest, "content": content})
    connection.execute(upsert(connection, _TEAM), _team_row(entry, policy))
    named = {person.id for person in entry.people}
    before = set(connection.execute(_MEMBERS, {"team_id": team_id}).scalars())
    gone = [{"who": who} for who in sorted(before - named)]
    if gone:
        connection.execute(_LEAVE, gone)
    changed = [{"who": who} for who in sorted(before | named)]
    if changed:
        connection.execute(_NO_WAYS, changed)
    connection.execute(_NO_HOLDERS, {"of_team": team_id})
    connection.execute(_NO_COVER, {"of_team": team_id})
    ways = [row for person in entry.people for row in _way_rows(session, person)]
    if ways:
        connection.execute(_NOT_THERE, [{"taken": row["lookup"]} for row in ways])
    people = [_person_row(session, person) for person in entry.people]
    if people:
        connection.execute(upsert(connection, _PERSON), people)
    for rows, values in (
        (_WAY, ways),
        (_HOLDER, _holder_rows(entry)),
        (_COVER, _cover_rows(entry)),
    ):
        if values:
            connection.execute(insert(rows), values)


def _team_row(entry: TeamEntry, policy: Policy) -> dict[str, Any]:
    team = entry.team
    return {
        "id": team.id,
        "name": team.name,
        "zone": team.zone,
        "channel_platform": team.channel.platform,
        "channel_address": team.channel.address,
        "case_patterns": team.case_patterns,
        "pack": team.pack,
        "policy_digest": policy.digest,
    }


def _person_row(session: Session, person: Person) -> dict[str, Any]:
    seal = session.tools.sealer.seal
    mobile = person.mobile
    return {
        "id": person.id,
        "name": person.name,
        "team_id": person.team_id,
        "mobile": None if mobile is None else seal(mobile, place=mobile_place(person.id)),
        "has_left": False,
    }


def _way_rows(session: Session, person: Person) -> list[dict[str, Any]]:
    return [
        {
            "person_id": person.id,
            "n": n,
            "platform": way.platform,
            "address": session.tools.sealer.seal(way.address, place=address_place(person.id, n)),
            "lookup": looked_up(session, way),
        }
        for n, way in enumerate(person.ways)
    ]


def _holder_rows(entry: TeamEntry) -> list[dict[str, Any]]:
    return [
        {"team_id": entry.team.id, "role": role.value, "n": n, "person_id": who}
        for role, people in entry.holders.items()
        for n, who in enumerate(people)
    ]


def _cover_rows(entry: TeamEntry) -> list[dict[str, Any]]:
    order = [("", n, who) for n, who in enumerate(entry.cover)]
    standing = [(worker, 0, buddy) for worker, buddy in entry.standing.items()]
    return [
        {"team_id": entry.team.id, "worker_id": worker, "n": n, "person_id": who}
        for worker, n, who in (*standing, *order)
    ]
