"""What became of messages of which nobody has said so in time: platforms that have to be asked are asked, and silence counts.

A receipt that never comes counts as one that says "not delivered": the reader's next way is taken, or the ladder hears of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.errors import DeliveryFailed
from bot.ports import Asked, Awaited, Clock, IdSource, Receipt, Sender, Store, Tx, Unavailable
from bot.service import receipts
from bot.service.pulse import guarded

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Messages that are looked after at a time."""
AGAIN = timedelta(seconds=20)
"""How long after a look there is another; and how long one may take."""
ASKING = timedelta(seconds=10)
"""How long a platform has to answer."""


class Awaiting:
    """Looks after messages that were posted and not heard of. One per process; several may look after the same."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, senders: Mapping[str, Sender]
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._asked = {name: one for name, one in senders.items() if isinstance(one, Asked)}

    async def hear(self, awaited: Sequence[Awaited]) -> None:
        """Find out what became of these, and do what follows. Raises nothing: what fails is looked at again."""
        await asyncio.gather(*(self._one(each) for each in awaited))

    async def _one(self, each: Awaited) -> None:
        ref, way = each.row.ref, each.row.ref_way
        if ref is None or way is None:
            return
        what = await self._became(way.platform, ref)
        if what is None and self._clock.now() < each.until:
            return

        def work(tx: Tx) -> None:
            row = tx.outbox.find(each.row.dedupe)
            if row is not None and row.ref == ref:  # nothing else has come of it meanwhile
                receipts.hear(tx, row, what, now=guarded(tx, self._clock.now()), ids=self._ids)

        try:
            await self._store.run(work, name="unheard")
        except Unavailable:
            log.error("finding relay.store: the database takes no commit")
        except Exception as broken:  # noqa: BLE001 - it is looked at again
            log.error("finding relay.unheard: %s", type(broken).__name__)

    async def _became(self, platform: str, ref: str) -> Receipt | None:
        sender = self._asked.get(platform)
        if sender is None:
            return None
        try:
            async with asyncio.timeout(ASKING.total_seconds()):
                return await sender.became(ref)
        except (DeliveryFailed, TimeoutError):
            return None
        except Exception as broken:  # noqa: BLE001 - silence is what it comes to
            log.error("finding relay.sender: %s raised %s", platform, type(broken).__name__)
            return None
