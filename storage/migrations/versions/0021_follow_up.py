"""Who is still to say that they have seen to what comes after a call for help (K9)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("duress") as table:
        table.add_column(sa.Column("owed", sa.Text(), nullable=True))
    op.execute("UPDATE duress SET owed = '[]'")
    with op.batch_alter_table("duress") as table:
        table.alter_column("owed", existing_type=sa.Text(), nullable=False)
