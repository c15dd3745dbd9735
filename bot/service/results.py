"""What follows from a try to send: sent, tried again, by another way, or failed for good. It decides, and writes nothing."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain import proving, waking
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Priority
from bot.domain.people import Way
from bot.domain.replacing import replace
from bot.ports import Asked, Outgoing, Posted, Result, Sender
from bot.service.outlook import CHANGING, TELL_THE_LADDER, Outlook

log = logging.getLogger("bot.service.relay")

RETRY_LONGEST = timedelta(seconds=60)
RETRY_LONGEST_ALARM = timedelta(seconds=15)
ASKED_AFTER = timedelta(seconds=10)
"""When a platform that does not say so by itself is first asked what became of a message."""
A_DAY = timedelta(days=1)
LONG = timedelta(minutes=1)
"""A platform that wants that much of a pause takes nothing just now; a shorter one only asks for our patience."""


def settled(row: Outgoing, state: Posted, *, live: bool) -> Result:
    """Return that a message needs no further try; what stands at its platform stays.

    Args:
        live: whether it may still be edited when what it tells of changes.
    """
    return _shown(row, state, row.digest, row.ref, row.ref_way, live=live)


def _shown(
    row: Outgoing, state: Posted, digest: str, ref: str | None, ref_way: Way | None, *, live: bool
) -> Result:
    return Result(
        row,
        state,
        shown=row.wanted,
        digest=digest,
        ref=ref,
        ref_way=ref_way,
        way=row.way,
        live=live and row.key in CHANGING,
    )


def sent(seen: Outlook, sender: Sender, ref: str, digest: str, now: datetime) -> Result:
    """Return that a platform has taken a message; where it says later what became of it, that is waited for."""
    row = seen.row
    done = _shown(row, Posted.SENT, digest, ref, seen.way, live=not seen.last)
    if row.key in waking.KEYS:
        # It stays known that a way before refused for the moment: a receipt may yet say that nothing arrived.
        done = replace(done, attempts=row.attempts)
    within = sender.capabilities.told_within
    if within is None or row.key not in waking.HEARD_OF:
        return done
    until = now + (proving.WITHIN if row.key == waking.TEST else within)
    asks = isinstance(sender, Asked) and not sender.capabilities.tells
    first = min(now + ASKED_AFTER, until) if asks else until
    return replace(done, hear_at=first, hear_until=until)


def spent(seen: Outlook, now: datetime) -> tuple[Result, bool]:
    """Return what follows when the day's messages are used up: a test waits until tomorrow, an answer is not sent."""
    if seen.row.key == waking.TEST:
        return _again(seen.row, now + A_DAY, way=seen.row.way), False
    return failed(seen, DeliveryFailed("the day's messages are used up", permanent=True), now)


def failed(seen: Outlook, how: DeliveryFailed, now: datetime) -> tuple[Result, bool]:
    """Decide what follows a failure: the person's next way, another try, or the end of the ways (house rule 5).

    Returns:
        The result; and whether the reader's other ways are to be taken, or the ladder is to hear of it.
    """
    row = seen.row
    if how.permanent:
        if row.ref is not None:
            log.warning("finding relay.gone: a posted message cannot be edited any more")
            if _asks(seen):
                return _anew(row, now), False
            return settled(row, Posted.SENT, live=False), False
        if row.way + 1 < seen.ways:
            return _again(row, now, way=row.way + 1, attempts=row.attempts), False
        if row.attempts and seen.ways > 1:
            # A way before this one refused for the moment only: begin anew with the first.
            again = _again(row, now + RETRY_LONGEST_ALARM, way=0)
            return _late(again, now, seen.patience, now)
        log.warning("finding relay.failed: a message %s has no way left", row.key)
        return settled(row, Posted.FAILED, live=False), True
    alarm = row.priority <= Priority.ESCALATION
    attempts = row.attempts + 1
    longest = RETRY_LONGEST_ALARM if alarm else RETRY_LONGEST
    pause = min(longest, timedelta(seconds=2 ** min(attempts, 6)))
    way, until = row.way, now
    if alarm and seen.ways > 1 and row.ref is None:
        # An alarm does not wait for a platform that cannot take it now: the next way is tried at once.
        way = (row.way + 1) % seen.ways
        pause = timedelta() if way else pause
    elif how.retry_after is not None:
        pause = max(pause, how.retry_after)
        until = now + how.retry_after
    again = _again(row, now + pause, way=way, attempts=attempts, uncertain=how.uncertain)
    if seen.way is not None and (how.retry_after is None or how.retry_after >= LONG):
        again = replace(again, tried=seen.way.platform)
    return _late(again, until, seen.patience, now)


def unshown(row: Outgoing, now: datetime) -> tuple[Result, bool]:
    """Return a further try for a row that something in us cannot show."""
    attempts = row.attempts + 1
    pause = min(RETRY_LONGEST, timedelta(seconds=2 ** min(attempts, 6)))
    again = _again(row, now + pause, way=row.way, attempts=attempts)
    return _late(again, now, TELL_THE_LADDER, now)


def _late(
    again: Result, until: datetime, patience: timedelta, now: datetime
) -> tuple[Result, bool]:
    """Return a further try, and whether it is time for the reader's other ways, or for the ladder to hear of it.

    Args:
        until: nothing is taken before this instant; now, unless the platform itself said so.
        patience: how long it may go untaken, from when it was decided.
    """
    row, at = again.row, again.retry_at
    waits = row.ref is None and not row.reported
    late = waits and until - row.created_at >= patience
    if waits and not late and at is not None:
        at = min(at, max(row.created_at + patience, now))
    return replace(again, reported=row.reported or late, retry_at=at), late


def _asks(seen: Outlook) -> bool:
    """Return whether it is of an alarm, and asks something of its reader."""
    asks = seen.rendered is not None and bool(seen.rendered.choices)
    return asks and seen.row.priority <= Priority.ESCALATION and not seen.last


def _anew(row: Outgoing, now: datetime) -> Result:
    """Return a new post of an alarm whose message may have been deleted: that is nobody's acknowledgement.

    Platforms refuse the edit of what was deleted in more than one way, so any refusal for good counts. When the reader
    cannot be reached at all any more, the new post is refused too, and the ladder hears of it.
    """
    again = _again(row, now, way=0)
    return replace(again, digest="", ref=None, ref_way=None, reported=False)


def _again(
    row: Outgoing,
    at: datetime,
    *,
    way: int,
    attempts: int = 0,
    uncertain: bool = False,
) -> Result:
    return Result(
        row,
        Posted.UNCERTAIN if uncertain else Posted.WAITING,
        shown=None,
        digest=row.digest,
        ref=row.ref,
        ref_way=row.ref_way,
        way=way,
        attempts=attempts,
        retry_at=at,
        reported=row.reported,
    )
