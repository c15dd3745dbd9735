"""What Alembic runs: the migrations on the connection it was handed, inside the transaction that is open there."""

from __future__ import annotations

from alembic import context

import storage.case_tables
import storage.install_tables
import storage.reference_tables
import storage.roster_tables
import storage.tables
import storage.way_tables  # noqa: F401 - the tables of all are those that Row knows
from storage.rows import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
