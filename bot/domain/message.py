"""What is said to whom, before it has words: a key, its fields, an audience. And the shape it has once it has words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from bot.domain.making import quick
from bot.domain.phone import dialable


class Priority(IntEnum):
    """Which message leaves first. A table, not a judgement: lower is sooner."""

    DURESS = 0
    ESCALATION = 1
    REPLY = 2
    REMINDER = 3
    INFORMATION = 4


class Secrecy(StrEnum):
    """Who may come to see a message; the gate holds every place against it."""

    ORDINARY = "ordinary"
    """The worker's side may see it."""
    RESPONDERS = "responders"
    """Never a shared place, never the worker's side: one person, in private."""


@quick
@dataclass(frozen=True, slots=True)
class To:
    """Where a message goes: one person in private, or a team's channel.

    Attributes:
        person_id: the reader. None: everybody in the channel.
        channel: True: in the team's channel. With a person: there, but shown to that person only.
    """

    team_id: str
    person_id: str | None = None
    channel: bool = False

    def __post_init__(self) -> None:
        if self.person_id is None and not self.channel:
            raise ValueError("a message needs a reader")


@quick
@dataclass(frozen=True, slots=True)
class Message:
    """One message on its way to the outbox. It holds references and figures, never rendered text or sealed values.

    Attributes:
        key: its sentence in `bot.service.wording`.
        fields: plain values: instants in ISO UTC, person ids, step ids, case references.
        visit_id, escalation_id, duress_id: what it speaks of; it is shown again whenever that changes.
        dedupe: two messages with the same one are one message, for ever.
    """

    key: str
    to: To
    priority: Priority
    dedupe: str
    fields: Mapping[str, str] = field(default_factory=dict)
    visit_id: str | None = None
    escalation_id: str | None = None
    secrecy: Secrecy = Secrecy.ORDINARY
    duress_id: str | None = None


# --- with words: what an adapter gets --------------------------------------------------------------


class FieldKind(StrEnum):
    """How one blank of a form is filled in."""

    TEXT = "text"
    TIME = "time"
    SELECT = "select"
    PERSON = "person"
    """Anybody on the platform, picked where it has a picker, else typed; the value is their address there."""


@quick
@dataclass(frozen=True, slots=True)
class Field:
    """One blank of the small form behind a button.

    Attributes:
        options: (value, label) pairs, in order; for SELECT only.
        value: what stands in it at first.
    """

    id: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""


class Style(StrEnum):
    """How a button looks where the platform knows the difference."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@quick
@dataclass(frozen=True, slots=True)
class Choice:
    """A button. Its id is an intent in writing and comes back unchanged when pressed.

    Attributes:
        opens: what it asks for is shown to the presser in a view without history (`Intake.show`), where there is one.
    """

    id: str
    label: str
    style: Style = Style.PLAIN
    fields: tuple[Field, ...] = ()
    opens: bool = False


@quick
@dataclass(frozen=True, slots=True)
class Call:
    """A number to ring with one tap. The words of the message name it too, for platforms without such a tap.

    Attributes:
        number: as a telephone dials it: digits, perhaps a leading "+"; anything else is refused with ValueError.
    """

    label: str
    number: str

    def __post_init__(self) -> None:
        if dialable(self.number) != self.number:
            raise ValueError("not a number to dial")


class Tone(StrEnum):
    """The mood of a message, for a coloured edge or an icon; says nothing that its words do not say."""

    PLAIN = "plain"
    WAITING = "waiting"
    GOOD = "good"
    LATE = "late"
    URGENT = "urgent"


@quick
@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words, platform-neutral and not yet escaped.

    Attributes:
        title: one short line, may be empty.
        text: plain lines joined by a line feed.
        preview: what a lock screen may show.
        choices: in the order shown; may be empty.
        calls: numbers to ring with one tap, in the order shown; may be empty.
        pin: whether it is pinned in its channel, where the platform has that: True once it is posted, False from the edit on
            that takes it down; None for all that never is.
        urgent: it is of an alarm: no limit of ours holds it back.
    """

    title: str
    text: str
    preview: str
    choices: tuple[Choice, ...] = ()
    tone: Tone = Tone.PLAIN
    calls: tuple[Call, ...] = ()
    pin: bool | None = field(default=None, repr=False)
    urgent: bool = field(default=False, repr=False, compare=False)
    # Both are left out of the text by which a message is told to be the one that stands there: it is no word of it.
