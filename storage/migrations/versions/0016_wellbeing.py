"""Some workers are asked, in the midst of a visit, how it goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("how_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("how_asked_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("how_well", sa.Boolean(), nullable=True))
