"""The record of a chain's length is sealed with the key; and the open visits of a case are found by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chain") as table:
        table.add_column(sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_visit_at_case",
        "visit",
        ["team_id", "case_ref"],
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
