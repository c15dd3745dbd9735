"""The tables about the ways by which people are reached; as `storage.tables`, rows and nothing else."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Date, Index
from sqlmodel import Field

from storage.rows import Row, instant, maybe_instant, names

HEARD_OF = "key IN ('wake.alarm', 'wake.down', 'wake.test')"
"""Of the outbox: messages of which platforms say later what became of them."""


class WayProofRow(Row, table=True):
    """A way that wakes somebody, and when it was shown to work. `lookup` is that of `person_way`; it holds no address."""

    __tablename__ = "way_proof"
    __table_args__ = (
        Index("ix_way_proof_due_at", "due_at", "person_id"),
        Index("ix_way_proof_person_id", "person_id"),
    )
    lookup: str = Field(primary_key=True)
    person_id: str
    due_at: datetime = instant()
    first_at: datetime | None = maybe_instant()
    tested_at: datetime | None = maybe_instant()
    proven_at: datetime | None = maybe_instant()
    failed_at: datetime | None = maybe_instant()


class TroubleRow(Row, table=True):
    """What is held against a platform that takes nothing (`bot.ports.Trouble`)."""

    __tablename__ = "trouble"
    platform: str = Field(primary_key=True)
    heard: str = Field(primary_key=True)
    first_at: datetime = instant()
    last_at: datetime = instant()
    readers: tuple[str, ...] = names()
    teams: tuple[str, ...] = names()
    down_since: datetime | None = maybe_instant()
    told: tuple[str, ...] = names()


class SpentRow(Row, table=True):
    """How many messages went out on a day by a way that costs money."""

    __tablename__ = "spent"
    platform: str = Field(primary_key=True)
    day: date = Field(sa_column=Column(Date, primary_key=True))
    count: int
