"""The tables, as rows and nothing else: no rule, no query. `mapping` turns rows into the domain; none leaves `storage`.

Nothing here is read by a platform or a person, and no row has behaviour. Statements are Core on `table(...)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field

from bot.domain.duress_facts import How, Urgency
from bot.domain.duress_intents import Ground
from bot.domain.facts import Attention, Kind, VisitKind
from bot.domain.intents import Outcome
from bot.domain.message import Secrecy
from bot.domain.visit import VisitState
from bot.ports import Posted
from storage.rows import (
    Row,
    instant,
    maybe_instant,
    names,
    numbered,
    partial_index,
    word,
)
from storage.types import Plain
from storage.way_tables import HEARD_OF


class Standing(StrEnum):
    """What became of an inbound event."""

    KEPT = "kept"
    DONE = "done"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    """Kept, but its body no longer opens: a lost key. Left where it is, out of everybody's way."""


class PolicyRow(Row, table=True):
    """Frozen rules, once per digest; never changed."""

    __tablename__ = "policy"
    digest: str = Field(primary_key=True)
    content: str


class VisitRow(Row, table=True):
    """A visit: every field of the domain's, and `look_at`, `failures`, `is_open` for finding it."""

    __tablename__ = "visit"
    __table_args__ = (
        partial_index("ix_visit_look_at", "look_at", "id", where="look_at IS NOT NULL"),
        partial_index("ix_visit_open_of", "worker_id", "start_at", where="is_open"),
        partial_index("ix_visit_open_in", "team_id", "end_at", where="is_open"),
        partial_index("ix_visit_at_case", "team_id", "case_ref", where="is_open"),
        partial_index("ix_visit_closed_of", "worker_id", "start_at", where="NOT is_open"),
        partial_index("ix_visit_watched_by", "buddy_id", "start_at", where="is_open"),
        partial_index(
            "ix_visit_accompanied",
            "team_id",
            "start_at",
            "id",
            where="is_open AND companions <> '[]'",
        ),
    )
    id: str = Field(primary_key=True)
    team_id: str
    worker_id: str
    case_ref: str
    start_at: datetime = instant()
    end_at: datetime = instant()
    alarm_at: datetime = instant()
    requested_at: datetime = instant()
    policy_digest: str
    state: VisitState = word(VisitState)
    asked: tuple[str, ...] = names()
    cover_next_at: datetime | None = maybe_instant()
    buddy_id: str | None
    started_uncovered: bool
    arrived_at: datetime | None = maybe_instant()
    contact_at: datetime | None = maybe_instant()
    reminded: bool
    nudged: bool
    overdue: bool
    wrote_late_at: datetime | None = maybe_instant()
    wrote_until: datetime | None = maybe_instant()
    attention: Attention = word(Attention)
    attended_by: str | None
    closed_at: datetime | None = maybe_instant()
    version: int
    look_at: datetime | None = maybe_instant()
    failures: int
    is_open: bool
    # Last, because a column that is added to a table stands behind those it has.
    kind: VisitKind = word(VisitKind)
    rating: str
    companions: tuple[str, ...] = names()
    outsiders: int
    kept: bool
    out: tuple[str, ...] = names()
    back_at: datetime | None = maybe_instant()
    not_back: bool
    went_in_at: datetime | None = maybe_instant()
    turned_back: bool
    next_place: str
    sealed: tuple[str, ...] = names()
    address_with: str | None
    address_until: datetime | None = maybe_instant()
    extended: bool
    asked_until: datetime | None = maybe_instant()
    offered: tuple[str, ...] = names()
    confirmed: bool
    confirm_at: datetime | None = maybe_instant()
    soon_at: datetime | None = maybe_instant()
    check_at: datetime | None = maybe_instant()
    ready: bool
    unmanned: tuple[str, ...] = names()
    cover_round: int
    reach: str
    left_at: datetime | None = maybe_instant()
    unsure_at: datetime | None = maybe_instant()
    agree_step: int
    agree_asked: tuple[str, ...] = names()
    agree_due_at: datetime | None = maybe_instant()
    agree_turn: int
    answered_by: str | None
    held_off: bool
    how_at: datetime | None = maybe_instant()
    how_asked_at: datetime | None = maybe_instant()
    how_well: bool | None = None
    terms: tuple[str, ...] = names()
    together: tuple[str, ...] = names()
    goes_on_until: datetime | None = maybe_instant()


