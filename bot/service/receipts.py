"""What became of messages that a platform had accepted: `bot.ports.Receipts` over the store.

A platform that accepts a text may find out later that nobody has that number, or say nothing at all (`awaiting`). Then the
reader's next way is tried at once, and after the last one the ladder hears of it, as of a message that was refused from the
start (house rule 5).
"""

from __future__ import annotations

import logging
from datetime import datetime

from bot.domain.waking import TEST
from bot.ports import Clock, IdSource, Outgoing, Receipt, Store, Tx
from bot.service import outlook, proving, undeliverable, waking
from bot.service.pulse import guarded

log = logging.getLogger(__name__)


class StoredReceipts:
    """Takes receipts in any order and any number; one that was taken before has no effect."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    async def receipt(self, platform: str, ref: str, what: Receipt) -> bool:
        """Hear what became of a message. See `bot.ports.Receipts`."""

        def work(tx: Tx) -> bool:
            row = tx.outbox.posted_as(ref)
            if row is None or row.ref_way is None or row.ref_way.platform != platform:
                return False
            hear(tx, row, what, now=guarded(tx, self._clock.now()), ids=self._ids)
            return True

        return await self._store.run(work, name="receipt")


def hear(tx: Tx, row: Outgoing, what: Receipt | None, *, now: datetime, ids: IdSource) -> None:
    """Do what follows from what became of a posted message; None: nobody has said so in time."""
    if row.visit_id is not None:
        tx.visits.hold(row.visit_id)  # before its message: commands lock in this order too
    if what is Receipt.DELIVERED:
        tx.outbox.delivered(row, at=now)
        if row.key == TEST:
            proving.arrived(tx, row, now=now)
    elif _taken_back(tx, row, now=now, ids=ids, silent=what is None):
        platform = row.ref_way.platform if row.ref_way else ""
        known = "nobody says whether it arrived" if what is None else "it did not arrive"
        log.warning("finding way.%s: a message was accepted, and %s", platform, known)


def _taken_back(tx: Tx, row: Outgoing, *, now: datetime, ids: IdSource, silent: bool) -> bool:
    """Take the reader's next way, or tell the ladder; return False, having done nothing, when it has arrived after all."""
    person = tx.rosters.person(row.person_id) if row.person_id else None
    ways = outlook.ways_of(row, person)
    # After the last one those that refused for the moment only have one more turn.
    way = row.way + 1 if row.way + 1 < len(ways) else 0 if row.way and row.attempts else None
    if not tx.outbox.returned(row, way=way, now=now, silent=silent):
        return False
    if way is None and not waking.instead(tx, row, now=now):
        undeliverable.tell(tx, row, now=now, ids=ids)
    return True
