"""Private details of visits, and what alarms remember of handing over and of aftercare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "details",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_details")),
    )
    op.create_index("ix_details_case", "details", ["team_id", "case_ref", "sealed_at"])
    op.create_index(
        "ix_details_closed",
        "details",
        ["closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_table(
        "details_part",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "part", name=op.f("pk_details_part")),
    )
    _add(
        "visit",
        ("sealed", sa.Text(), "[]"),
        ("address_with", sa.String(), None),
        ("address_until", sa.BigInteger(), None),
    )
    _add(
        "escalation",
        ("offered", sa.String(), None),
        ("passed", sa.String(), ""),
        ("ticked", sa.Text(), "[]"),
    )


def _add(
    name: str, *columns: tuple[str, sa.types.TypeEngine[str] | sa.BigInteger, str | None]
) -> None:
    """Add columns: first each may be empty, then rows that are there get its value, then it may be empty no more.

    A value of None: it may stay empty.
    """
    with op.batch_alter_table(name) as table:
        for column, kind, _ in columns:
            table.add_column(sa.Column(column, kind, nullable=True))
    filled = [(column, kind, value) for column, kind, value in columns if value is not None]
    for column, _, value in filled:
        op.execute(sa.table(name, sa.column(column)).update().values({column: value}))
    with op.batch_alter_table(name) as table:
        for column, kind, _ in filled:
            table.alter_column(column, existing_type=kind, nullable=False)