class EscalationRow(Row, table=True):
    """An alarm, with fields as a visit's; put back for a while by `look_at`, it keeps the `due_at` of its journal."""

    __tablename__ = "escalation"
    __table_args__ = (
        partial_index("ix_escalation_look_at", "look_at", "id", where="look_at IS NOT NULL"),
        partial_index("ix_escalation_open_of", "visit_id", "opened_at", where="is_open"),
    )
    id: str = Field(primary_key=True)
    visit_id: str
    team_id: str
    about: str
    kind: Kind = word(Kind)
    opened_at: datetime = instant()
    step: int
    asked: tuple[str, ...] = names()
    current: tuple[str, ...] = names()
    unreachable: tuple[str, ...] = names()
    turn: int
    charge: str | None
    charge_at: datetime | None = maybe_instant()
    due_at: datetime | None = maybe_instant()
    followed_up: bool
    called_999: bool
    late_contact_at: datetime | None = maybe_instant()
    late_until: datetime | None = maybe_instant()
    outcome: Outcome | None = word(Outcome, nullable=True)
    closed_at: datetime | None = maybe_instant()
    closed_by: str | None
    version: int
    look_at: datetime | None = maybe_instant()
    failures: int
    is_open: bool
    offered: str | None
    passed: str
    ticked: tuple[str, ...] = names()
    seen_at: datetime | None = maybe_instant()
    late_word: str


class ChainRow(Row, table=True):
    """How long a chain is and its last code, so that a cut tail shows; `seal` binds the two with a key.

    `seal` is missing from a chain that nothing was written to since there are seals.
    """

    __tablename__ = "chain"
    id: str = Field(primary_key=True)
    length: int
    mac: bytes
    seal: bytes | None = None


class JournalRow(Row, table=True):
    """One entry of a chain (`bot.domain.journal.Entry`); `note` is sealed."""

    __tablename__ = "journal"
    chain: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = instant()
    kind: str
    by: str | None
    body: str
    note: bytes | None
    note_digest: str
    salt: bytes
    mac: bytes


class OutboxRow(Row, table=True):
    """A message on its way. It waits while `shown < wanted`; `ref_way` is sealed.

    `due_at` is the instant from which it can be claimed: of its retry, or the end of its lease while it has one.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("uq_outbox_dedupe", "dedupe", unique=True),
        partial_index(
            "ix_outbox_waiting", "priority", "due_at", "id", where="live AND shown < wanted"
        ),
        partial_index("ix_outbox_live_visit", "visit_id", where="live"),
        partial_index("ix_outbox_live_duress", "duress_id", where="live AND duress_id IS NOT NULL"),
        partial_index("ix_outbox_waking_ref", "ref", where=HEARD_OF),
        partial_index("ix_outbox_hear_at", "hear_at", "id", where="hear_at IS NOT NULL"),
        partial_index(
            "ix_outbox_waking_person", "person_id", "created_at", where="key = 'wake.alarm'"
        ),
    )
    id: int = numbered()
    dedupe: str
    key: str
    team_id: str
    person_id: str | None
    channel: bool
    priority: int
    secrecy: Secrecy = word(Secrecy)
    fields_: Mapping[str, str] = Field(sa_column=Column("fields", Plain, nullable=False))
    visit_id: str | None
    escalation_id: str | None
    created_at: datetime = instant()
    way: int
    ref: str | None
    ref_way: bytes | None
    wanted: int
    shown: int
    digest: str
    attempts: int
    reported: bool
    state: Posted = word(Posted)
    live: bool
    due_at: datetime = instant()
    lease_token: str
    duress_id: str | None
    delivered_at: datetime | None = maybe_instant()
    code_used_at: datetime | None = maybe_instant()
    code_tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    hear_at: datetime | None = maybe_instant()
    hear_until: datetime | None = maybe_instant()
    pin_tries: int | None


class InboxRow(Row, table=True):
    """An inbound event, once for ever. `body` is sealed, and there only while the event is kept."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("uq_inbox_event", "platform", "event_id", unique=True),
        partial_index("ix_inbox_kept", "received_at", "id", where="state = 'kept'"),
    )
    id: int = numbered()
    platform: str
    event_id: str
    state: Standing = word(Standing)
    body: bytes | None
    received_at: datetime = instant()
    retry_at: datetime = instant()
    failures: int


