"""The rows that need PostgreSQL. Its store is not here yet: they stand in the table and say so."""

from __future__ import annotations

from importlib.util import find_spec

from tests.bench.bench import Bench, Figure, NotAvailable


async def decided_postgres(bench: Bench) -> Figure:
    """Measure deadlines decided per second on PostgreSQL, one process, against the floor."""
    raise NotAvailable(_why())


async def two_replicas(bench: Bench) -> Figure:
    """Measure whether two processes share what is due: nothing lost, nothing twice, each at least a tenth."""
    raise NotAvailable(_why())


def _why() -> str:
    here = find_spec("storage.postgres") is not None
    return "to be joined with the store" if here else "there is no PostgreSQL store"
