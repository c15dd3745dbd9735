"""The journal holds together, and says where it does not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.domain import facts as f
from bot.domain.journal import link
from bot.ports import SealBroken, Tx
from bot.sealing import Keyring
from storage.inline import InlineStore
from tests.contract.conftest import AnyStore, tamper
from tests.contract.making import MINUTE, T0
from tests.fakes.ids import SeededIds

CHAIN = "vis_1"


def write(tx: Tx) -> None:
    tx.journal.append(CHAIN, f.WorkerArrived(), at=T0, by="per_alice", note="at the door")
    tx.journal.append(CHAIN, f.CheckedIn(), at=T0 + MINUTE, by="per_alice")
    tx.journal.append("vis_2", f.CheckedIn(), at=T0 + MINUTE, by=None)
    tx.journal.append(CHAIN, f.CoverAccepted("per_bob"), at=T0 + MINUTE, by="per_bob", note="later")


async def test_entries_of_one_and_of_several_works_chain(store: AnyStore) -> None:
    await store.run(write, name="w")
    await store.run(
        lambda tx: tx.journal.append(CHAIN, f.VisitEnded(), at=T0, by=None, note=""), name="w"
    )

    def look(tx: Tx) -> None:
        entries = tx.journal.read(CHAIN)
        assert [entry.number for entry in entries] == [1, 2, 3, 4]
        assert [type(entry.fact) for entry in entries] == [
            f.WorkerArrived,
            f.CheckedIn,
            f.CoverAccepted,
            f.VisitEnded,
        ]
        assert [tx.journal.note(entry) for entry in entries] == ["at the door", "", "later", ""]
        assert tx.journal.verify(CHAIN) is None
        assert tx.journal.verify("vis_unknown") is None
        assert tx.journal.read("vis_unknown") == ()
        assert tx.journal.chains("", 9) == ("vis_1", "vis_2")
        assert tx.journal.chains("vis_1", 9) == ("vis_2",)
        assert tx.journal.chains("", 1) == ("vis_1",)

    await store.read(look)


async def test_another_zone_s_instant_is_bound_as_utc(store: AnyStore) -> None:
    at = T0.astimezone(timezone(timedelta(hours=1)))

    def work(tx: Tx) -> None:
        tx.journal.append(CHAIN, f.CheckedIn(), at=at, by=None)
        assert tx.journal.verify(CHAIN) is None

    await store.run(work, name="w")


async def test_the_same_fact_twice_has_another_salt_and_code(store: AnyStore) -> None:
    def work(tx: Tx) -> None:
        for chain in ("a", "b"):
            tx.journal.append(chain, f.CheckedIn(), at=T0, by=None)
        one, other = tx.journal.read("a")[0], tx.journal.read("b")[0]
        assert one.salt != other.salt
        assert one.mac != other.mac

    await store.run(work, name="w")


async def test_the_anchor_moves_with_every_entry(store: AnyStore) -> None:
    empty = await store.read(lambda tx: tx.journal.anchor())
    await store.run(write, name="w")
    first = await store.read(lambda tx: tx.journal.anchor())
    assert (empty[0], first[0]) == (0, 2)
    assert first == await store.read(lambda tx: tx.journal.anchor())
    await store.run(lambda tx: tx.journal.append("vis_2", f.VisitEnded(), at=T0, by=None), name="w")
    second = await store.read(lambda tx: tx.journal.anchor())
    assert second[0] == 2
    assert second[1] != first[1]


async def test_an_erased_note_leaves_the_chain_valid(store: AnyStore) -> None:
    await store.run(write, name="w")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE journal SET note = NULL")

    def look(tx: Tx) -> None:
        assert tx.journal.verify(CHAIN) is None
        assert tx.journal.note(tx.journal.read(CHAIN)[0]) == ""

    await store.read(look)


SWAPPED = """
UPDATE journal SET note = (
    SELECT o.note FROM journal o WHERE o.chain = 'vis_1' AND o.number = 4 - journal.number
) WHERE chain = 'vis_1'
"""
CHANGED, MISSING = "was changed", "is missing"
TAMPERING: dict[str, tuple[list[str], str]] = {
    "a body": (["UPDATE journal SET body = '{}' WHERE number = 3"], f"entry 3 {CHANGED}"),
    "a kind": (["UPDATE journal SET kind = 'Nudged' WHERE number = 2"], f"entry 2 {CHANGED}"),
    "an instant": (["UPDATE journal SET at = at + 1 WHERE number = 2"], f"entry 2 {CHANGED}"),
    "who": (["UPDATE journal SET by = 'per_eve' WHERE number = 1"], f"entry 1 {CHANGED}"),
    "who, to the bot": (["UPDATE journal SET by = NULL WHERE number = 1"], f"entry 1 {CHANGED}"),
    "a salt": (["UPDATE journal SET salt = :nul WHERE number = 1"], f"entry 1 {CHANGED}"),
    "a code": (["UPDATE journal SET mac = :nul WHERE number = 2"], f"entry 2 {CHANGED}"),
    "the bond of a note": (
        ["UPDATE journal SET note_digest = '' WHERE number = 1"],
        f"entry 1 {CHANGED}",
    ),
    "notes swapped": (
        [SWAPPED],
        "the note of entry 1 does not open",
    ),
    "the tail cut": (["DELETE FROM journal WHERE number = 3"], f"entry 3 {MISSING}"),
    "the head cut": (["DELETE FROM journal WHERE number = 1"], f"entry 1 {MISSING}"),
    "a gap": (["DELETE FROM journal WHERE number = 2"], f"entry 2 {MISSING}"),
    "everything cut": (["DELETE FROM journal"], f"entry 1 {MISSING}"),
    "two in another order": (
        [
            "UPDATE journal SET number = 9 WHERE chain = 'vis_1' AND number = 1",
            "UPDATE journal SET number = 1 WHERE chain = 'vis_1' AND number = 2",
            "UPDATE journal SET number = 2 WHERE chain = 'vis_1' AND number = 9",
        ],
        f"entry 1 {CHANGED}",
    ),
    "from another chain": (
        [
            "DELETE FROM journal WHERE chain = 'vis_1' AND number = 1",
            "UPDATE journal SET chain = 'vis_1' WHERE chain = 'vis_2'",
        ],
        f"entry 1 {CHANGED}",
    ),
    "the length": (["UPDATE chain SET length = 2"], "entry 3 is beyond the end"),
    "the record of the length": (["DELETE FROM chain"], "entry 1 is beyond the end"),
    "the last code": (["UPDATE chain SET mac = :nul"], "entry 3 is not the one"),
}


@pytest.mark.parametrize("what", TAMPERING)
async def test_tampering_is_found(store: AnyStore, what: str) -> None:
    await store.run(write, name="w")
    statements, finding = TAMPERING[what]
    with store.engine.begin() as connection:
        for statement in statements:
            assert tamper(connection, statement) > 0
    found = await store.read(lambda tx: tx.journal.verify(CHAIN))
    assert found is not None
    assert found.startswith(finding)


def unkeyed(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def foreign(data: bytes) -> bytes:
    return Keyring([bytes(32)], SeededIds()).mac("journal", data)


@pytest.mark.parametrize("forge", [unkeyed, foreign])
async def test_a_chain_made_anew_without_the_key_is_found(
    store: AnyStore, forge: Callable[[bytes], bytes]
) -> None:
    await store.run(write, name="w")
    entries = await store.read(lambda tx: tx.journal.read(CHAIN))
    before = b""
    with store.engine.begin() as connection:
        for entry in entries:
            new = replace(entry, by="per_eve")
            before = forge(
                link(
                    before=before,
                    chain=new.chain,
                    number=new.number,
                    at=new.at,
                    kind=new.kind,
                    by=new.by,
                    body=new.body,
                    note_digest=new.note_digest,
                    salt=new.salt,
                )
            )
            tamper(
                connection,
                "UPDATE journal SET by = 'per_eve', mac = :mac WHERE chain = :chain AND number = :number",
                mac=before,
                chain=CHAIN,
                number=new.number,
            )
        tamper(connection, "UPDATE chain SET mac = :mac WHERE id = :id", mac=before, id=CHAIN)
    assert await store.read(lambda tx: tx.journal.verify(CHAIN)) is not None


async def test_a_cut_tail_with_its_record_is_found(store: AnyStore) -> None:
    await store.run(write, name="w")
    anchor = await store.read(lambda tx: tx.journal.anchor())
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM journal WHERE chain = 'vis_1' AND number = 3")
        connection.exec_driver_sql(
            "UPDATE chain SET length = 2, mac = (SELECT mac FROM journal "
            "WHERE chain = 'vis_1' AND number = 2) WHERE id = 'vis_1'"
        )
    found = await store.read(lambda tx: tx.journal.verify(CHAIN))
    assert found == "the record of its length was changed, or is older than its seals"
    assert await store.read(lambda tx: tx.journal.anchor()) != anchor


async def test_a_seal_of_another_chain_or_none_is_found(store: AnyStore) -> None:
    await store.run(write, name="w")
    for seal in ("(SELECT seal FROM chain WHERE id = 'vis_2')", ":nul"):
        with store.engine.begin() as connection:
            assert tamper(connection, f"UPDATE chain SET seal = {seal} WHERE id = 'vis_1'") == 1
        found = await store.read(lambda tx: tx.journal.verify(CHAIN))
        assert found == "the record of its length was changed, or is older than its seals"


async def test_a_new_key_in_front_changes_nothing_and_a_lost_one_stops_nothing() -> None:
    ids = SeededIds()
    old, new = bytes(range(32)), bytes(range(1, 33))
    store = InlineStore(Keyring([old], ids), ids)
    store.run_now(write, name="w")
    turned = store.sibling(keyring=Keyring([new, old], ids))
    turned.run_now(write, name="w")
    assert turned.read_now(lambda tx: tx.journal.verify(CHAIN)) is None
    lost = store.sibling(keyring=Keyring([new], ids))

    def look(tx: Tx) -> None:
        assert tx.journal.verify(CHAIN) is not None
        with pytest.raises(SealBroken):
            tx.journal.note(tx.journal.read(CHAIN)[0])
        tx.journal.append(CHAIN, f.VisitEnded(), at=T0, by=None)  # and it goes on

    lost.run_now(look, name="w")
    assert turned.read_now(lambda tx: tx.journal.verify(CHAIN)) is None
