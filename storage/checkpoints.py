"""Moving what was committed from SQLite's write-ahead log into the database itself, beside the writer instead of in it.

By itself SQLite does so within a commit, once the log has a thousand pages: people wait meanwhile for a good many pages
to be written and synced. A thread of its own does it a moment after a commit, while the writer goes on. Where it does not
get that far, because there is never a quiet moment, the writer does the rest at `LONGEST_LOG`.
"""

from __future__ import annotations

import logging
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

PAUSE = 0.2
"""Seconds from a commit until what was committed by then is moved."""
LONGEST_LOG = 4_000
"""Pages of the log at which the writer moves the rest itself: 16 MB."""


class Checkpoints:
    """The thread that does it; one for each store on a file. It loses nothing by ending: the log holds whatever it left."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._committed, self._closed = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-checkpoint", daemon=True)
        self._thread.start()

    def due(self) -> None:
        """Hear that something was committed. Costs next to nothing."""
        self._committed.set()

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        self._committed.set()
        self._thread.join()

    def _run(self) -> None:
        while self._committed.wait() and not self._closed.wait(PAUSE):
            self._committed.clear()
            try:
                self._move()
            except DBAPIError as trouble:
                # The log goes on growing until the next one succeeds, or the writer's own does.
                log.warning("finding store.checkpoint: %s", type(trouble.orig).__name__)

    def _move(self) -> None:
        """Move what no reader needs in the log any more. It waits for nobody, and nobody waits for it."""
        raw = self._engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
        finally:
            raw.close()
