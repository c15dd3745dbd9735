"""Who is away, who leaves when, who was added in chat, and what duty is with whom for a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        for name in ("away_from", "away_until", "ends_at"):
            person.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        person.add_column(sa.Column("offers_to", sa.String(), nullable=True))
        person.add_column(sa.Column("offered_at", sa.BigInteger(), nullable=True))
        person.add_column(
            sa.Column("by_chat", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        person.add_column(sa.Column("chat_roles", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("person") as person:
        # The defaults were for the rows that were there: from now on every row says what it is.
        for name in ("by_chat", "chat_roles"):
            person.alter_column(name, server_default=None)
    where = sa.text("ends_at IS NOT NULL AND NOT has_left")
    op.create_index(
        "ix_person_ends_at", "person", ["ends_at"], sqlite_where=where, postgresql_where=where
    )
    with op.batch_alter_table("role_holder") as holder:
        holder.add_column(sa.Column("of_id", sa.String(), nullable=True))
    with op.batch_alter_table("visit") as visit:
        visit.add_column(sa.Column("offered", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("visit") as visit:
        visit.alter_column("offered", server_default=None)
