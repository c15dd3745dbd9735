"""As what a case was last visited, where nobody goes alone (S1)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rated_case",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("rating", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "case_ref", name=op.f("pk_rated_case")),
    )
