"""When somebody joined, and when they were last trained; whether that comes from the file is kept, as with a last day (S12)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        for name in ("joined_on", "trained_on", "file_trained_on"):
            table.add_column(sa.Column(name, sa.Date(), nullable=True))
