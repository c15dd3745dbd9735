"""The table of where people and channels are reached; as `storage.tables`, rows and nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.rows import Row, instant


class ReferenceRow(Row, table=True):
    """How somebody, or a channel, is reached. `body` is sealed.

    `found_by` and `called` are keyed digests of the address and of what the platform calls them.
    """

    __tablename__ = "reference"
    __table_args__ = (Index("ix_reference_called", "platform", "called"),)
    platform: str = Field(primary_key=True)
    found_by: str = Field(primary_key=True)
    called: str
    body: bytes
    at: datetime = instant()
