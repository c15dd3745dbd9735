"""When the worker of an alarm was last seen, or in touch: some procedures count from then (S9)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of an alarm that is open now nothing is known: its clock runs from when it was opened.
    with op.batch_alter_table("escalation") as table:
        table.add_column(sa.Column("seen_at", sa.BigInteger(), nullable=True))
