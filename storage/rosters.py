"""Teams and people as one transaction reads them. How somebody is reached is sealed; names are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Select, and_, bindparam, select, text, update

from bot.domain.errors import InvariantBroken
from bot.domain.people import (
    Desk,
    Holidays,
    Lent,
    Person,
    Role,
    RoomFault,
    Roster,
    Team,
    TeamEntry,
    Way,
)
from bot.domain.policy import Policy
from bot.ports import RosterWanted, SealBroken
from storage.mapping import AnyRow
from storage.quick import fetch, first
from storage.roster_cache import RosterCache
from storage.roster_tables import CoverRow, PersonRow, PersonWayRow, RoleHolderRow, TeamRow
from storage.roster_writing import (
    add_person,
    address_place,
    assign,
    forget,
    hold,
    looked_up,
    mobile_place,
    pin_place,
    replace_team,
    save_person,
)
from storage.rows import table
from storage.session import Session

_TEAM, _PERSON, _WAY = table(TeamRow), table(PersonRow), table(PersonWayRow)
_HOLDER, _COVER = table(RoleHolderRow), table(CoverRow)

_STANDING = (
    *("away_from", "away_until", "ends_at", "offers_to", "offered_at"),
    *("joined_on", "trained_on"),
)
_DESK = ("desk_opens", "desk_closes", "desk_script", "held_by", "held_at")
_CHANNEL = (
    update(_TEAM)
    .where(_TEAM.c.id == bindparam("of_team"))
    .values(channel_faults=bindparam("faults"))
)
_PEOPLE: Select[Any] = select(
    *(
        _PERSON.c[name]
        for name in ("id", "name", "team_id", "mobile", "pin", "has_left", *_STANDING, *_DESK)
    ),
    *(_WAY.c[name] for name in ("n", "platform", "address")),
).select_from(_PERSON.outerjoin(_WAY, _WAY.c.person_id == _PERSON.c.id))
_BY_ID = _PEOPLE.where(_PERSON.c.id.in_(bindparam("ids", expanding=True))).order_by(
    _PERSON.c.id, _WAY.c.n
)
_NAMES = select(
    *(_PERSON.c[name] for name in ("id", "name", "team_id", "has_left", *_STANDING, *_DESK))
).where(_PERSON.c.id.in_(bindparam("ids", expanding=True)))
_ENDING = (
    select(_PERSON.c.id)
    .where(text("ends_at IS NOT NULL AND NOT has_left"), _PERSON.c.ends_at <= bindparam("now"))
    .order_by(_PERSON.c.ends_at, _PERSON.c.id)
)
_NEXT_END = (
    select(_PERSON.c.ends_at)
    .where(text("ends_at IS NOT NULL AND NOT has_left"))
    .order_by(_PERSON.c.ends_at)
    .limit(1)
)
_STILL_REACHED = (
    select(_PERSON.c.id)
    .where(_PERSON.c.has_left, _PERSON.c.id.in_(select(_WAY.c.person_id)))
    .order_by(_PERSON.c.id)
)
_LENT = (
    select(_HOLDER.c.role, _HOLDER.c.of_id, _HOLDER.c.person_id)
    .where(_HOLDER.c.team_id == bindparam("team_id"), _HOLDER.c.of_id.is_not(None))
    .order_by(_HOLDER.c.role, _HOLDER.c.n)
)
_BY_TEAM = _PEOPLE.where(
    _PERSON.c.team_id == bindparam("team_id"), _PERSON.c.has_left.is_(False)
).order_by(_PERSON.c.name, _PERSON.c.id, _WAY.c.n)
_AT = select(_WAY.c.person_id).where(_WAY.c.lookup == bindparam("lookup"))
_AT_ALL = select(_WAY.c.lookup, _WAY.c.person_id).where(
    _WAY.c.lookup.in_(bindparam("lookups", expanding=True))
)
_TEAMS = select(_TEAM).order_by(_TEAM.c.id)
_ONE_TEAM = select(_TEAM).where(_TEAM.c.id == bindparam("id"))
_ROLES = select(_HOLDER.c.role).where(_HOLDER.c.person_id == bindparam("id")).distinct()
_HOLDERS = (
    select(_HOLDER.c.role, _HOLDER.c.person_id)
    .where(
        _HOLDER.c.team_id == bindparam("team_id"),
        _HOLDER.c.role.in_(bindparam("roles", expanding=True)),
    )
    .order_by(_HOLDER.c.role, _HOLDER.c.n)
)
# The standing buddy is under the worker's id, the team's order under "", which sorts after it in this direction.
_COVERS = (
    select(_COVER.c.person_id)
    .where(
        _COVER.c.team_id == bindparam("team_id"),
        _COVER.c.worker_id.in_([bindparam("worker_id"), ""]),
    )
    .order_by(_COVER.c.worker_id.desc(), _COVER.c.n)
)
_STANDING_IN = select(_COVER.c.worker_id, _COVER.c.person_id).where(
    _COVER.c.team_id == bindparam("team_id"), _COVER.c.worker_id > ""
)
_TEAMS_OF = select(_TEAM).where(_TEAM.c.id.in_(bindparam("ids", expanding=True)))
_HOLDERS_OF = (
    select(_HOLDER.c.team_id, _HOLDER.c.role, _HOLDER.c.person_id)
    .where(
        _HOLDER.c.team_id.in_(bindparam("teams", expanding=True)),
        _HOLDER.c.role.in_(bindparam("roles", expanding=True)),
    )
    .order_by(_HOLDER.c.team_id, _HOLDER.c.role, _HOLDER.c.n)
)
# Not by pairs of team and worker: SQLite reads the whole table for an IN over two columns.
_STANDING_OF = (
    select(_PERSON.c.id, _PERSON.c.team_id, _COVER.c.person_id)
    .select_from(
        _PERSON.outerjoin(
            _COVER,
            and_(_COVER.c.team_id == _PERSON.c.team_id, _COVER.c.worker_id == _PERSON.c.id),
        )
    )
    .where(_PERSON.c.id.in_(bindparam("workers", expanding=True)))
    .order_by(_PERSON.c.id, _COVER.c.n)
)
_ORDERS_OF = (
    select(_COVER.c.team_id, _COVER.c.person_id)
    .where(_COVER.c.team_id.in_(bindparam("teams", expanding=True)), _COVER.c.worker_id == "")
    .order_by(_COVER.c.team_id, _COVER.c.n)
)

T = TypeVar("T")


class SqlRosters:
    """`bot.ports.Rosters`. What has been read is not read again until somebody changes it (`roster_cache`)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def _cache(self) -> RosterCache:
        return self._session.rosters.cache

    def replace(self, entry: TeamEntry, policy: Policy, *, content: str) -> None:
        """Write a team as its file describes it: people not named in it any more leave it at once.

        Somebody who has left keeps a name, for the cards of old visits, and nothing else. An address that somebody
        else had is theirs no longer.
        """
        replace_team(self._session, entry, policy, content)
        self._session.rosters.changed()

    def add(self, person: Person, roles: Iterable[Role]) -> None:
        """Write somebody who joins in chat, with these roles in their team; no team file takes them out again."""
        add_person(self._session, person, tuple(roles))
        self._session.rosters.changed()

    def save(self, person: Person) -> None:
        """Write what chat says of a person: whether they are away, when they leave, whether they have left, their offer."""
        save_person(self._session, person)
        self._session.told.due(person.ends_at)
        self._session.rosters.changed()

    def hold(self, person_id: str, name: str, at: datetime) -> None:
        """Write who answers a desk from an instant on."""
        hold(self._session, person_id, name, at)
        self._session.rosters.changed()

    def assign(self, team_id: str, role: Role, of: str, to: str) -> None:
        """Have `to` hold what `of` holds by the team file; `of` itself: it is theirs again."""
        assign(self._session, team_id, role, of, to)
        self._session.rosters.changed()

    def lent(self, team_id: str) -> tuple[Lent, ...]:
        """Return every duty of a team that is with somebody else for a while."""
        found = fetch(self._session.connection, _LENT, {"team_id": team_id})
        return tuple(Lent(Role(role), of, to) for role, of, to in found)

    def ending(self, now: datetime) -> tuple[str, ...]:
        """Return the ids of those whose end has come and who have not left yet, earliest first."""
        return tuple(row.id for row in fetch(self._session.connection, _ENDING, {"now": now}))

    def next_end(self) -> datetime | None:
        """Return when the next person leaves; None when nobody does."""
        row = first(self._session.connection, _NEXT_END)
        return None if row is None else row.ends_at

    def still_reached(self) -> tuple[str, ...]:
        """Return the ids of those who have left and whose ways are kept until their own visit is over."""
        return tuple(row.id for row in fetch(self._session.connection, _STILL_REACHED))

    def forget(self, person_id: str) -> None:
        """Erase how somebody who has left is reached; their name stays for the cards of old visits."""
        forget(self._session, person_id)
        self._session.rosters.changed()

    def teams(self) -> tuple[Team, ...]:
        """Return all teams by id."""
        return tuple(_to_team(row) for row in self._session.connection.execute(_TEAMS))

    def team(self, team_id: str) -> Team | None:
        """Return one team."""

        def read() -> Team | None:
            row = first(self._session.connection, _ONE_TEAM, {"id": team_id})
            return None if row is None else _to_team(row)

        return self._once(("team", team_id), read)

    def note_channel(self, team_id: str, faults: frozenset[RoomFault]) -> None:
        """Write what is wrong with a team's channel, in place of what was; a new team file forgets it."""
        values = {"of_team": team_id, "faults": tuple(sorted(faults))}
        self._session.connection.execute(_CHANNEL, values)
        self._session.rosters.changed()

    def members(self, team_id: str) -> tuple[Person, ...]:
        """Return the people of a team by name."""
        members = tuple(self._load(_BY_TEAM, {"team_id": team_id}))
        self._cache.people.update((one.id, one) for one in members)
        return members

    def standing_in(self, team_id: str) -> Mapping[str, str]:
        """Return the standing buddy of each worker of a team who has one (K1); may be empty."""
        found = fetch(self._session.connection, _STANDING_IN, {"team_id": team_id})
        return {row.worker_id: row.person_id for row in found}

    def roles_of(self, person_id: str) -> tuple[Role, ...]:
        """Return the roles somebody holds, in any team, in the order of `Role`."""

        def read() -> tuple[Role, ...]:
            held = set(self._session.connection.execute(_ROLES, {"id": person_id}).scalars())
            return tuple(role for role in Role if role.value in held)

        return self._once(("roles", person_id), read)

    def person(self, person_id: str) -> Person | None:
        """Return one person; None when they are unknown, or have left and are not heard any more."""
        self._need((person_id,))
        person = self._cache.people[person_id]
        return None if person is None or (person.left and not person.ways) else person

    def at(self, way: Way) -> Person | None:
        """Return the person who is reached at this address; None for a stranger."""

        def read() -> str | None:
            row = first(self._session.connection, _AT, {"lookup": looked_up(self._session, way)})
            return None if row is None else str(row.person_id)

        person_id = self._once(("at", way), read)
        return None if person_id is None else self.person(person_id)

    def ahead_at(self, ways: Iterable[Way]) -> None:
        """Read who is reached at these addresses at once, so that `at` need not read each."""
        read, every = self._cache.read, set(ways)
        unknown = {looked_up(self._session, way): way for way in every if ("at", way) not in read}
        if unknown:
            found = fetch(self._session.connection, _AT_ALL, {"lookups": sorted(unknown)})
            known = {row.lookup: row.person_id for row in found}
            read.update((("at", way), known.get(at)) for at, way in unknown.items())
        people = (read["at", way] for way in every)
        self._need(str(who) for who in people if who is not None)

    def roster(
        self, team_id: str, *, worker_id: str, roles: Iterable[Role], people: Iterable[str]
    ) -> Roster:
        """Return the part of a team that one decision needs: these roles, this worker's cover, these people.

        Everybody is there without how they are reached (`person` has that). Somebody of `people` who has left is
        there as well; they hold nothing and cover nobody.

        Raises:
            InvariantBroken: there is no such team.
        """
        team = self.team(team_id)
        if team is None:
            raise InvariantBroken("a roster of a team that is not there")
        holders, cover = self._holders(team_id, roles), self._cover(team_id, worker_id)
        asked = (worker_id, *people)
        self._know(asked)
        names = self._cache.names
        every = dict.fromkeys((*asked, *cover, *chain(*holders.values())))
        found = {who: one for who in every if (one := names[who]) is not None}
        return Roster(team=team, people=found, holders=holders, cover=cover)

    def ahead(self, wanted: Iterable[RosterWanted], *, reached: Iterable[str] = ()) -> None:
        """Read what these rosters are made of at once, so that `roster` need not read each, nor `person` `reached`."""
        every = tuple(wanted)
        self._teams_ahead({each.team_id for each in every})
        by_roles: dict[tuple[str, ...], set[str]] = {}
        for each in every:
            by_roles.setdefault(_words(each.roles), set()).add(each.team_id)
        for roles, teams in by_roles.items():
            self._holders_ahead(roles, teams)
        self._covers_ahead({(each.team_id, each.worker_id) for each in every})
        self._know(chain(*((each.worker_id, *each.people) for each in every)))
        self._need(reached)

    def _teams_ahead(self, teams: set[str]) -> None:
        known = self._cache.read
        unknown = sorted(each for each in teams if ("team", each) not in known)
        if unknown:
            found: dict[tuple[object, ...], Team | None] = {
                ("team", each): None for each in unknown
            }
            for row in fetch(self._session.connection, _TEAMS_OF, {"ids": unknown}):
                found["team", row.id] = _to_team(row)
            known.update(found)

    def _holders_ahead(self, roles: tuple[str, ...], teams: set[str]) -> None:
        known = self._cache.read
        unknown = sorted(each for each in teams if ("holders", each, roles) not in known)
        if not unknown or not roles:
            return
        found: dict[str, dict[str, list[str]]] = {
            each: {role: [] for role in roles} for each in unknown
        }
        values = {"teams": unknown, "roles": roles}
        rows = fetch(self._session.connection, _HOLDERS_OF, values)
        self._know(row.person_id for row in rows)
        for team, role, who in rows:
            found[team][role].append(who)
        for team, held in found.items():
            known["holders", team, roles] = self._by_role(held)

    def _covers_ahead(self, pairs: set[tuple[str, str]]) -> None:
        known = self._cache.read
        unknown = sorted(each for each in pairs if ("cover", *each) not in known)
        if not unknown:
            return
        connection = self._session.connection
        teams = sorted({team for team, _ in unknown})
        orders: dict[str, list[str]] = {each: [] for each in teams}
        for row in fetch(connection, _ORDERS_OF, {"teams": teams}):
            orders[row.team_id].append(row.person_id)
        self._know(chain(*orders.values()))
        workers = sorted({worker for _, worker in unknown})
        standing: dict[tuple[str, str], list[str]] = {(each, ""): [] for each in teams}
        rows = fetch(connection, _STANDING_OF, {"workers": workers})
        self._know(who for _, _, who in rows if who)
        for worker, team, who in rows:
            standing.setdefault((team, worker), []).extend([who] if who else [])
        for team, worker in unknown:
            # Somebody who has gone over to another team since is looked up when they are asked for.
            if (team, worker) in standing:
                order = (*standing[team, worker], *orders[team])
                known["cover", team, worker] = self._without(worker, order)

    def _here(self, people: Iterable[str]) -> tuple[str, ...]:
        """Return those of people, all among the names, who have not left: who has holds nothing and covers nobody."""
        names = self._cache.names
        return tuple(who for who in people if (one := names[who]) is not None and not one.left)

    def _by_role(self, found: Mapping[str, list[str]]) -> Mapping[Role, tuple[str, ...]]:
        return {Role(role): here for role, who in found.items() if (here := self._here(who))}

    def _without(self, worker_id: str, order: Iterable[str]) -> tuple[str, ...]:
        return self._here(dict.fromkeys(who for who in order if who != worker_id))

    def _holders(self, team_id: str, roles: Iterable[Role]) -> Mapping[Role, tuple[str, ...]]:
        wanted = _words(roles)
        if not wanted:
            return {}

        def read() -> Mapping[Role, tuple[str, ...]]:
            values = {"team_id": team_id, "roles": wanted}
            found: dict[str, list[str]] = {role: [] for role in wanted}
            rows = fetch(self._session.connection, _HOLDERS, values)
            self._know(who for _, who in rows)
            for role, who in rows:
                found[role].append(who)
            return self._by_role(found)

        return self._once(("holders", team_id, wanted), read)

    def _cover(self, team_id: str, worker_id: str) -> tuple[str, ...]:
        def read() -> tuple[str, ...]:
            values = {"team_id": team_id, "worker_id": worker_id}
            order = [row.person_id for row in fetch(self._session.connection, _COVERS, values)]
            self._know(order)
            return self._without(worker_id, order)

        return self._once(("cover", team_id, worker_id), read)

    def _know(self, people: Iterable[str]) -> None:
        """Have everybody of `people` among the names: None for the unknown."""
        names = self._cache.names
        missing = sorted({who for who in people if who not in names})
        if missing:
            found: dict[str, Person | None] = dict.fromkeys(missing)
            for row in fetch(self._session.connection, _NAMES, {"ids": missing}):
                found[row.id] = Person(row.id, row.name, row.team_id, (), **_standing(row))
            names.update(found)

    def _need(self, people: Iterable[str]) -> None:
        """Have everybody of `people`, with how they are reached: None for the unknown."""
        known = self._cache.people
        missing = sorted({who for who in people if who not in known})
        if missing:
            found: dict[str, Person | None] = dict.fromkeys(missing)
            found.update((one.id, one) for one in self._load(_BY_ID, {"ids": missing}))
            known.update(found)

    def _load(self, statement: Select[Any], values: Mapping[str, Any]) -> list[Person]:
        grouped: dict[str, list[AnyRow]] = {}
        for row in fetch(self._session.connection, statement, values):
            grouped.setdefault(row.id, []).append(row)
        return [self._to_person(rows) for rows in grouped.values()]

    def _to_person(self, rows: list[AnyRow]) -> Person:
        first = rows[0]
        ways = (
            self._opened(row.address, address_place(row.id, row.n), row.platform)
            for row in rows
            if row.n is not None
        )
        mobile = self._opened(first.mobile, mobile_place(first.id), "")
        pin = self._opened(first.pin, pin_place(first.id), "")
        return Person(
            id=first.id,
            name=first.name,
            team_id=first.team_id,
            ways=tuple(way for way in ways if way is not None),
            mobile=None if mobile is None else mobile.address,
            pin=None if pin is None else pin.address,
            **_standing(first),
        )

    def _opened(self, sealed: bytes | None, place: str, platform: str) -> Way | None:
        if sealed is None:
            return None
        try:
            return Way(platform, self._session.tools.sealer.open(sealed, place=place))
        except SealBroken:
            return None  # a lost key costs a detail; everybody else is still reached

    def _once(self, key: tuple[object, ...], read: Callable[[], T]) -> T:
        known = self._cache.read
        if key not in known:
            known[key] = read()
        return known[key]  # type: ignore[return-value]


def _standing(row: AnyRow) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in _STANDING}
    return said | {"left": bool(row.has_left), "desk": _desk(row)}


def _desk(row: AnyRow) -> Desk | None:
    if row.desk_opens is None or row.desk_closes is None:
        return None
    script, held_by = row.desk_script or "", row.held_by or ""
    return Desk(row.desk_opens, row.desk_closes, script, held_by, row.held_at)


def _words(roles: Iterable[Role]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, roles)))


def _to_team(row: AnyRow) -> Team:
    return Team(
        id=row.id,
        name=row.name,
        zone=row.zone,
        channel=Way(row.channel_platform, row.channel_address),
        case_patterns=row.case_patterns,
        pack=row.pack,
        policy_digest=row.policy_digest,
        holidays=Holidays(row.holidays),
        faults=frozenset(map(RoomFault, row.channel_faults or ())),
    )