class DetailsRow(Row, table=True):
    """That private details are on file for a visit. `data_key` is sealed; the parts are sealed under it."""

    __tablename__ = "details"
    __table_args__ = (
        Index("ix_details_case", "team_id", "case_ref", "sealed_at"),
        partial_index("ix_details_closed", "closed_at", where="closed_at IS NOT NULL"),
    )
    visit_id: str = Field(primary_key=True)
    team_id: str
    case_ref: str
    data_key: bytes
    sealed_at: datetime = instant()
    closed_at: datetime | None = maybe_instant()


class DetailsPartRow(Row, table=True):
    """One private detail of a visit; `value` is sealed under the visit's data key."""

    __tablename__ = "details_part"
    visit_id: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    value: bytes


class DuressRow(Row, table=True):
    """A covert alarm: every field of the domain's, and `look_at`, `failures`, `is_open` for finding it."""

    __tablename__ = "duress"
    __table_args__ = (
        partial_index("ix_duress_look_at", "look_at", "id", where="look_at IS NOT NULL"),
        partial_index("ix_duress_about", "about", where="is_open"),
        partial_index("ix_duress_open_in", "team_id", "opened_at", "id", where="is_open"),
    )
    id: str = Field(primary_key=True)
    team_id: str
    about: str
    visit_id: str
    urgency: Urgency = word(Urgency)
    how: How = word(How)
    said_at: datetime = instant()
    opened_at: datetime = instant()
    policy_digest: str
    by: str
    apart: tuple[str, ...] = names()
    step: int
    asked: tuple[str, ...] = names()
    unreachable: tuple[str, ...] = names()
    turn: int
    charge: str | None
    charge_at: datetime | None = maybe_instant()
    due_at: datetime | None = maybe_instant()
    informed: tuple[str, ...] = names()
    read: tuple[str, ...] = names()
    lines: tuple[str, ...] = names()
    called_by: str | None
    called_at: datetime | None = maybe_instant()
    reference: str
    stood_by: str | None
    stood_on: Ground | None = word(Ground, nullable=True)
    stood_for: Outcome | None = word(Outcome, nullable=True)
    outcome: Outcome | None = word(Outcome, nullable=True)
    closed_at: datetime | None = maybe_instant()
    closed_by: str | None
    told: bool
    version: int
    look_at: datetime | None = maybe_instant()
    failures: int
    is_open: bool
    call: tuple[str, ...] = names()
    ring_back_at: datetime | None = maybe_instant()
    owed: tuple[str, ...] = names()


class OverheardRow(Row, table=True):
    """What somebody wrote, for some minutes; `body` is sealed. Every message leaves such a row, whatever is in it."""

    __tablename__ = "overheard"
    __table_args__ = (
        Index("ix_overheard_person", "person_id", "at"),
        partial_index("ix_overheard_look_at", "look_at", where="look_at IS NOT NULL"),
    )
    id: str = Field(primary_key=True)
    team_id: str
    person_id: str
    at: datetime = instant()
    body: bytes
    look_at: datetime | None = maybe_instant()
    failures: int


class SecretRow(Row, table=True):
    """Something sealed for a team or a person: what it is, and of whom."""

    __tablename__ = "secret"
    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    value: bytes


class PulseRow(Row, table=True):
    """An instant to remember."""

    __tablename__ = "pulse"
    name: str = Field(primary_key=True)
    at: datetime = instant()


class WriterRow(Row, table=True):
    """The last transaction of one writing thread; only PostgreSQL's store writes it (`PostgresStore`).

    `number` is of the last one that was committed. `at` is by the server's own clock.
    """

    __tablename__ = "writer"
    id: str = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)
    at: datetime = instant()
