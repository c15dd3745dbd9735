"""A visit that its worker is not sure of waits for a manager's agreement (F7)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("unsure_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("agree_step", sa.Integer(), nullable=True))
        table.add_column(sa.Column("agree_asked", sa.Text(), nullable=True))
        table.add_column(sa.Column("agree_due_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("agree_turn", sa.Integer(), nullable=True))
        table.add_column(sa.Column("answered_by", sa.String(), nullable=True))
        table.add_column(sa.Column("held_off", sa.Boolean(), nullable=True))
    # Nobody has asked yet.
    op.execute(
        "UPDATE visit SET agree_step = 0, agree_asked = '[]', agree_turn = 0, held_off = FALSE"
    )
    with op.batch_alter_table("visit") as table:
        table.alter_column("agree_step", existing_type=sa.Integer(), nullable=False)
        table.alter_column("agree_asked", existing_type=sa.Text(), nullable=False)
        table.alter_column("agree_turn", existing_type=sa.Integer(), nullable=False)
        table.alter_column("held_off", existing_type=sa.Boolean(), nullable=False)
