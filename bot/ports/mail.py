"""The outbox and the inbox: messages on their way, and everything that arrived, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.making import quick
from bot.domain.message import Message, Priority, Secrecy
from bot.domain.people import Way
from bot.ports.inbound import InboundEvent


class Posted(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    """Not yet taken by a platform; tried until it is, or no longer matters."""
    SENT = "sent"
    """A platform has accepted it."""
    UNCERTAIN = "uncertain"
    """A try ended without an answer: it may be there; it is sent again."""
    FAILED = "failed"
    """No way of this person takes it; the ladder was told."""
    DROPPED = "dropped"
    """It no longer mattered when its turn came."""


@quick
@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox, claimed.

    Attributes:
        id: in the order of writing.
        way: which of the person's ways is tried, from 0.
        ref: the platform's reference once posted; such a row is claimed to be edited in place.
        ref_way: the platform and address it was posted to.
        wanted: the version of its subject that this claim will show.
        digest: of what it shows now; "" before the first post.
        created_at: when it was decided.
        attempts: tries that failed since the last success.
        reported: the ladder was already told that it does not get through.
        token: proves the lease; a result with another one is refused.
    """

    id: int
    key: str
    team_id: str
    person_id: str | None
    channel: bool
    priority: Priority
    secrecy: Secrecy
    fields: Mapping[str, str]
    visit_id: str | None
    escalation_id: str | None
    dedupe: str
    way: int
    ref: str | None
    ref_way: Way | None
    wanted: int
    digest: str
    created_at: datetime
    attempts: int
    reported: bool
    state: Posted
    token: str
    duress_id: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """What somebody answers a waking message with, to take charge.

    Attributes:
        row: the message.
        code: as it stands there; kept nowhere.
    """

    row: Outgoing
    code: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message of which nobody has said what became of it.

    Attributes:
        row: the message, not leased.
        until: from then on it counts as not delivered.
    """

    row: Outgoing
    until: datetime


@quick
@dataclass(frozen=True, slots=True)
class Result:
    """What came of one claimed row.

    Attributes:
        state: where the message stands now.
        shown: the claimed `wanted`, when that version is now shown or no longer matters; None to try again.
        retry_at: when to try again; None with `shown`.
        live: it still has something that may change; a retired row is never claimed again.
        tried: the platform that did not take it just now; "" where none was asked, or one took it.
        hear_at, hear_until: when to look what became of it, and when to wait no longer; None: nothing is waited for.
    """

    row: Outgoing
    state: Posted
    shown: int | None
    digest: str = ""
    ref: str | None = None
    ref_way: Way | None = None
    way: int = 0
    attempts: int = 0
    retry_at: datetime | None = None
    reported: bool = False
    live: bool = True
    tried: str = ""
    hear_at: datetime | None = None
    hear_until: datetime | None = None


class Outbox(Protocol):
    """Messages on their way."""

    def add(self, messages: Iterable[Message], *, now: datetime) -> None:
        """Put messages in; one whose `dedupe` is known is left out."""

    def touch(self, visit_id: str) -> None:
        """Have every live message about a visit shown anew: it, or an alarm of it, has changed."""

    def touch_secret(self, visit_id: str) -> None:
        """Have every live message about a visit that only responders may read shown anew."""

    def touch_duress(self, duress_id: str) -> None:
        """Have every live message of a covert alarm shown anew."""

    def claim(
        self,
        now: datetime,
        *,
        limit: int,
        lease_until: datetime,
        token: str,
        down_to: Priority = Priority.INFORMATION,
    ) -> tuple[Outgoing, ...]:
        """Lease rows that are due and not leased, by priority and then by age, none below `down_to`; may be empty."""

    def record(self, results: Sequence[Result]) -> tuple[int, ...]:
        """Write results; return the ids of those written: a lost lease (another token) is refused."""

    def find(self, dedupe: str) -> Outgoing | None:
        """Return the message of this name, not leased; None for an unknown one."""

    def posted_as(self, ref: str) -> Outgoing | None:
        """Return the waking message that stands at its platform under this reference, not leased; None for none."""

    def unheard(self, now: datetime, limit: int, *, again: timedelta) -> tuple[Awaited, ...]:
        """Return posted messages of which it is to be looked what became, earliest first; at most `limit`, may be empty.

        Each is looked at again `again` later, or once nothing is waited for any longer, unless something is heard meanwhile.
        """

    def delivered(self, row: Outgoing, *, at: datetime) -> None:
        """Note that a message has arrived; the first time counts."""

    def returned(
        self, row: Outgoing, *, way: int | None, now: datetime, silent: bool = False
    ) -> bool:
        """Take back that a message was sent: it goes out by that of its reader's ways; None: it has failed for good.

        Before it goes out by the first one again, nothing counts as tried.

        Args:
            silent: nothing was heard of it. It may lie there yet, so that where there is no further way it still is found,
                and can be answered.

        Returns:
            False when it has arrived after all, or is under way anew: then nothing is changed.
        """

    def code_of(self, dedupe: str) -> str:
        """Return the code of the waking message of this name: the same each time, and nobody guesses it."""

    def codes(self, person_id: str, *, since: datetime) -> tuple[Code, ...]:
        """Return what somebody may answer with, the newest first: not used, and tried less than five times in vain."""

    def code_used(self, row: Outgoing, *, at: datetime) -> None:
        """Note that the code of a message was used: it counts once."""

    def code_tried(self, rows: Sequence[Outgoing]) -> None:
        """Note that something else was given in place of the codes of these messages."""

    def pin_tried(self, row: Outgoing) -> None:
        """Note that something else was keyed in than the PIN of whom a call rings."""

    def pin_tries(self, person_id: str, *, since: datetime) -> int:
        """Return how often that was so in all calls to somebody that were decided since."""

    def card(self, visit_id: str) -> tuple[str, Way] | None:
        """Return where a visit's channel card was posted; None while it was not."""

    def ahead(self, visit_ids: Iterable[str]) -> None:
        """Read where these visits' cards were posted at once, so that `card` need not read each."""

    def next_due(self, now: datetime) -> datetime | None:
        """Return the earliest instant at which something can be claimed; None when nothing waits."""

    def waiting(self) -> int:
        """Return how many rows wait; for tests and the drain, not for the hot path."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A kept event whose sealed body no longer opens: whose it was, and what they did, nobody can tell any more."""

    platform: str
    event_id: str
    received_at: datetime


