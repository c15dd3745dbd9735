"""The intake, where what it kept cannot be read any more."""

from __future__ import annotations

from functools import partial

from bot.ports import InboundEvent, InboundKind, Tx
from bot.sealing import Keyring
from bot.service.intake import BATCH, DurableIntake
from storage.inline import InlineStore
from tests.fakes.clock import START, VirtualClock
from tests.fakes.ids import SeededIds


def event(name: str) -> InboundEvent:
    return InboundEvent("local", name, InboundKind.TEXT, "nobody", START, text="status")


def keep(one: InboundEvent, tx: Tx) -> None:
    assert tx.inbox.keep(one, now=START)


async def test_events_sealed_with_a_lost_key_hold_up_nobody_else() -> None:
    ids = SeededIds()
    store = InlineStore(Keyring([bytes(range(32))], ids), ids)
    lost = [event(f"lost{number}") for number in range(BATCH)]
    for one in lost:
        store.run_now(partial(keep, one), name="keep")
    today = store.sibling(keyring=Keyring([bytes(32)], ids))
    today.run_now(partial(keep, event("readable")), name="keep")
    intake = DurableIntake(today, VirtualClock(), ids)

    assert await intake.step() == 0
    assert await intake.step() == 1

    def outcomes() -> set[str | None]:
        return today.read_now(lambda tx: {tx.inbox.outcome("local", one.event_id) for one in lost})

    assert outcomes() == {"unreadable"}
    await store.close()
