"""What the worker wrote last after an alarm began stands on the button that confirms it (F8)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("escalation") as table:
        table.add_column(sa.Column("late_word", sa.String(), nullable=True))
    # Of an alarm that is open now nothing is known: its cards go on without that button.
    op.execute("UPDATE escalation SET late_word = ''")
    with op.batch_alter_table("escalation") as table:
        table.alter_column("late_word", existing_type=sa.String(), nullable=False)
