"""Teams, people, roles, and how a person is reached. Who holds a role is read when a step is entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.making import quick


class Role(StrEnum):
    """The roles of the five procedures. A team needs only those its pack speaks of."""

    WORKER = "worker"
    BUDDY = "buddy"
    DESIGNATED_OFFICER = "designated_officer"
    DUTY_OFFICER = "duty_officer"
    LINE_MANAGER = "line_manager"
    TEAM_MANAGER = "team_manager"
    SERVICE_MANAGER = "service_manager"
    SENIOR_MANAGER = "senior_manager"
    HEAD_OF_SERVICE = "head_of_service"
    ASSISTANT_DIRECTOR = "assistant_director"
    DIRECTOR = "director"
    BUILDING_MANAGER = "building_manager"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    OUT_OF_HOURS_DESK = "out_of_hours_desk"
    ADMINISTRATOR = "administrator"

    __hash__ = str.__hash__
    """As its word, which it is equal to; what an enum has by itself is slow, and roles are looked up all the time."""


class Holidays(StrEnum):
    """Whose bank holidays a team keeps; `NONE`: it works on them as on any other day."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"
    NONE = "none"


@quick
@dataclass(frozen=True, slots=True)
class Way:
    """How somebody, or a team's channel, is reached: an address on a platform. Identity, never a display name."""

    platform: str
    address: str


WAKING = frozenset({"sms", "email", "voice"})
"""Platforms that are no chat: what reaches people whose chat is silent. Nothing is read there but that one is needed."""

