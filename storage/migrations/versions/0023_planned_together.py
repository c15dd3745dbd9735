"""The visits of one plan know of each other: a buddy is asked once for all of them (F1)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("together", sa.Text(), nullable=True))
    # Of a visit that was planned before, each is asked for by itself, as it was.
    op.execute("UPDATE visit SET together = '[]'")
    with op.batch_alter_table("visit") as table:
        table.alter_column("together", existing_type=sa.Text(), nullable=False)
