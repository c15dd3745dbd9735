"""A desk: one telephone that several people answer in turn, in its hours, and who answers it now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("desk_opens", sa.Integer(), nullable=True))
        table.add_column(sa.Column("desk_closes", sa.Integer(), nullable=True))
        table.add_column(sa.Column("desk_script", sa.String(), nullable=True))
        table.add_column(sa.Column("held_by", sa.String(), nullable=True))
        table.add_column(sa.Column("held_at", sa.BigInteger(), nullable=True))