LONGEST_SHIFT = timedelta(hours=12)
"""How long whoever said that they answer a desk counts as answering it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What makes somebody of a roster a desk: one telephone that several people answer in turn, in its hours.

    Attributes:
        opens, closes: minutes after midnight on the team's wall; past midnight where it closes before it opens, and the same
            twice for one that never closes. The minute of closing is not part of them.
        script: what whoever answers it is to do in an alarm, in the team's words; may be "".
        held_by, held_at: who said last that they answer it, and when; "" and None for nobody yet.
    """

    opens: int
    closes: int
    script: str = ""
    held_by: str = ""
    held_at: datetime | None = None

    def open(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it is answered at an instant."""
        wall = at.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        if self.opens < self.closes:
            return self.opens <= minute < self.closes
        return minute >= self.opens or minute < self.closes

    def holder(self, at: datetime) -> str:
        """Return who answers it, as far as they have said so; "" once their shift must be over."""
        said_at = self.held_at
        return self.held_by if said_at is not None and at - said_at < LONGEST_SHIFT else ""


@quick
@dataclass(frozen=True, slots=True)
class Person:
    """One person of one team; or a desk, which is nobody in particular.

    Attributes:
        ways: in the order in which they are tried; the first chat is the ordinary one. Never empty.
        mobile: the number a buddy rings, as written in the team file; None when it is not known.
        pin: what they key in when they are rung, before anything is said: digits; None for nothing.
        away_from, away_until: when they are not asked for anything; neither for somebody who is here.
        ends_at: when they leave the team by themselves: the end of their last day, in the team's zone.
        left: they have left: they hold and cover nothing, and are only heard until their own visit is over.
        offers_to, offered_at: whom they asked to take their duty over, and when; the duty is theirs until then.
        desk: what makes this one a desk; None for a person.
        joined_on, trained_on: the day on which they joined, and that of their last training, in the team's zone; None where
            nobody has noted it (S12).
    """

    id: str
    name: str
    team_id: str
    ways: tuple[Way, ...]
    mobile: str | None = None
    away_from: datetime | None = None
    away_until: datetime | None = None
    ends_at: datetime | None = None
    left: bool = False
    offers_to: str | None = None
    offered_at: datetime | None = None
    desk: Desk | None = None
    joined_on: date | None = None
    trained_on: date | None = None
    pin: str | None = field(default=None, repr=False)

    @property
    def chats(self) -> tuple[Way, ...]:
        """Their ways by chat, in order: what every message takes. May be empty."""
        return tuple(way for way in self.ways if way.platform not in WAKING)

    @property
    def wakes(self) -> tuple[Way, ...]:
        """Their ways that wake, in order; may be empty."""
        return tuple(way for way in self.ways if way.platform in WAKING)

    def away(self, at: datetime) -> bool:
        """Whether they are away at an instant; the one at which they are back is not part of it."""
        return (
            self.away_from is not None
            and self.away_until is not None
            and self.away_from <= at < self.away_until
        )


@dataclass(frozen=True, slots=True)
class Lent:
    """A duty that somebody else holds for a while: `of` by the team file, `to` now."""

    role: Role
    of: str
    to: str


class RoomFault(StrEnum):
    """What may be wrong with a team's channel. Kept in messages: none is ever renamed."""

    GONE = "gone"
    """The platform does not know us there any more: nobody is reached by it."""
    CLOSED = "closed"
    """It was archived, or we were taken out of it."""
    OUTSIDE = "outside"
    """It is shared with another organisation."""
    GUESTS = "guests"
    """Guests read along who are on no team's list."""
    UNPINNED = "unpinned"
    """The list of who is out could not be pinned, or taken down, the last time."""
    UNREACHED = "unreached"
    """Somebody on the team's list cannot be written to there: an alarm would not reach them by it."""


@quick
@dataclass(frozen=True, slots=True)
class Team:
    """A team: its channel, its zone and the rules it works by.

    Attributes:
        zone: an IANA name; every time people read or type is in it.
        case_patterns: regular expressions, one of which a case reference must match in full (K3, H2).
        policy_digest: the effective policy (pack and adjustments) for visits that start from now on.
        holidays: whose bank holidays are no working days for it.
        faults: what was wrong with its channel when that was last looked at, or posted to; may be empty.
    """

    id: str
    name: str
    zone: str
    channel: Way
    case_patterns: tuple[str, ...]
    pack: str
    policy_digest: str = ""
    holidays: Holidays = Holidays.ENGLAND
    faults: frozenset[RoomFault] = frozenset()

    @property
    def tz(self) -> ZoneInfo:
        """The zone as Python knows it."""
        return ZoneInfo(self.zone)


@quick
@dataclass(frozen=True, slots=True)
class Roster:
    """The part of a team that one decision needs, read at the moment of deciding.

    Attributes:
        people: by id, without ways and mobile; at least everybody named in `holders` and `cover`.
        holders: who holds each role of the ladder now, in the team file's order; a role may be missing.
        cover: the worker's standing buddy first, then the team's cover order (F1, K1); may be empty.
    """

    team: Team
    people: Mapping[str, Person] = field(default_factory=dict)
    holders: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    cover: tuple[str, ...] = ()

    def holding(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """Return the ids of everybody who holds one of `roles`, each once, in the order of the roles."""
        return tuple(dict.fromkeys(who for role in roles for who in self.holders.get(role, ())))

    def here(self, people: Iterable[str], at: datetime) -> tuple[str, ...]:
        """Return those who can be asked at an instant, in order: neither away nor gone, and no desk that is closed.

        Unknown people are kept.
        """
        found = ((who, self.people.get(who)) for who in people)
        return tuple(who for who, person in found if person is None or self._here(person, at))

    def _here(self, person: Person, at: datetime) -> bool:
        closed = person.desk is not None and not person.desk.open(at, self.team.tz)
        return not (person.left or person.away(at) or closed)

    def of_the_team(self, people: Iterable[str]) -> tuple[str, ...]:
        """Return those who have not left, in order, away or not. Unknown people are kept."""
        found = ((who, self.people.get(who)) for who in people)
        return tuple(who for who, person in found if person is None or not person.left)

    def name(self, person_id: str | None) -> str:
        """Return the name to show for somebody; "somebody" for None or a person who has left."""
        person = self.people.get(person_id) if person_id else None
        return person.name if person else "somebody"


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """One team as its team file describes it, ready to be stored.

    Attributes:
        holders: role to person ids, in order.
        standing: worker id to the id of their standing buddy.
        cover: the cover order of the team.
        adjustments: pack keys ("cover.ask_wait") to the team's own values, as written.
    """

    team: Team
    people: tuple[Person, ...]
    holders: Mapping[Role, tuple[str, ...]]
    standing: Mapping[str, str]
    cover: tuple[str, ...]
    adjustments: Mapping[str, object] = field(default_factory=dict)
