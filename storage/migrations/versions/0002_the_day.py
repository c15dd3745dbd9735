"""What a visit is besides its times: its kind, rating and company, the way back, and what comes next."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ADDED: tuple[sa.Column[Any], ...] = (
    sa.Column("kind", sa.String(), nullable=False, server_default="visit"),
    sa.Column("rating", sa.String(), nullable=False, server_default=""),
    sa.Column("companions", sa.Text(), nullable=False, server_default="[]"),
    sa.Column("outsiders", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("kept", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("out", sa.Text(), nullable=False, server_default="[]"),
    sa.Column("back_at", sa.BigInteger(), nullable=True),
    sa.Column("not_back", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("went_in_at", sa.BigInteger(), nullable=True),
    sa.Column("turned_back", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("next_place", sa.String(), nullable=False, server_default=""),
)


def upgrade() -> None:
    """Add the columns; visits that are there get what an ordinary visit alone has."""
    with op.batch_alter_table("visit") as batch:
        for column in _ADDED:
            batch.add_column(column)
    with op.batch_alter_table("visit") as batch:
        # The defaults were for the rows that were there: from now on every row says what it is.
        for column in _ADDED:
            batch.alter_column(column.name, server_default=None)
    op.create_index(
        "ix_visit_closed_of",
        "visit",
        ["worker_id", "start_at"],
        unique=False,
        sqlite_where=sa.text("NOT is_open"),
        postgresql_where=sa.text("NOT is_open"),
    )
