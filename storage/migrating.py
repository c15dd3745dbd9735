"""Bringing a database to the newest schema: all of it, or nothing."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from storage.batch import unavailable

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, *, to: str = "head", scripts: Path = _SCRIPTS) -> None:
    """Bring the schema up to a revision, inside one transaction that holds the write lock.

    Two processes that start at once take turns; the second finds nothing to do. A migration that fails leaves
    nothing behind.

    Args:
        engine: of `storage.sqlite`.
        to: a revision, or "head".
        scripts: the folder with `env.py` and `versions/`.

    Raises:
        Unavailable: the database cannot be opened or locked.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    with unavailable(), engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
