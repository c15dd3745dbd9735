"""Staying longer: whether a visit's end was moved before, and the end that nobody has confirmed yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("extended", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("asked_until", sa.BigInteger(), nullable=True))
    op.execute(sa.table("visit", sa.column("extended")).update().values(extended=sa.false()))
    with op.batch_alter_table("visit") as table:
        table.alter_column("extended", existing_type=sa.Boolean(), nullable=False)
