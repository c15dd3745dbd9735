"""Which ways are proven, and until when a receipt is waited for; what became of a message is found for tests as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_HEARD_OF = sa.text("key IN ('wake.alarm', 'wake.down', 'wake.test')")
_AWAITED = sa.text("hear_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("hear_at", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("hear_until", sa.BigInteger(), nullable=True))
    op.drop_index("ix_outbox_waking_ref", "outbox")
    for name, columns, where in (
        ("ix_outbox_waking_ref", ["ref"], _HEARD_OF),
        ("ix_outbox_hear_at", ["hear_at", "id"], _AWAITED),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "way_proof",
        sa.Column("lookup", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=True),
        sa.Column("tested_at", sa.BigInteger(), nullable=True),
        sa.Column("proven_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_way_proof")),
    )
    op.create_index("ix_way_proof_due_at", "way_proof", ["due_at", "person_id"])
    op.create_index("ix_way_proof_person_id", "way_proof", ["person_id"])
