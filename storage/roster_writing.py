"""How a team is written as its file describes it: set-based, so that a team of thousands costs a few statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, text, update

from bot.domain.people import Person, Role, TeamEntry, Way
from bot.domain.policy import Policy
from storage.dialect import inserting, missing, upsert
from storage.many import run_many
from storage.roster_tables import CoverRow, PersonRow, PersonWayRow, RoleHolderRow, TeamRow
from storage.rows import table
from storage.session import Session
from storage.tables import PolicyRow, VisitRow

_TEAM, _PERSON, _WAY, _POLICY = (
    table(TeamRow),
    table(PersonRow),
    table(PersonWayRow),
    table(PolicyRow),
)
_HOLDER, _COVER, _VISIT = table(RoleHolderRow), table(CoverRow), table(VisitRow)

_OUT = select(_VISIT.c.id).where(_VISIT.c.worker_id == bindparam("who"), text("is_open"))
_LEAVE = update(_PERSON).where(_PERSON.c.id == bindparam("who")).values(has_left=True)
_NO_MOBILE = update(_PERSON).where(_PERSON.c.id == bindparam("who")).values(mobile=None, pin=None)
_SAID = ("away_from", "away_until", "ends_at", "offers_to", "offered_at", "trained_on")
"""What chat says of somebody."""
_CHAT = (*_SAID, "by_chat", "chat_roles")
_BY_FILE = ("file_ends_at", "file_trained_on", "joined_on")
_BEFORE = select(
    *(_PERSON.c[name] for name in ("id", "has_left", "held_by", "held_at", *_BY_FILE, *_CHAT))
).where(_PERSON.c.team_id == bindparam("team_id"))
_NOBODY = dict.fromkeys(_CHAT) | {"by_chat": False, "chat_roles": ()}
_KEEP = (
    update(_PERSON)
    .where(_PERSON.c.id == bindparam("who"))
    .values({name: bindparam(f"new_{name}") for name in (*_SAID, "has_left")})
)
_HOLD = (
    update(_PERSON)
    .where(_PERSON.c.id == bindparam("who"))
    .values(held_by=bindparam("holder"), held_at=bindparam("since"))
)
_HOLDERS = (
    select(_HOLDER)
    .where(_HOLDER.c.team_id == bindparam("team_id"))
    .order_by(_HOLDER.c.role, _HOLDER.c.n)
)
_ASSIGN = (
    update(_HOLDER)
    .where(
        _HOLDER.c.team_id == bindparam("in_team"),
        _HOLDER.c.role == bindparam("the_role"),
        func.coalesce(_HOLDER.c.of_id, _HOLDER.c.person_id) == bindparam("whose"),
    )
    .values(person_id=bindparam("to"), of_id=bindparam("of"))
)
_NO_WAYS = delete(_WAY).where(_WAY.c.person_id == bindparam("who"))
_NOT_THERE = delete(_WAY).where(_WAY.c.lookup == bindparam("taken"))
_NO_HOLDERS = delete(_HOLDER).where(_HOLDER.c.team_id == bindparam("of_team"))
_NO_COVER = delete(_COVER).where(_COVER.c.team_id == bindparam("of_team"))


def pin_place(person_id: str) -> str:
    """Return where a PIN is sealed for."""
    return f"person/{person_id}/pin"


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
    """Write a team; who is not named in it any more has left: no role in it, no ways and no mobile.

    What was said in chat stands: who was added there stays, an end, an absence and a duty that was handed over hold.
    Somebody who is out stays reachable until their visit is over.
    """
    session.flush()
    connection, team_id = session.connection, entry.team.id
    connection.execute(missing(connection, _POLICY), {"digest": policy.digest, "content": content})
    connection.execute(upsert(connection, _TEAM), _team_row(entry, policy))
    named = {person.id for person in entry.people}
    before = {row.id: row for row in connection.execute(_BEFORE, {"team_id": team_id})}
    added = [row for row in before.values() if row.by_chat and row.id not in named]
    lent = [row for row in connection.execute(_HOLDERS, {"team_id": team_id}) if row.of_id]
    _leave(session, set(before) - named - {row.id for row in added})
    if named:
        connection.execute(_NO_WAYS, [{"who": who} for who in sorted(named)])
    connection.execute(_NO_HOLDERS, {"of_team": team_id})
    connection.execute(_NO_COVER, {"of_team": team_id})
    ways = [row for person in entry.people for row in _way_rows(session, person)]
    if ways:
        connection.execute(_NOT_THERE, [{"taken": row["lookup"]} for row in ways])
    people = [_person_row(session, person, before.get(person.id)) for person in entry.people]
    if people:
        run_many(connection, upsert(connection, _PERSON), people)
    here = named | {row.id for row in added if not row.has_left}
    holders = [*_holder_rows(entry), *_added_holders(team_id, added)]
    for rows, values in (
        (_WAY, ways),
        (_HOLDER, [_still_lent(row, lent, here) for row in holders]),
        (_COVER, _cover_rows(entry)),
    ):
        if values:
            run_many(connection, inserting(rows, connection.dialect.name), values)


def add_person(session: Session, person: Person, roles: tuple[Role, ...]) -> None:
    """Write somebody who was added in chat, behind those who hold the same roles already."""
    connection = session.connection
    words = tuple(role.value for role in roles)
    row = _person_row(session, person, None) | {
        "file_ends_at": None,
        "by_chat": True,
        "chat_roles": words,
    }
    connection.execute(upsert(connection, _PERSON), row)
    connection.execute(_NO_WAYS, {"who": person.id})
    ways = _way_rows(session, person)
    connection.execute(insert(_WAY), ways)
    session.told.due(person.ends_at)
    held = connection.execute(_HOLDERS, {"team_id": person.team_id}).all()
    for role in words:
        n = max((each.n for each in held if each.role == role), default=-1) + 1
        connection.execute(insert(_HOLDER), _holder(person.team_id, role, n, person.id))


def save_person(session: Session, person: Person) -> None:
    """Write what chat says of a person; who has left holds and covers nothing (`rosters` leaves them out)."""
    new = {f"new_{name}": getattr(person, name) for name in _SAID}
    session.connection.execute(_KEEP, new | {"new_has_left": person.left, "who": person.id})


def assign(session: Session, team_id: str, role: Role, of: str, to: str) -> None:
    """Have `to` hold what is `of`'s by the team file."""
    values = {"in_team": team_id, "the_role": role.value, "whose": of, "to": to}
    session.connection.execute(_ASSIGN, values | {"of": None if to == of else of})


