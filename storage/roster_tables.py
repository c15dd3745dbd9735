"""The tables of teams and people: rows and nothing else, as those in `tables`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from storage.rows import Row, maybe_day, maybe_instant, names, partial_index


class TeamRow(Row, table=True):
    """A team as its file describes it."""

    __tablename__ = "team"
    id: str = Field(primary_key=True)
    name: str
    zone: str
    channel_platform: str
    channel_address: str
    case_patterns: tuple[str, ...] = names()
    pack: str
    policy_digest: str
    holidays: str
    channel_faults: tuple[str, ...] | None = names(nullable=True)


class PersonRow(Row, table=True):
    """A person; one who has left keeps a row, so that old visits still show a name. `mobile` and `pin` are sealed.

    What chat says stands from `away_from` to `chat_roles` (of somebody added there); `file_ends_at`: the end in the file.
    `trained_on`: the last training that file or chat gave; `file_trained_on`: the one in the file.
    Of a desk: its hours in minutes of the day, what is done there, and who answers it since when.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_team_id", "team_id"),
        partial_index("ix_person_ends_at", "ends_at", where="ends_at IS NOT NULL AND NOT has_left"),
    )
    id: str = Field(primary_key=True)
    name: str
    team_id: str
    mobile: bytes | None
    has_left: bool
    away_from: datetime | None = maybe_instant()
    away_until: datetime | None = maybe_instant()
    ends_at: datetime | None = maybe_instant()
    offers_to: str | None
    offered_at: datetime | None = maybe_instant()
    by_chat: bool
    chat_roles: tuple[str, ...] = names()
    file_ends_at: datetime | None = maybe_instant()
    desk_opens: int | None
    desk_closes: int | None
    desk_script: str | None
    held_by: str | None
    held_at: datetime | None = maybe_instant()
    joined_on: date | None = maybe_day()
    trained_on: date | None = maybe_day()
    file_trained_on: date | None = maybe_day()
    pin: bytes | None


class PersonWayRow(Row, table=True):
    """One way of a person, in order. `address` is sealed; `lookup` finds it without opening it."""

    __tablename__ = "person_way"
    __table_args__ = (Index("uq_person_way_lookup", "lookup", unique=True),)
    person_id: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    platform: str
    address: bytes
    lookup: str


class RoleHolderRow(Row, table=True):
    """Who holds a role for a team, in order; it may be somebody of another team."""

    __tablename__ = "role_holder"
    __table_args__ = (Index("ix_role_holder_person_id", "person_id"),)
    team_id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    person_id: str
    of_id: str | None
    """Whose it is by the team file, while somebody else has taken it over."""


class CoverRow(Row, table=True):
    """Who can be a buddy: under a worker's id their standing buddy, under "" the team's cover order."""

    __tablename__ = "cover"
    team_id: str = Field(primary_key=True)
    worker_id: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    person_id: str


class RosterChangeRow(Row, table=True):
    """One row: how often teams or people were written. What a process has read of them holds while it stands."""

    __tablename__ = "roster_change"
    id: int = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)
