"""What is done once a day. A missed day is found from a row of ours, so a night without power loses nothing."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.ports import Clock, Store, Tx
from bot.service import details, lost_secrets, people
from bot.service.pulse import guarded

log = logging.getLogger(__name__)

DONE = "daily"
EVERY = timedelta(hours=24)
BATCH = 100


async def work(store: Store, clock: Clock, *, details_kept: timedelta) -> None:
    """Do everything that is done once a day; doing it more often is harmless.

    Args:
        details_kept: how long after a visit its private details are kept.
    """
    await anchor_if_due(store, clock)
    await erase_details(store, clock, kept=details_kept)
    await people.forget_leavers(store)
    await lost_secrets.look(store, clock)


async def erase_details(store: Store, clock: Clock, *, kept: timedelta) -> int:
    """Erase the private details of visits that were over more than `kept` ago; return how many were.

    Details of a visit about which an alarm is open stay until that is over.
    """
    erased = 0
    while True:
        found = await store.run(
            lambda tx: details.erase(tx, guarded(tx, clock.now()) - kept, BATCH), name="erase"
        )
        erased += found
        if not found:
            return erased


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
