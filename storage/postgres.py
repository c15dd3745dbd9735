"""PostgreSQL as Buddyline opens it: what is set on every connection, how a transaction begins, what a failure means."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError

from storage.dialect import MARK, READS, TURN

OLDEST = 130000
"""The oldest server that has every function used here (13.0)."""

LOCK_TIMEOUT = "5s"
"""A wait for somebody's lock that takes longer is given up: the thread is needed for others."""
IDLE_TIMEOUT = "10s"
"""A process that stops in the middle of a transaction loses it, and with it its locks, after this: the others skip what
it has locked, and would skip it for ever. Well below the lease of a message."""

_CONNECT: Mapping[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "fallback_application_name": "buddyline",
}
"""A server that has vanished without a word is noticed within about 10 s. An address that says otherwise wins."""

_SESSION = f"""
SET lock_timeout = '{LOCK_TIMEOUT}';
SET idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}';
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
"""

_MIGRATIONS = int.from_bytes(blake2b(b"buddyline migrations", digest_size=8).digest(), signed=True)

_MARK = (
    "INSERT INTO writer (id, number, at) "
    "VALUES ({writer}, {number:d}, (extract(epoch FROM now()) * 1000000)::bigint) "
    "ON CONFLICT (id) DO UPDATE SET number = excluded.number, at = excluded.at;"
)
# Written, not only read: that waits for a transaction that holds the row, or is just making it.
_ASK = (
    "INSERT INTO writer (id, number, at) VALUES (%s, 0, 0) "
    "ON CONFLICT (id) DO UPDATE SET number = writer.number RETURNING number"
)
_FORGET = (
    "DELETE FROM writer WHERE at < (extract(epoch FROM now() - interval '1 day') * 1000000)::bigint"
)

_LOST = frozenset({"08000", "08001", "08003", "08004", "08006", "25P03", "53300"})
_AGAIN = frozenset({"40001", "40P01"})  # serialisation failure, deadlock


class TooOld(psycopg.OperationalError):
    """The server is older than `OLDEST`."""


def connect(url: str) -> psycopg.Connection[Any]:
    """Return a connection on which nothing begins a transaction but our own word.

    Args:
        url: "postgresql://…", as libpq has it.

    Raises:
        psycopg.Error: there is none to be had; TooOld: the server lacks what is needed.
    """
    given = psycopg.conninfo.conninfo_to_dict(url)
    options = {name: value for name, value in _CONNECT.items() if name not in given}
    raw: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True, **options)
    try:
        if raw.info.server_version < OLDEST:
            raise TooOld
        raw.execute(_SESSION, prepare=False)
    except BaseException:
        # A server that goes away just now must not leave a connection that nobody has.
        raw.close()
        raise
    return raw