class Inbox(Protocol):
    """Everything that arrived, once: platform and event id are unique for ever."""

    def ahead(self, events: Iterable[InboundEvent]) -> None:
        """Read which of these are there at once, so that `begin` need not ask for each."""

    def begin(self, event: InboundEvent, *, now: datetime) -> bool:
        """Return True when this event is to be decided in this transaction: new, or kept and not yet decided."""

    def finish(self, event: InboundEvent, *, outcome: str) -> None:
        """Mark it decided, and forget its body. `outcome`: "done" or "refused"."""

    def keep(self, event: InboundEvent, *, now: datetime) -> bool:
        """Store an event, sealed, to be decided later; False when it was there already."""

    def kept(self, now: datetime, limit: int) -> tuple[InboundEvent, ...]:
        """Return kept events whose time has come, oldest first.

        One whose body no longer opens is set aside for ever, so that it holds nobody else up (`set_aside`).
        """

    def set_aside(self) -> tuple[Unread, ...]:
        """Return what the last `kept` of this transaction has set aside, oldest first: people are to hear of it in it."""

    def failed(
        self, event: InboundEvent, *, now: datetime, pause: Callable[[int], timedelta]
    ) -> int:
        """Put a kept event back for `pause(times)`; return `times`: how often it has failed, from 1."""

    def outcome(self, platform: str, event_id: str) -> str | None:
        """Return what became of an event: "done", "refused", "kept", "unreadable"; None for an unknown one."""
