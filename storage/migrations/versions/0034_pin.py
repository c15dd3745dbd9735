"""What somebody keys in when they are rung, before anything is said; and how often something else was keyed in instead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("pin", sa.LargeBinary(), nullable=True))
    op.add_column("outbox", sa.Column("pin_tries", sa.Integer(), nullable=True))
