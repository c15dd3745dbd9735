"""The door: an event is decided on, or kept, and on disk before its platform hears that it was taken (house rule 2)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.domain.message import Choice, Rendered
from bot.domain.people import Way
from bot.ports import (
    Ahead,
    Clock,
    IdSource,
    InboundEvent,
    InTurn,
    Received,
    Store,
    Tx,
    Unavailable,
)
from bot.service import home, offering, opening, plain_alarm
from bot.service.ahead import for_events
from bot.service.handling import handle
from bot.service.listening import TOGETHER, Listener
from bot.service.pulse import back_off, guarded
from bot.service.turn import REFUSED, STRANGER

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=1)
"""How long a decision may take before the event is kept for the engine instead."""
BATCH = 50


class _Stranger(Exception):  # rolls the transaction back; never leaves this module
    pass


class DurableIntake:
    """`bot.ports.Intake` over a store. Also finishes what was kept (`step`), called by the engine's loop."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, *, patience: timedelta = PATIENCE
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._patience = patience.total_seconds()
        self._listener = Listener()
        self._deciding: set[asyncio.Future[Received]] = set()

    async def receive(self, event: InboundEvent) -> Received:
        """Decide on an event, or keep it, and only then return. See `bot.ports.Intake`."""
        deciding = asyncio.ensure_future(self._decide(event))
        self._deciding.add(deciding)
        deciding.add_done_callback(self._deciding.discard)
        try:
            return await asyncio.wait_for(asyncio.shield(deciding), self._patience)
        except _Stranger:
            await self._store.run(lambda tx: self._stranger(tx, event), name="keep")
            return Received.STRANGER
        except Unavailable:
            raise
        except TimeoutError:
            deciding.add_done_callback(_swallow)
        except Exception as broken:  # noqa: BLE001 - whatever it is, the event must not be lost
            log.error("finding intake.broken: an event was kept: %s", type(broken).__name__)
        await self._store.run(lambda tx: self._keep(tx, event), name="keep")
        return Received.KEPT

    async def show(self, event: InboundEvent) -> Rendered | None:
        """Return the view that a press asks for, once it is in the journal. See `bot.ports.Intake`."""
        try:
            return await self._store.run(
                lambda tx: self._show(tx, event),
                name="show",
            )
        except Unavailable:
            raise
        except Exception as broken:  # noqa: BLE001 - whatever it is, the presser is told to try again
            # Its type alone: what went wrong may hold what was to be shown.
            log.error("finding intake.show: a view could not be made: %s", type(broken).__name__)
            raise Unavailable("a view could not be made") from None

    async def form(self, event: InboundEvent, *, of: str | None) -> Choice | None:
        """Return a button with its form as it is to be filled in now. See `bot.ports.Intake`."""
        try:
            return await self._store.read(
                lambda tx: offering.form(tx, event, of=of, now=guarded(tx, self._clock.now()))
            )
        except Unavailable:
            raise
        except Exception as broken:  # noqa: BLE001 - whatever it is, the presser is told to try again
            log.error("finding intake.form: a form could not be made: %s", type(broken).__name__)
            raise Unavailable("a form could not be made") from None

    async def home(self, event: InboundEvent) -> Rendered | None:
        """Return the own page of the event's sender. See `bot.ports.Intake`."""
        return await self._store.read(
            lambda tx: home.home(tx, event, now=guarded(tx, self._clock.now()))
        )

    async def step(self) -> int:
        """Finish events that were kept and are due; return how many were looked at.

        One that breaks again is put back with a growing pause; the first time, the plain alarm is raised for its sender.
        """
        now = self._clock.now()
        # Not a plain read: an event whose body no longer opens is set aside, and that has to last.
        kept, unread = await self._store.run(lambda tx: _kept(tx, now), name="kept")
        if unread:
            log.error("finding inbox.unreadable: %d events no longer open", unread)
        for event in kept:
            try:
                await self._decide(event)
            except _Stranger:
                await self._store.run(partial(_forget, event=event), name="put back")
            except Unavailable:
                raise
            except Exception as broken:  # noqa: BLE001 - one event must not stop the others
                log.error("finding intake.broken: put back: %s", type(broken).__name__)
                await self._put_back(event)
        return len(kept)

    async def _decide(self, event: InboundEvent) -> Received:
        # In order of each person: "start" and "done" sent one right after the other must not overtake each other.
        turn = f"{event.platform}\n{event.sender}"
        ahead = Ahead(self._read_ahead, event)
        work = InTurn(turn, lambda tx: self._work(tx, event), ahead)
        return await self._store.run(work, name="inbound")

    def _read_ahead(self, tx: Tx, events: Sequence[InboundEvent]) -> None:
        since = guarded(tx, self._clock.now()) - TOGETHER
        for_events(tx, events, since=since)

    def _work(self, tx: Tx, event: InboundEvent) -> Received:
        now = guarded(tx, self._clock.now())
        if not tx.inbox.begin(event, now=now):
            return Received.SEEN
        # Before the grammar, the roster's refusals, and anything else that could stop it (covert rule 1).
        self._listener.hear(tx, event, now=now)
        outcome = handle(tx, event, now=now, ids=self._ids)
        if outcome == STRANGER:
            raise _Stranger
        tx.inbox.finish(event, outcome=outcome)
        return Received.REFUSED if outcome == REFUSED else Received.DECIDED

    def _show(self, tx: Tx, event: InboundEvent) -> Rendered | None:
        now = guarded(tx, self._clock.now())
        self._listener.hear(tx, event, now=now)
        return opening.show(tx, event, now=now, ids=self._ids)

    def _keep(self, tx: Tx, event: InboundEvent) -> None:
        """Keep an event; what is heard in it, whoever sent it, does not wait until it can be decided (covert rules 1, 2)."""
        now = self._clock.now()
        if not tx.inbox.keep(event, now=now):
            return  # what came before was heard then
        known = tx.rosters.at(Way(event.platform, event.sender)) is not None
        hear = self._listener.hear if known else self._listener.hear_stranger
        hear(tx, event, now=guarded(tx, now))

    def _stranger(self, tx: Tx, event: InboundEvent) -> None:
        self._listener.hear_stranger(tx, event, now=guarded(tx, self._clock.now()))

    async def _put_back(self, event: InboundEvent) -> None:
        now = self._clock.now()

        def work(tx: Tx) -> None:
            if tx.inbox.failed(event, now=now, pause=back_off) == 1:
                plain_alarm.about_sender(tx, event, now=now)

        await self._store.run(work, name="put back")


def _kept(tx: Tx, now: datetime) -> tuple[tuple[InboundEvent, ...], int]:
    """Return what is to be finished, and how many could not be read; of those people hear in the same transaction."""
    kept = tx.inbox.kept(now, BATCH)
    unread = tx.inbox.set_aside()
    for event in unread:
        plain_alarm.about_unread(tx, event, now=guarded(tx, now))
    return kept, len(unread)


def _forget(tx: Tx, event: InboundEvent) -> None:
    """Finish a kept event whose sender has left the roster since."""
    tx.inbox.finish(event, outcome=REFUSED)


def _swallow(deciding: asyncio.Future[Received]) -> None:
    """Take the result of a decision that nobody waits for any more; the kept copy of its event stands for it."""
    if not deciding.cancelled():
        deciding.exception()
