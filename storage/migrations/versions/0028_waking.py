"""When a message that was to wake somebody arrived, and how what became of it finds it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_WAKING = sa.text("key = 'wake.alarm'")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("delivered_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_outbox_waking_ref",
        "outbox",
        ["ref"],
        sqlite_where=_WAKING,
        postgresql_where=_WAKING,
    )
