"""Of a message that was to wake somebody: when it arrived, how what became of it finds it, and what came of its code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_WAKING = sa.text("key = 'wake.alarm'")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("delivered_at", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("code_used_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "outbox", sa.Column("code_tries", sa.Integer(), nullable=False, server_default="0")
    )
    for name, columns in (
        ("ix_outbox_waking_ref", ["ref"]),
        ("ix_outbox_waking_person", ["person_id", "created_at"]),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=_WAKING, postgresql_where=_WAKING)
