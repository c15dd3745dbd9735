"""The unit of work: one transaction as a work function sees it; what it saves is written together at its end."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.ports import (
    Cases,
    Details,
    Duresses,
    Escalations,
    Inbox,
    Installs,
    Journal,
    Outbox,
    Overhearing,
    Placements,
    Policies,
    Proofs,
    Pulses,
    References,
    Rosters,
    Secrets,
    Spent,
    Troubles,
    Visits,
)
from storage.details import SqlDetails
from storage.dialect import READS
from storage.due import SqlDuresses, SqlEscalations, SqlVisits
from storage.inbox import SqlInbox
from storage.installs import SqlInstalls
from storage.journal import SqlJournal
from storage.outbox import SqlOutbox
from storage.overheard import SqlOverhearing, SqlSecrets
from storage.placed import SqlPlacements
from storage.references import SqlReferences
from storage.roster_cache import RosterReading
from storage.rosters import SqlRosters
from storage.session import Session, Told, Tools
from storage.small import SqlCases, SqlPolicies, SqlPulses
from storage.ways import SqlProofs, SqlSpent, SqlTroubles


class SqlTx:
    """`bot.ports.Tx` over one connection. Whoever made it finishes it, then commits.

    Args:
        connection: inside a transaction.
        tools: of the store.
        rosters: of this transaction; earlier works of it may have read already.
    """

    def __init__(self, connection: Connection, tools: Tools, rosters: RosterReading) -> None:
        reads = connection.get_execution_options().get(READS, False)
        session = Session(connection, tools, rosters, flush=_flushing(self), reads=reads)
        self.told: Told = session.told
        self._reading = rosters
        self._visits = SqlVisits(session)
        self._escalations = SqlEscalations(session)
        self._duresses = SqlDuresses(session)
        self._overheard = SqlOverhearing(session)
        self._journal = SqlJournal(session)
        self._outbox = SqlOutbox(session)
        self._inbox = SqlInbox(session)
        self.visits: Visits = self._visits
        self.escalations: Escalations = self._escalations
        self.journal: Journal = self._journal
        self.outbox: Outbox = self._outbox
        self.inbox: Inbox = self._inbox
        self.rosters: Rosters = SqlRosters(session)
        self.policies: Policies = SqlPolicies(session)
        self.pulses: Pulses = SqlPulses(session)
        self.details: Details = SqlDetails(session)
        self.cases: Cases = SqlCases(session)
        self.duresses: Duresses = self._duresses
        self.overheard: Overhearing = self._overheard
        self.secrets: Secrets = SqlSecrets(session)
        self.placed: Placements = SqlPlacements(session)
        self.installs: Installs = SqlInstalls(session)
        self.references: References = SqlReferences(session)
        self.proofs: Proofs = SqlProofs(session)
        self.troubles: Troubles = SqlTroubles(session)
        self.spent: Spent = SqlSpent(session)

    def next_due(self) -> datetime | None:
        """Return the earliest deadline of all visits, alarms of both kinds and people, from the index; None for none ever."""
        self.flush()
        each = (
            self._visits.next_due(),
            self._escalations.next_due(),
            self.rosters.next_end(),
            self._duresses.next_due(),
            self._overheard.next_due(),
        )
        earliest = min((at for at in each if at is not None), default=None)
        self.told.next_due = (earliest,)
        return earliest

    def finish(self) -> None:
        """Write everything that is to be committed. Raises StaleVisit."""
        self.flush()
        self._reading.flush()

    def flush(self) -> None:
        """Write what is buffered, always in the same order. Raises StaleVisit."""
        self._visits.flush()
        self._escalations.flush()
        self._duresses.flush()
        self._overheard.flush()
        self._journal.flush()
        self._outbox.flush()
        self._inbox.flush()


def _flushing(tx: SqlTx) -> Callable[[], None]:
    """Return what flushes a transaction for its parts, without holding it.

    One that is held by its own parts stays, with everything that it has read, until Python searches for garbage.
    """
    held = weakref.ref(tx)

    def flush() -> None:
        still = held()
        assert still is not None, "a part was used after its transaction"
        still.flush()

    return flush
