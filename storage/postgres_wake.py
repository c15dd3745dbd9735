"""Hearing what other processes committed: one connection that listens, in a thread of its own, and nothing else.

What it hears only wakes somebody earlier: the indexed deadlines are the truth, and every loop looks at them within 15 s
anyway. So nothing is lost with a notification; after a connection was lost, everybody is woken once to read again.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg

from bot.ports import Committed
from storage.postgres import connect
from storage.types import EPOCH

log = logging.getLogger(__name__)

CHANNEL = "buddyline"
HEARTBEAT = 15.0
"""Seconds after which a silent connection is asked whether it still is one."""
PAUSE = 1.0
"""Seconds between tries to connect again."""
EVERYTHING = Committed(due_at=EPOCH, messages=True, kept=True)
"""What may have been missed: it wakes everybody."""


def written(origin: str, due_at: datetime | None, *, messages: bool) -> str:
    """Return a notification. It names nobody and nothing: anybody with access to the database may listen."""
    due = "-" if due_at is None else str((due_at - EPOCH) // timedelta(microseconds=1))
    return f"{origin} {due} {int(messages)}"


def read(payload: str, origin: str) -> Committed | None:
    """Return what a notification tells; None for our own, and for one that cannot be understood."""
    parts = payload.split(" ")
    if len(parts) != 3 or parts[0] == origin:
        return None
    try:
        due = None if parts[1] == "-" else EPOCH + timedelta(microseconds=int(parts[1]))
    except (ValueError, OverflowError):
        return None
    return Committed(due_at=due, messages=parts[2] == "1")


class Listener:
    """Listens until it is closed.

    Args:
        url: of the database.
        origin: of this process's own notifications.
        told: called in the listening thread.
    """

    def __init__(self, url: str, origin: str, told: Callable[[Committed], None]) -> None:
        self._url, self._origin, self._told = url, origin, told
        self._closing = threading.Event()
        self._ear, self._bell = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="store-listen", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; return when the thread has ended."""
        self._closing.set()
        self._bell.send(b"x")
        self._thread.join()
        self._ear.close()
        self._bell.close()

    def _run(self) -> None:
        missed = False
        while not self._closing.is_set():
            try:
                with connect(self._url) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    if missed:
                        log.warning("finding store.listening: connected again")
                        self._told(EVERYTHING)
                    self._listen(connection)
            except psycopg.Error as trouble:
                if not self._closing.is_set():
                    log.warning("finding store.listening: lost: %s", type(trouble).__name__)
            except Exception as broken:  # noqa: BLE001 - whoever is not woken looks by itself within 15 s
                log.error("finding store.listening: %s", type(broken).__name__)
            missed = True
            self._closing.wait(PAUSE)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        while not self._closing.is_set():
            both = [connection.fileno(), self._ear.fileno()]
            heard, _, _ = select.select(both, [], [], HEARTBEAT)
            if not heard:
                connection.execute("SELECT 1")
            for notice in connection.notifies(timeout=0):
                committed = read(notice.payload, self._origin)
                if committed is not None:
                    self._told(committed)
