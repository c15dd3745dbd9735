"""Whose bank holidays a team keeps: England's, until its file is read again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("team") as team:
        team.add_column(
            sa.Column("holidays", sa.String(), nullable=False, server_default="england")
        )
    with op.batch_alter_table("team") as team:
        team.alter_column("holidays", server_default=None)
