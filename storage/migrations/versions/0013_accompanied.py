"""Finding the visits that somebody is beside as a companion: they are out as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_visit_accompanied",
        "visit",
        ["team_id", "start_at", "id"],
        sqlite_where=sa.text("is_open AND companions <> '[]'"),
        postgresql_where=sa.text("is_open AND companions <> '[]'"),
    )
