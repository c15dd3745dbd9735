"""What has to be there when a visit starts: the buddy's word, the worker's, and who is on the ladder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("confirmed", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("confirm_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("soon_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("check_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("ready", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("unmanned", sa.Text(), nullable=True))
        table.add_column(sa.Column("cover_round", sa.Integer(), nullable=True))
        table.add_column(sa.Column("reach", sa.String(), nullable=True))
        table.add_column(sa.Column("left_at", sa.BigInteger(), nullable=True))
    # Visits under way go on by the rules they started with: whoever is a buddy then, stays one.
    op.execute(
        "UPDATE visit SET confirmed = (buddy_id IS NOT NULL), ready = FALSE, unmanned = '[]', cover_round = 0, "
        "reach = ''"
    )
    with op.batch_alter_table("visit") as table:
        table.alter_column("confirmed", existing_type=sa.Boolean(), nullable=False)
        table.alter_column("ready", existing_type=sa.Boolean(), nullable=False)
        table.alter_column("unmanned", existing_type=sa.Text(), nullable=False)
        table.alter_column("cover_round", existing_type=sa.Integer(), nullable=False)
        table.alter_column("reach", existing_type=sa.String(), nullable=False)
    op.create_index(
        "ix_visit_watched_by",
        "visit",
        ["buddy_id", "start_at"],
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
