"""Where people and channels are reached: one reference for each address, sealed for its place."""

from __future__ import annotations

from dataclasses import replace

from bot.ports import Reference, Tx
from tests.contract.conftest import AnyStore, tamper
from tests.contract.making import T0

ONE = Reference("teams", "a-1", "chat-one", "https://one.example/", "29:one")
TWO = Reference("teams", "a-2", "chat-two", "https://two.example/", "29:two")


async def test_each_address_has_its_own(store: AnyStore) -> None:
    def write(tx: Tx) -> None:
        for each in (TWO, ONE, replace(ONE, platform="other", chat="elsewhere")):
            tx.references.put(each, now=T0)

    await store.run(write, name="w")
    assert await store.read(lambda tx: tx.references.get("teams", "a-1")) == ONE
    assert await store.read(lambda tx: tx.references.get("teams", "a-3")) is None
    anew = replace(ONE, chat="chat-anew", handle="29:anew")
    await store.run(lambda tx: tx.references.put(anew, now=T0), name="w")
    assert await store.read(lambda tx: tx.references.get("teams", "a-1")) == anew
    assert await store.read(lambda tx: tx.references.called("teams", "29:one")) is None


async def test_somebody_is_found_by_what_the_platform_calls_them(store: AnyStore) -> None:
    def write(tx: Tx) -> None:
        for each in (ONE, TWO, Reference("teams", "a-channel", "19:c", "https://one.example/")):
            tx.references.put(each, now=T0)

    await store.run(write, name="w")
    assert await store.read(lambda tx: tx.references.called("teams", "29:two")) == TWO
    assert await store.read(lambda tx: tx.references.called("other", "29:two")) is None
    assert await store.read(lambda tx: tx.references.called("teams", "29:nobody")) is None


async def test_one_is_erased_once(store: AnyStore) -> None:
    await store.run(lambda tx: tx.references.put(ONE, now=T0), name="w")
    assert await store.run(lambda tx: tx.references.remove("teams", "a-1"), name="w")
    assert not await store.run(lambda tx: tx.references.remove("teams", "a-1"), name="w")
    assert await store.read(lambda tx: tx.references.get("teams", "a-1")) is None


async def test_references_that_were_swapped_do_not_open_and_nothing_stands_in_clear(
    store: AnyStore,
) -> None:
    def write(tx: Tx) -> None:
        tx.references.put(ONE, now=T0)
        tx.references.put(TWO, now=T0)

    await store.run(write, name="w")
    with store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM reference").all()
        swap = "UPDATE reference SET body = (SELECT body FROM reference WHERE called = :two) WHERE called = :one"
        one, two = [row.called for row in sorted(rows, key=lambda row: row.called)]
        assert tamper(connection, swap, one=one, two=two) == 1
    clear = ("a-1", "a-2", "29:", "chat-", "example")
    assert not [row for row in rows if any(text in repr(row) for text in clear)]
    both = [await store.read(lambda tx: tx.references.get("teams", at)) for at in ("a-1", "a-2")]  # noqa: B023 - read at once
    assert [each for each in both if each is not None] in ([ONE], [TWO])
