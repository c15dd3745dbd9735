"""What arrived is decided once, for ever, and its body is forgotten then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import InvariantBroken
from bot.ports import InboundKind, Tx
from bot.sealing import Keyring
from storage.inline import InlineStore
from storage.store import SqliteStore
from tests.contract.conftest import AnyStore, tamper
from tests.contract.making import LOCAL, MICROSECOND, MINUTE, T0, event
from tests.fakes.ids import SeededIds

PRESS = event(
    kind=InboundKind.PRESS,
    choice="ack:1",
    fields={"ref": "CAD 12 é"},
    channel="#north",
    edits="ev_0",
    text="line\nline",
    sent_at=T0 + MICROSECOND,
)


def decide(tx: Tx) -> bool:
    new = tx.inbox.begin(event(), now=T0)
    if new:
        tx.inbox.finish(event(), outcome="done")
    return new


async def test_an_event_is_decided_once(store: AnyStore) -> None:
    assert [await store.run(decide, name="w") for _ in range(3)] == [True, False, False]
    assert await store.read(lambda tx: tx.inbox.outcome(LOCAL, "ev_1")) == "done"
    assert await store.read(lambda tx: tx.inbox.outcome(LOCAL, "ev_2")) is None
    assert await store.read(lambda tx: tx.inbox.outcome("slack", "ev_1")) is None


async def test_a_refused_event_stays_refused(store: AnyStore) -> None:
    def refuse(tx: Tx) -> None:
        assert tx.inbox.begin(event(), now=T0)
        tx.inbox.finish(event(), outcome="refused")

    await store.run(refuse, name="w")
    assert await store.run(decide, name="w") is False
    assert not await store.run(lambda tx: tx.inbox.keep(event(), now=T0), name="w")
    assert await store.read(lambda tx: tx.inbox.outcome(LOCAL, "ev_1")) == "refused"


async def test_a_decision_that_was_undone_may_be_made_again(store: AnyStore) -> None:
    def fail(tx: Tx) -> None:
        assert decide(tx)
        raise InvariantBroken("no")

    with pytest.raises(InvariantBroken):
        await store.run(fail, name="w")
    assert await store.run(decide, name="w") is True


async def test_a_kept_event_comes_back_whole_and_is_decided_once(store: AnyStore) -> None:
    assert await store.run(lambda tx: tx.inbox.keep(PRESS, now=T0), name="w")
    assert not await store.run(lambda tx: tx.inbox.keep(PRESS, now=T0), name="w")
    assert await store.read(lambda tx: tx.inbox.outcome(LOCAL, "ev_1")) == "kept"
    assert await store.read(lambda tx: tx.inbox.kept(T0 - MICROSECOND, 9)) == ()
    assert await store.read(lambda tx: tx.inbox.kept(T0, 9)) == (PRESS,)
    assert [await store.run(decide, name="w") for _ in range(2)] == [True, False]
    assert await store.read(lambda tx: tx.inbox.kept(T0, 9)) == ()
    with store.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT body FROM inbox").scalar() is None


async def test_kept_events_come_in_the_order_of_arrival(store: AnyStore) -> None:
    def keep(tx: Tx) -> None:
        for name in ("z", "a", "m"):
            tx.inbox.keep(event(name), now=T0)
        tx.inbox.keep(event("first"), now=T0 - MINUTE)

    await store.run(keep, name="w")
    found = await store.read(lambda tx: tx.inbox.kept(T0, 3))
    assert [each.event_id for each in found] == ["first", "z", "a"]


async def test_a_kept_event_that_fails_is_put_back(store: AnyStore) -> None:
    def pause(times: int) -> timedelta:
        return times * MINUTE

    await store.run(lambda tx: tx.inbox.keep(event(), now=T0), name="w")
    for times in (1, 2):
        assert (
            await store.run(lambda tx: tx.inbox.failed(event(), now=T0, pause=pause), name="w")
            == times
        )
    assert await store.read(lambda tx: tx.inbox.kept(T0 + 2 * MINUTE - MICROSECOND, 9)) == ()
    assert len(await store.read(lambda tx: tx.inbox.kept(T0 + 2 * MINUTE, 9))) == 1
    with pytest.raises(InvariantBroken):
        await store.run(lambda tx: tx.inbox.failed(event("x"), now=T0, pause=pause), name="w")


async def test_one_that_no_longer_opens_holds_nobody_up(store: AnyStore) -> None:
    def keep(tx: Tx) -> None:
        tx.inbox.keep(event("broken"), now=T0)
        tx.inbox.keep(event("whole"), now=T0)

    await store.run(keep, name="w")
    with store.engine.begin() as connection:
        tamper(connection, "UPDATE inbox SET body = :nul WHERE event_id = 'broken'")

    def kept(tx: Tx) -> tuple[list[str], list[str]]:
        found = tx.inbox.kept(T0, 1)
        unread = tx.inbox.set_aside()
        assert all(each.received_at == T0 and each.platform == LOCAL for each in unread)
        return [each.event_id for each in found], [each.event_id for each in unread]

    assert await store.run(kept, name="w") == ([], ["broken"])
    assert await store.run(kept, name="w") == (["whole"], [])
    assert await store.read(lambda tx: tx.inbox.outcome(LOCAL, "broken")) == "unreadable"


async def test_an_event_stays_decided_when_the_store_is_opened_again(
    tmp_path: Path, keyring: Keyring, ids: SeededIds
) -> None:
    for first in (True, False):
        store = SqliteStore(tmp_path / "b.db", keyring, ids)
        assert await store.run(decide, name="w") is first
        await store.run(lambda tx: tx.inbox.keep(PRESS, now=T0), name="w")
        await store.close()
    again = InlineStore(keyring, ids, tmp_path / "b.db")
    assert again.run_now(decide, name="w") is False
    await again.close()
