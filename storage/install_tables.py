"""The tables of workspaces that have let us in by themselves; as `storage.tables`, rows and nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.rows import Row, instant


class InstallRow(Row, table=True):
    """That a workspace has let us in, and who we are there. `token` is sealed."""

    __tablename__ = "install"
    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    us: str
    token: bytes
    at: datetime = instant()


class UsedCodeRow(Row, table=True):
    """A code that was good once, by its digest, for as long as anybody would take it."""

    __tablename__ = "used_code"
    __table_args__ = (Index("ix_used_code_until", "until"),)
    digest: str = Field(primary_key=True)
    until: datetime = instant()
