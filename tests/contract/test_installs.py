"""Workspaces that have let us in: one token each, sealed for its place, and codes that are good once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.ports import Install, Tx
from tests.contract.conftest import AnyStore, tamper
from tests.contract.making import T0

ONE = Install("slack", "T1", "U1", "token-one")
TWO = Install("slack", "T2", "U2", "token-two")


async def test_each_workspace_has_its_own(store: AnyStore) -> None:
    def write(tx: Tx) -> None:
        for each in (TWO, ONE, replace(ONE, platform="other")):
            tx.installs.put(each, now=T0)

    await store.run(write, name="w")
    assert await store.read(lambda tx: tx.installs.get("slack", "T1")) == ONE
    assert await store.read(lambda tx: tx.installs.get("slack", "T3")) is None
    assert await store.read(lambda tx: tx.installs.all_of("slack")) == ("T1", "T2")
    anew = replace(ONE, token="token-anew")
    await store.run(lambda tx: tx.installs.put(anew, now=T0), name="w")
    assert await store.read(lambda tx: tx.installs.get("slack", "T1")) == anew


async def test_one_that_was_replaced_meanwhile_is_not_erased(store: AnyStore) -> None:
    await store.run(lambda tx: tx.installs.put(ONE, now=T0), name="w")
    old = replace(ONE, token="token-old")
    assert not await store.run(lambda tx: tx.installs.remove(old), name="w")
    assert await store.run(lambda tx: tx.installs.remove(ONE), name="w")
    assert not await store.run(lambda tx: tx.installs.remove(ONE), name="w")
    assert await store.read(lambda tx: tx.installs.all_of("slack")) == ()


async def test_tokens_that_were_swapped_do_not_open(store: AnyStore) -> None:
    def write(tx: Tx) -> None:
        tx.installs.put(ONE, now=T0)
        tx.installs.put(TWO, now=T0)

    await store.run(write, name="w")
    with store.engine.begin() as connection:
        swap = "UPDATE install SET token = (SELECT token FROM install WHERE workspace = 'T2') WHERE workspace = 'T1'"
        assert tamper(connection, swap) == 1
    assert await store.read(lambda tx: tx.installs.get("slack", "T1")) is None
    assert await store.read(lambda tx: tx.installs.get("slack", "T2")) == TWO


async def test_a_code_is_good_once_and_forgotten_when_it_is_too_old(store: AnyStore) -> None:
    end = T0 + timedelta(minutes=10)

    async def use(code: str, after: timedelta) -> bool:
        return await store.run(
            lambda tx: tx.installs.use(code, now=T0 + after, until=end), name="w"
        )

    assert await use("a", timedelta())
    assert not await use("a", timedelta(minutes=9, seconds=59))
    assert await use("b", timedelta(minutes=10))
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT digest FROM used_code").all()
    assert len(rows) == 1
    assert "b" not in [row.digest for row in rows], "digests alone are kept"
