"""Cases that nobody visits alone (F14)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pairs_only",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "case_ref", name=op.f("pk_pairs_only")),
    )
