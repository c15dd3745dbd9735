"""What people ask for about duty and the team: who watches, who is away, who takes over, who joins and who leaves.

Part of `bot.domain.intents`; apart only because there are many of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.people import Role


@dataclass(frozen=True, slots=True)
class ChangeBuddy:
    """Somebody else is asked to be the buddy of a visit; whoever watches it goes on until they accept."""

    to: str
    case_ref: str | None = None


@dataclass(frozen=True, slots=True)
class CannotWatch:
    """The buddy of a visit cannot act now: everybody who could take over is asked at once."""

    visit_id: str


@dataclass(frozen=True, slots=True)
class Away:
    """Not to be asked for anything from `since` (aware UTC; None: now) until `until`."""

    until: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """Here again; or, for somebody who was not away, back from the visits (`intents.Home`)."""


@dataclass(frozen=True, slots=True)
class SendAway:
    """Somebody who leads the team notes that `person` is away; times as in `Away`."""

    person: str
    until: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class BringBack:
    """Somebody who leads the team notes that `person` is here again."""

    person: str


@dataclass(frozen=True, slots=True)
class HandOverDuty:
    """Another is asked to take over all that this person is on duty for, and all that they watch."""

    to: str


@dataclass(frozen=True, slots=True)
class TakeDuty:
    """The one who was asked takes over what `giver` holds."""

    giver: str


@dataclass(frozen=True, slots=True)
class DeclineDuty:
    """The one who was asked cannot take over what `giver` holds."""

    giver: str


@dataclass(frozen=True, slots=True)
class People:
    """Who is in the team, who is away, and who leaves when?"""


@dataclass(frozen=True, slots=True)
class AskAdd:
    """Show me the form by which somebody joins the team.

    Attributes:
        name: stands in it at first.
        mentioned: what stood after an "@", in small letters; "" when nobody was named so. Nobody of the team.
    """

    name: str = ""
    mentioned: str = ""


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Somebody joins the team. `last_day`: after which they leave by themselves; None: they stay.

    Attributes:
        address: on the platform of whoever adds them; "" stands for the id they are given.
    """

    name: str
    role: Role
    mobile: str = ""
    address: str = ""
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class EndPerson:
    """Somebody leaves the team at the end of a day in its zone; None: today."""

    person: str
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class KeepPerson:
    """Somebody who was to leave stays."""

    person: str


@dataclass(frozen=True, slots=True)
class NoteTraining:
    """Somebody has had their training, or its refresher, on a day in the team's zone; None: today (S12)."""

    person: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class ProveWays:
    """The ways that wake somebody are tested now. `person`: whose; "" for one's own."""

    person: str = ""


@dataclass(frozen=True, slots=True)
class HoldDesk:
    """Whoever answers a desk says who they are. `then`: the button that they had pressed; "" for none."""

    name: str
    then: str = ""


OfHandover = HandOverDuty | TakeDuty | DeclineDuty
OfDuty = ChangeBuddy | CannotWatch | Away | Back | SendAway | BringBack | OfHandover
"""Who watches, and who is on duty."""
OfPeople = (
    People | AskAdd | AddPerson | EndPerson | KeepPerson | NoteTraining | HoldDesk | ProveWays
)
"""Who is in the team."""

FIELD_NAME = "name"
FIELD_ROLE = "role"
FIELD_MOBILE = "mobile"
FIELD_ADDRESS = "address"
FIELD_LAST_DAY = "last_day"

ADD_CHOICE = "people add"
"""The id of the button with the form by which somebody joins."""


def desk_choice(then: str) -> str:
    """Return the id of the button by which whoever answers a desk says who they are, before that other button counts."""
    return f"desk {then or '-'}"


def cannot_watch_choice(visit_id: str) -> str:
    """Return the id of the button "I can't any more" of whoever watches a visit."""
    return f"cannot {visit_id}"


def take_duty_choice(giver: str) -> str:
    """Return the id of the button "I'll take over"."""
    return f"duty {giver}"


def decline_duty_choice(giver: str) -> str:
    """Return the id of the button "I can't"."""
    return f"no_duty {giver}"


def give_duty_choice(giver: str) -> str:
    """Return the id of the button "Hand over"; its form says to whom."""
    return f"give {giver}"
