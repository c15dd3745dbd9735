"""Until when a visit goes on whose check-in was agreed for an earlier time (H3)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("goes_on_until", sa.BigInteger(), nullable=True))
