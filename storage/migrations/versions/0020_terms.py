"""What was said of a visit as it was rated, and whether its procedure has it wait for a manager (K11, H15)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("terms", sa.Text(), nullable=True))
    # Of earlier visits nothing was said.
    op.execute("UPDATE visit SET terms = '[]'")
    with op.batch_alter_table("visit") as table:
        table.alter_column("terms", existing_type=sa.Text(), nullable=False)
