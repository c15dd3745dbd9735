"""What became of messages that a platform had accepted: `bot.ports.Receipts` over the store.

A platform that accepts a text may find out later that nobody has that number. Then the reader's next way is tried at once,
and after the last one the ladder hears of it, as of a message that was refused from the start (house rule 5).
"""

from __future__ import annotations

import logging

from bot.ports import Clock, IdSource, Outgoing, Receipt, Store, Tx
from bot.service import outlook, undeliverable, waking
from bot.service.pulse import guarded

log = logging.getLogger(__name__)


class StoredReceipts:
    """Takes receipts in any order and any number; one that was taken before has no effect."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    async def receipt(self, platform: str, ref: str, what: Receipt) -> bool:
        """Hear what became of a message. See `bot.ports.Receipts`."""
        return await self._store.run(lambda tx: self._hear(tx, platform, ref, what), name="receipt")

    def _hear(self, tx: Tx, platform: str, ref: str, what: Receipt) -> bool:
        row = tx.outbox.posted_as(ref)
        if row is None or row.ref_way is None or row.ref_way.platform != platform:
            return False
        if row.visit_id is not None:
            tx.visits.hold(row.visit_id)  # before its message: commands lock in this order too
        now = guarded(tx, self._clock.now())
        if what is Receipt.DELIVERED:
            tx.outbox.delivered(row, at=now)
            return True
        self._next(tx, row, platform)
        return True

    def _next(self, tx: Tx, row: Outgoing, platform: str) -> None:
        """Take the reader's next way, or tell the ladder; nothing when it has arrived after all."""
        now = guarded(tx, self._clock.now())
        person = tx.rosters.person(row.person_id) if row.person_id else None
        ways = outlook.ways_of(row, person)
        # After the last one those that refused for the moment only have one more turn.
        way = row.way + 1 if row.way + 1 < len(ways) else 0 if row.way and row.attempts else None
        if not tx.outbox.returned(row, way=way, now=now):
            return
        log.warning("finding way.%s: a message was accepted and did not arrive", platform)
        if way is None and not waking.instead(tx, row, now=now):
            undeliverable.tell(tx, row, now=now, ids=self._ids)
