"""What happened in a simulated world, one line each: the checkers read it, and a failure shows its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.duress import Duress
from bot.domain.escalation import Escalation
from bot.domain.facts import Fact
from bot.domain.message import Rendered
from bot.domain.people import Way
from bot.domain.visit import Visit
from bot.ports import Destination


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox as it stands."""

    id: int
    dedupe: str
    key: str
    person_id: str | None
    channel: bool
    secrecy: str
    fields: Mapping[str, str]
    visit_id: str | None
    escalation_id: str | None
    state: str
    ref: str | None
    live: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact was committed."""

    at: datetime
    commit: str
    chain: str
    number: int
    by: str | None
    fact: Fact

    def __str__(self) -> str:
        values = " ".join(
            f"{name}={_short(getattr(self.fact, name))}"
            for name in self.fact.__slots__
            if name not in {"visit_id", "team_id", "policy_digest"}
        )
        return f"{self.chain[-4:]}#{self.number} {type(self.fact).__name__} {values} by {self.by or 'bot'}"


@dataclass(frozen=True, slots=True)
class Queued:
    """A message was decided on: it stands in the outbox."""

    at: datetime
    row: Row

    def __str__(self) -> str:
        return f"queued {self.row.dedupe} {self.row.key}"


@dataclass(frozen=True, slots=True)
class Stands:
    """What is stored of one visit once a commit changed it."""

    at: datetime
    visit: Visit
    alarms: tuple[Escalation, ...]

    def __str__(self) -> str:
        return f"stored {self.visit.id[-4:]} version {self.visit.version}"


@dataclass(frozen=True, slots=True)
class CallStands:
    """What is stored of one call for help once a commit changed it."""

    at: datetime
    call: Duress

    def __str__(self) -> str:
        return f"stored {self.call.id[-4:]} version {self.call.version}"


@dataclass(frozen=True, slots=True)
class Offered:
    """A platform was asked to take a message, or to change it in place (`again`)."""

    at: datetime
    row: Row
    to: Destination
    what: Rendered
    again: bool

    def __str__(self) -> str:
        where = self.to.person or self.to.channel
        return f"{'edit' if self.again else 'post'} {self.row.dedupe} {self.row.key} to {where}"


@dataclass(frozen=True, slots=True)
class Taken:
    """A platform has a message now, whether or not it says so."""

    at: datetime
    row: Row
    way: Way
    ref: str

    def __str__(self) -> str:
        return f"taken {self.row.dedupe} as {self.ref}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A platform did not answer a message with yes."""

    at: datetime
    row: Row
    way: Way
    why: str
    permanent: bool = False
    uncertain: bool = False

    def __str__(self) -> str:
        return f"refused {self.row.dedupe} by {self.way.platform}: {self.why}"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A platform handed over what a person did; `came`: what the door said."""

    at: datetime
    event_id: str
    who: str
    said: str
    came: str

    def __str__(self) -> str:
        return f"{self.who}: {self.said!r} ({self.event_id}) -> {self.came}"


@dataclass(frozen=True, slots=True)
class Meant:
    """Somebody named times of day for a visit, and has these instants in mind."""

    at: datetime
    event_id: str
    start_at: datetime
    end_at: datetime

    def __str__(self) -> str:
        return f"{self.event_id} means {self.start_at:%d %H:%M} to {self.end_at:%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Cried:
    """Somebody writes what is a call for help, about themselves or about a colleague."""

    at: datetime
    event_id: str
    about: str

    def __str__(self) -> str:
        return f"{self.event_id} is a call for help about {self.about}"


@dataclass(frozen=True, slots=True)
class Texted:
    """Somebody texts from their own number ("" for one that nobody has); `code`: what they mean for a code, if anything."""

    at: datetime
    event_id: str
    who: str
    text: str
    code: str

    def __str__(self) -> str:
        return f"{self.who or 'a stranger'} texts {self.text!r} ({self.event_id})"


class Ends(StrEnum):
    """How a call goes."""

    TAKEN = "pressed 1 twice"
    NAMED = "pressed 1"
    WRONG = "pressed another key"
    HUNG_UP = "hung up"
    MACHINE = "a machine"
    NOBODY = "no-answer"
    BUSY = "busy"
    DEAD = "failed"
    DROPPED = "nothing is heard of it"


@dataclass(frozen=True, slots=True)
class Rung:
    """A call is made: how it will go."""

    at: datetime
    row: Row
    ref: str
    how: Ends

    def __str__(self) -> str:
        return f"{self.ref} rings for {self.row.dedupe}: {self.how}"


@dataclass(frozen=True, slots=True)
class Told:
    """A network tells what became of a text or a call; `heard`: the bot has taken it in. `row`: as it stands then.

    `arrived`: None where only the bot could know, which did not answer while a key was pressed.
    """

    at: datetime
    row: Row
    way: Way
    ref: str
    arrived: bool | None
    heard: bool

    def __str__(self) -> str:
        said = {True: "arrived", False: "did not arrive", None: "is over"}[self.arrived]
        return f"{self.ref} {said}, {'heard' if self.heard else 'told'} of {self.row.dedupe}"


@dataclass(frozen=True, slots=True)
class Decided:
    """An inbound event was decided on, with this many facts of people in the same commit."""

    at: datetime
    events: tuple[str, ...]
    facts: int
    said: str = ""

    def __str__(self) -> str:
        return f"decided {', '.join(self.events) or 'nothing new'}, {self.facts} facts"


@dataclass(frozen=True, slots=True)
class Passed:
    """The engine completed a pass: these visits, alarms and calls are open now; nobody can process the `poisoned` ones."""

    at: datetime
    visits: tuple[Visit, ...]
    alarms: tuple[Escalation, ...]
    poisoned: frozenset[str]
    by: str = ""
    calls: tuple[Duress, ...] = ()

    def __str__(self) -> str:
        open_ = f"{len(self.visits)} visits, {len(self.alarms)} alarms and {len(self.calls)} calls"
        return f"pass {self.by}, {open_} open"


@dataclass(frozen=True, slots=True)
class Relayed:
    """The relay came to its end: the rows of the outbox that changed since the last time."""

    at: datetime
    rows: tuple[Row, ...]

    def __str__(self) -> str:
        return f"relay done, {len(self.rows)} rows changed"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something went wrong with the machine: a crash, a start, a jump, a database that takes nothing."""

    at: datetime
    what: str
    harmless: bool = False

    def __str__(self) -> str:
        return f"** {self.what}"


@dataclass(frozen=True, slots=True)
class Over:
    """Everything is healed and quiet: the whole outbox, and what became of every event."""

    at: datetime
    rows: tuple[Row, ...]
    inbox: Mapping[str, str]

    def __str__(self) -> str:
        return f"over, {len(self.rows)} messages, {len(self.inbox)} events"


Event = (
    Happened
    | Queued
    | Stands
    | CallStands
    | Offered
    | Taken
    | Refused
    | Arrived
    | Meant
    | Cried
    | Texted
    | Rung
    | Told
    | Decided
    | Passed
    | Relayed
    | Fault
    | Over
)


def line(event: Event) -> str:
    """Return an event as one line of a trace."""
    return f"{event.at:%d %H:%M:%S.%f} {event}"


def _short(value: object) -> str:
    return f"{value:%H:%M:%S}" if isinstance(value, datetime) else str(value)