def postgres_engine(url: str, *, connections: int) -> Engine:
    """Return an engine with at most so many connections, none of which is made yet.

    A transaction writes at READ COMMITTED, where locked rows are read as they are now; one that only reads (execution
    option `READS`) sees one instant. `TURN` has a writing one wait for the turn of that number, to its end; `MARK`, a pair
    of a writer's id and a number, is left in its row and is there afterwards if and only if it was committed.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(url),
        pool_size=connections,
        max_overflow=0,
        pool_use_lifo=True,
    )
    gone = threading.Event()

    def begin(connection: Connection) -> None:
        try:
            _begin(connection)
        except OperationalError as trouble:
            if trouble.connection_invalidated:
                gone.set()
            raise

    def checkout(*_: object) -> None:
        # Those who wait in the pool are as dead as the one that was lost: without this, each would cost somebody a
        # try. The pool closes each of them, also one that is in use now, the next time that it is asked for.
        if gone.is_set():
            gone.clear()
            raise InvalidatePoolError

    event.listen(engine, "begin", begin)
    event.listen(engine, "checkout", checkout)
    return engine


def for_migrations(engine: Engine) -> Engine:
    """Return the engine as migrations use it: they take turns, however long one takes."""
    return engine.execution_options(**{TURN: _MIGRATIONS})


def was_committed(raw: psycopg.Connection[Any], writer: str, number: int) -> bool:
    """Return what became of a transaction begun with this `MARK`; when it may still be under way, wait until it is not.

    The number the server gives a transaction would not do: one that was lost when the server crashed leaves its number
    to another.

    Raises:
        psycopg.Error: it was waited for in vain, or the server cannot be asked.
    """
    row = raw.execute(_ASK, (writer,)).fetchone()
    return row is not None and row[0] == number


def forget_writers(connection: Connection) -> None:
    """Delete the marks of writers that have not written for a day; one that still runs makes its row anew."""
    connection.exec_driver_sql(_FORGET)


def _begin(connection: Connection) -> None:
    """Begin in one message to the server, with the transaction's mark."""
    options = connection.get_execution_options()
    if options.get(READS, False):
        words = "BEGIN ISOLATION LEVEL REPEATABLE READ"
    else:
        turn, mark = options.get(TURN), options.get(MARK)
        words = "BEGIN;"
        if turn == _MIGRATIONS:
            words += (
                "SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;"
            )
        if turn is not None:
            words += f"SELECT pg_advisory_xact_lock({turn:d});"
        if mark is not None:
            words += _MARK.format(writer=sql.quote(mark[0]), number=mark[1])
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        raw.execute(words.encode(), prepare=False)
    except psycopg.Error as trouble:
        if gone := raw.closed:
            connection.invalidate(trouble)
        raise OperationalError(words, None, trouble, connection_invalidated=gone) from trouble


def lost(error: BaseException | None) -> bool:
    """Return whether a failure means that the server, or the way to it, is gone; or was full."""
    trouble = _driver(error)
    if trouble is None:
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = trouble.sqlstate
    if state is None:  # not said by a server
        return isinstance(trouble, psycopg.OperationalError)
    return state in _LOST or state.startswith("57P")  # shut down, crashed, starting up


def again(error: BaseException | None) -> bool:
    """Return whether the same work may well succeed when it is run again from the start."""
    trouble = _driver(error)
    return lost(error) or (trouble is not None and trouble.sqlstate in _AGAIN)


def _driver(error: BaseException | None) -> psycopg.Error | None:
    trouble = error.orig if isinstance(error, DBAPIError) else error
    return trouble if isinstance(trouble, psycopg.Error) else None


_REASONS = (
    ("password", "The server does not take this user and password."),
    ("no password supplied", "The server does not take this user without a password."),
    ("authentication", "The server does not take this user and password."),
    ("role", "The server does not know this user."),
    ("does not exist", "There is no such database on this server."),
    ("translate host name", "There is no server of this name."),
    ("resolve host", "There is no server of this name."),
    ("name or service", "There is no server of this name."),
    ("name resolution", "There is no server of this name."),
    ("refused", "Nothing listens there."),
    ("no such file", "Nothing listens there."),
    ("timeout", "The server does not answer."),
    ("starting up", "The server is just starting."),
    ("too many", "The server has no connection left."),
    ("ssl", "The server and this address do not agree about TLS (sslmode)."),
)


def why_not(url: str) -> str | None:
    """Return in one sentence why a database cannot be used; None when it can. The sentence repeats no part of it.

    Args:
        url: "postgresql://…"
    """
    try:
        with connect(url) as raw:
            right = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
            if (raw.execute(right).fetchone() or (None,))[0] is not True:
                return "This user may not make tables in this database."
            if raw.info.encoding != "utf-8":
                return "The database does not keep texts in UTF-8."
            return None
    except TooOld:
        return "The server is older than PostgreSQL 13."
    except psycopg.ProgrammingError:
        return "A part of the address, after the question mark, is not known."
    except psycopg.Error as trouble:
        said = str(trouble).lower()
        found = (sentence for word, sentence in _REASONS if word in said)
        return next(found, "The server cannot be reached.")
