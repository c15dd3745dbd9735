"""What can have happened to a team: the facts of its chain in the journal. Part of `facts`, which says how they are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WentAway:
    """Somebody is not to be asked for anything from `since_at` until `until_at`."""

    person: str
    since_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class CameBack:
    """Somebody is here again before that was over."""

    person: str


@dataclass(frozen=True, slots=True)
class DutyOffered:
    """Somebody asked another to take over all that they hold; until that one accepts it stays theirs."""

    by: str
    to: str


@dataclass(frozen=True, slots=True)
class DutyDeclined:
    """Whoever was asked cannot take over: all of it stays where it is."""

    by: str
    of: str


@dataclass(frozen=True, slots=True)
class DutyPassed:
    """A role passed from one to another. `of`: whose it is by the team file."""

    role: str
    of: str
    by: str
    to: str


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """Somebody joined the team in chat. `ends_at`: when they leave by themselves."""

    person: str
    role: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonEnds:
    """It was said when somebody leaves the team."""

    person: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PersonKept:
    """Somebody who was to leave stays."""

    person: str


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Somebody's end came: they hold, cover and watch nothing any more."""

    person: str


@dataclass(frozen=True, slots=True)
class DeskHeld:
    """Somebody said that they answer a desk from now on; their name is the sealed note."""

    person: str


@dataclass(frozen=True, slots=True)
class PairsMarked:
    """From now on nobody visits a case alone (F14)."""

    case_ref: str


@dataclass(frozen=True, slots=True)
class PairsLifted:
    """A case may be visited alone again (F14)."""

    case_ref: str


@dataclass(frozen=True, slots=True)
class SetInPrivate:
    """Something was set in private, for somebody or, with "", for the whole team; what it was is said nowhere (rule 13)."""

    person: str


@dataclass(frozen=True, slots=True)
class GoneThrough:
    """The procedure was gone through with somebody, face to face (F13)."""

    person: str


@dataclass(frozen=True, slots=True)
class PersonTrained:
    """Somebody's training was noted (S12). `on`: its day, as "2026-09-03"."""

    person: str
    on: str


TeamFact = (
    WentAway
    | CameBack
    | DutyOffered
    | DutyDeclined
    | DutyPassed
    | PersonAdded
    | PersonEnds
    | PersonKept
    | PersonLeft
    | DeskHeld
    | PairsMarked
    | PairsLifted
    | SetInPrivate
    | GoneThrough
    | PersonTrained
)


def team_chain(team_id: str) -> str:
    """Return the name of the chain in which the journal keeps what happened to a team."""
    return f"team:{team_id}"
