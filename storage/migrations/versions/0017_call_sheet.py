"""What was heard to the questions of the call sheet, and when to ring back (K8)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("duress") as table:
        table.add_column(sa.Column("call", sa.Text(), nullable=True))
        table.add_column(sa.Column("ring_back_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE duress SET call = '[]'")
    with op.batch_alter_table("duress") as table:
        table.alter_column("call", existing_type=sa.Text(), nullable=False)
