"""Covert alarms, what is overheard for some minutes, and what is sealed for a team or a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _where(name: str, on: str, columns: list[str], where: str) -> None:
    op.create_index(name, on, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    text, at = sa.String, sa.BigInteger
    op.create_table(
        "duress",
        sa.Column("id", text(), nullable=False),
        sa.Column("team_id", text(), nullable=False),
        sa.Column("about", text(), nullable=False),
        sa.Column("visit_id", text(), nullable=False),
        sa.Column("urgency", text(), nullable=False),
        sa.Column("how", text(), nullable=False),
        sa.Column("said_at", at(), nullable=False),
        sa.Column("opened_at", at(), nullable=False),
        sa.Column("policy_digest", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("apart", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("unreachable", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("charge", text(), nullable=True),
        sa.Column("charge_at", at(), nullable=True),
        sa.Column("due_at", at(), nullable=True),
        sa.Column("informed", sa.Text(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("called_by", text(), nullable=True),
        sa.Column("called_at", at(), nullable=True),
        sa.Column("reference", text(), nullable=False),
        sa.Column("stood_by", text(), nullable=True),
        sa.Column("stood_on", text(), nullable=True),
        sa.Column("stood_for", text(), nullable=True),
        sa.Column("outcome", text(), nullable=True),
        sa.Column("closed_at", at(), nullable=True),
        sa.Column("closed_by", text(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("look_at", at(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_duress"),
    )
    _where("ix_duress_look_at", "duress", ["look_at", "id"], "look_at IS NOT NULL")
    _where("ix_duress_about", "duress", ["about"], "is_open")
    op.create_table(
        "overheard",
        sa.Column("id", text(), nullable=False),
        sa.Column("team_id", text(), nullable=False),
        sa.Column("person_id", text(), nullable=False),
        sa.Column("at", at(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("look_at", at(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_overheard"),
    )
    op.create_index("ix_overheard_person", "overheard", ["person_id", "at"])
    _where("ix_overheard_look_at", "overheard", ["look_at"], "look_at IS NOT NULL")
    op.create_table(
        "secret",
        sa.Column("kind", text(), nullable=False),
        sa.Column("subject", text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_secret"),
    )
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("duress_id", sa.String(), nullable=True))
    _where("ix_outbox_live_duress", "outbox", ["duress_id"], "live AND duress_id IS NOT NULL")
