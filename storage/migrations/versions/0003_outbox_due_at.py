"""One instant says from when on a message can be claimed, and the index leads to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    op.execute("UPDATE outbox SET retry_at = lease_until WHERE lease_until > retry_at")
    # Both databases do these two by themselves; a batch would write the whole table anew.
    op.execute("ALTER TABLE outbox RENAME COLUMN retry_at TO due_at")
    op.execute("ALTER TABLE outbox DROP COLUMN lease_until")
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["priority", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("live AND shown < wanted"),
        postgresql_where=sa.text("live AND shown < wanted"),
    )
