"""What is done once a day. A missed day is found from a row of ours, so a night without power loses nothing."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.ports import Clock, Store, Tx
from bot.service.pulse import guarded

log = logging.getLogger(__name__)

DONE = "daily"
EVERY = timedelta(hours=24)


async def anchor_if_due(store: Store, clock: Clock) -> bool:
    """Write the journal's anchor to the log, unless that was done in the last 24 hours; return whether it was.

    The anchor counts all chains and digests their heads: kept outside the database, it shows a journal cut short.
    """

    def work(tx: Tx) -> tuple[int, str] | None:
        now = guarded(tx, clock.now())
        return tx.journal.anchor() if tx.pulses.renew(DONE, now, every=EVERY) else None

    anchor = await store.run(work, name="daily")
    if anchor is not None:
        log.info("journal anchor: %d chains, heads %s", *anchor)
    return anchor is not None
