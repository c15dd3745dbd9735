"""Alarms that a platform itself keeps ready, for when we are down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _where(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, "placed", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def upgrade() -> None:
    text, at = sa.String, sa.BigInteger
    op.create_table(
        "placed",
        sa.Column("subject_id", text(), nullable=False),
        sa.Column("person_id", text(), nullable=False),
        sa.Column("team_id", text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("due_at", at(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", text(), nullable=True),
        sa.Column("placed_for", at(), nullable=True),
        sa.Column("left_ref", text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("look_at", at(), nullable=True),
        sa.Column("lease_token", text(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "person_id", name="pk_placed"),
    )
    _where("ix_placed_look_at", ["rank", "look_at"], "look_at IS NOT NULL")
    _where("ix_placed_ref", ["ref"], "ref IS NOT NULL")
    _where("ix_placed_left", ["left_ref"], "left_ref IS NOT NULL")
