"""A team file can give somebody's last day; whether an end comes from there is kept, so that it can be taken out again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("file_ends_at", sa.BigInteger(), nullable=True))
