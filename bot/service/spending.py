"""What messages that cost money come to in a day, of all processes together. Nothing holds back an alarm."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.message import Priority
from bot.domain.people import Way
from bot.ports import Outgoing, Posted, Result, Tx

log = logging.getLogger(__name__)


def used_up(
    tx: Tx, row: Outgoing, way: Way | None, a_day: Mapping[str, int], now: datetime
) -> bool:
    """Return whether a message that is no alarm would go out beyond the day's number. Days are those of UTC.

    Args:
        a_day: how many go out in a day by each platform that costs money.
    """
    if way is None or way.platform not in a_day or row.priority <= Priority.ESCALATION:
        return False
    return tx.spent.of(way.platform, now.date()) >= a_day[way.platform]


def note(tx: Tx, results: Sequence[Result], a_day: Mapping[str, int], now: datetime) -> None:
    """Count what was sent; whatever reaches the day's number is a finding, once a day."""
    sent = Counter(
        each.ref_way.platform
        for each in results
        if each.state is Posted.SENT and each.row.ref is None and each.ref_way is not None
    )
    for platform, count in sorted(sent.items()):
        most = a_day.get(platform)
        if most is None:
            continue
        total = tx.spent.add(platform, now.date(), count)
        if total - count < most <= total:
            log.error(
                "finding %s.spending: the day's %d are used up; only alarms go on", platform, most
            )