def hold(session: Session, person_id: str, name: str, at: datetime) -> None:
    """Write who answers a desk from an instant on."""
    session.connection.execute(_HOLD, {"who": person_id, "holder": name, "since": at})


def forget(session: Session, person_id: str) -> None:
    """Erase how somebody is reached."""
    session.connection.execute(_NO_WAYS, {"who": person_id})
    session.connection.execute(_NO_MOBILE, {"who": person_id})


def _leave(session: Session, people: set[str]) -> None:
    for who in sorted(people):
        session.connection.execute(_LEAVE, {"who": who})
        if session.connection.execute(_OUT, {"who": who}).first() is None:
            forget(session, who)


def _still_lent(row: dict[str, Any], lent: list[Any], here: set[str]) -> dict[str, Any]:
    """Return who holds a role now: the one who has taken it over, for as long as both are in the team."""
    for each in lent:
        if (each.role, each.of_id) == (row["role"], row["person_id"]) and each.person_id in here:
            return row | {"person_id": each.person_id, "of_id": each.of_id}
    return row


def _added_holders(team_id: str, added: list[Any]) -> list[dict[str, Any]]:
    """Return the roles of those who were added in chat; numbered behind everybody whom a file can name."""
    return [
        _holder(team_id, role, _BEHIND + n, row.id)
        for n, row in enumerate(sorted(added, key=lambda row: row.id))
        for role in row.chat_roles
        if not row.has_left
    ]


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
        "holidays": team.holidays.value,
        "channel_faults": (),
    }


def _person_row(session: Session, person: Person, before: Any | None) -> dict[str, Any]:  # noqa: ANN401 - a row
    """Return a person's row; what chat said of them before is kept, and so is an end that has come."""
    seal = session.tools.sealer.seal
    mobile = person.mobile
    chat = {name: getattr(before, name) for name in _SAID} if before is not None else {}
    ended = before is not None and before.has_left and before.ends_at is not None
    if before is not None:
        chat["ends_at"], ended = _end(person, before, ended=ended)
        chat["trained_on"] = _trained(person, before)
    return (
        _NOBODY
        | {"ends_at": person.ends_at, "trained_on": person.trained_on}
        | chat
        | {
            "id": person.id,
            "name": person.name,
            "team_id": person.team_id,
            "mobile": None if mobile is None else seal(mobile, place=mobile_place(person.id)),
            "pin": None if person.pin is None else seal(person.pin, place=pin_place(person.id)),
            "has_left": ended,
            "file_ends_at": person.ends_at,
            "file_trained_on": person.trained_on,
            "joined_on": person.joined_on or (before.joined_on if before is not None else None),
            "desk_opens": person.desk.opens if person.desk else None,
            "desk_closes": person.desk.closes if person.desk else None,
            "desk_script": person.desk.script if person.desk else None,
            "held_by": before.held_by if before is not None else None,
            "held_at": before.held_at if before is not None else None,
        }
    )


def _end(person: Person, before: Any, *, ended: bool) -> tuple[datetime | None, bool]:  # noqa: ANN401 - a row
    """Return when somebody leaves, and whether they have: of a last day in the file and one given in chat the earlier counts.

    One that the file gave before and does not any more counts no longer; a later one in the file than the one that has come
    brings them back.
    """
    by_file, by_chat = person.ends_at, before.ends_at
    if ended:
        again = by_file is not None and by_file > by_chat
        return (by_file, False) if again else (by_chat, True)
    if by_chat == before.file_ends_at:
        by_chat = None
    return min((at for at in (by_file, by_chat) if at is not None), default=None), False


def _trained(person: Person, before: Any) -> date | None:  # noqa: ANN401 - a row
    """Return the day of somebody's last training: of one in the file and one given in chat the later counts (S12)."""
    by_chat = before.trained_on if before.trained_on != before.file_trained_on else None
    return max((day for day in (person.trained_on, by_chat) if day is not None), default=None)


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
        _holder(entry.team.id, role.value, n, who)
        for role, people in entry.holders.items()
        for n, who in enumerate(people)
    ]


_BEHIND = 10_000
"""No team file names so many people for one role."""


def _holder(team_id: str, role: str, n: int, who: str) -> dict[str, Any]:
    return {"team_id": team_id, "role": role, "n": n, "person_id": who, "of_id": None}


def _cover_rows(entry: TeamEntry) -> list[dict[str, Any]]:
    order = [("", n, who) for n, who in enumerate(entry.cover)]
    standing = [(worker, 0, buddy) for worker, buddy in entry.standing.items()]
    return [
        {"team_id": entry.team.id, "worker_id": worker, "n": n, "person_id": who}
        for worker, n, who in (*standing, *order)
    ]
