"""Private details in every store: sealed for their visit and name, replaced, found again, erased."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.domain.visit import Visit
from bot.ports import SealBroken, Tx
from bot.sealing import Keyring
from storage.inline import InlineStore
from tests.contract.conftest import AnyStore
from tests.contract.making import MICROSECOND, MINUTE, T0, visit
from tests.fakes.ids import SeededIds

HOME = {"address": "12 Hillside Road", "name": "Edith", "number": "020 7946 0958"}


async def put(store: AnyStore, of: Visit, parts: Mapping[str, str], *, at: int = 0) -> None:
    now = T0 + at * MINUTE
    await store.run(lambda tx: tx.details.put(of, parts, drop=(), now=now), name="put")


async def test_what_was_put_is_read_and_nothing_else(store: AnyStore) -> None:
    await put(store, visit(), HOME)
    assert await store.read(lambda tx: tx.details.read("vis_1")) == HOME
    assert await store.read(lambda tx: tx.details.names("vis_1")) == ("address", "name", "number")
    assert await store.read(lambda tx: tx.details.read("vis_2")) == {}
    assert await store.read(lambda tx: tx.details.names("vis_2")) == ()


async def test_a_part_given_again_replaces_it_and_others_stay(store: AnyStore) -> None:
    await put(store, visit(), HOME)

    def again(tx: Tx) -> None:
        tx.details.put(visit(), {"name": "Vera"}, drop=("number", "born"), now=T0)

    await store.run(again, name="again")
    assert await store.read(lambda tx: tx.details.read("vis_1")) == {
        "address": HOME["address"],
        "name": "Vera",
    }


async def test_the_latest_address_of_the_same_case_is_found(store: AnyStore) -> None:
    await put(store, visit("vis_1"), {"address": "old"}, at=1)
    await put(store, visit("vis_2"), {"address": "new"}, at=2)
    await put(store, visit("vis_3"), {"name": "no address"}, at=3)
    for other in (visit("vis_4", team_id="south"), visit("vis_5", case_ref="WF-2")):
        await put(store, other, {"address": "x"}, at=9)
    assert await store.read(lambda tx: tx.details.earlier(visit("vis_9"))) == "vis_2"
    assert await store.read(lambda tx: tx.details.earlier(visit("vis_2"))) == "vis_1"
    nobody = visit("vis_9", case_ref="WF-3")
    assert await store.read(lambda tx: tx.details.earlier(nobody)) is None


async def test_only_what_was_over_before_the_instant_is_old_and_erased_it_is_gone(
    store: AnyStore,
) -> None:
    for number in (1, 2, 3):
        await put(store, visit(f"vis_{number}"), HOME)

    def close(tx: Tx) -> None:
        tx.details.closed("vis_2", T0)
        tx.details.closed("vis_1", T0 + MICROSECOND)
        tx.details.closed("vis_nothing_on_file", T0)

    await store.run(close, name="close")
    assert await store.read(lambda tx: tx.details.closed_before(T0, 9)) == ()
    late = T0 + MINUTE
    assert await store.read(lambda tx: tx.details.closed_before(late, 9)) == ("vis_2", "vis_1")
    assert await store.read(lambda tx: tx.details.closed_before(late, 1)) == ("vis_2",)
    await store.run(lambda tx: tx.details.erase("vis_2"), name="erase")
    assert await store.read(lambda tx: tx.details.closed_before(late, 9)) == ("vis_1",)
    assert await store.read(lambda tx: tx.details.read("vis_2")) == {}
    with store.engine.connect() as connection:
        left = connection.exec_driver_sql(
            "SELECT count(*) FROM details_part WHERE visit_id='vis_2'"
        )
        assert left.scalar() == 0


async def test_what_was_swapped_or_changed_does_not_open(store: AnyStore) -> None:
    await put(store, visit(), HOME)
    await put(store, visit("vis_2"), {"address": "elsewhere", "name": "Vera"})
    with store.engine.begin() as connection:
        run = connection.exec_driver_sql
        run(
            "UPDATE details_part SET value = (SELECT value FROM details_part AS o"
            " WHERE o.visit_id = 'vis_2' AND o.part = 'address')"
            " WHERE visit_id = 'vis_1' AND part = 'address'"
        )
        run(
            "UPDATE details_part SET value = (SELECT value FROM details_part AS o"
            " WHERE o.visit_id = 'vis_1' AND o.part = 'number')"
            " WHERE visit_id = 'vis_1' AND part = 'name'"
        )
    assert await store.read(lambda tx: tx.details.read("vis_1")) == {
        "address": None,
        "name": None,
        "number": HOME["number"],
    }
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE details SET data_key ="
            " (SELECT data_key FROM details AS o WHERE o.visit_id = 'vis_2')"
            " WHERE visit_id = 'vis_1'"
        )
    assert set((await store.read(lambda tx: tx.details.read("vis_1"))).values()) == {None}


async def test_a_lost_key_loses_what_it_sealed_and_what_comes_after_opens() -> None:
    ids = SeededIds("lost")
    store = InlineStore(Keyring([bytes(32)], ids), ids)
    await put(store, visit(), HOME)
    newer = store.sibling(keyring=Keyring([b"\x01" * 32], ids))
    assert set(newer.read_now(lambda tx: tx.details.read("vis_1")).values()) == {None}
    await put(newer, visit(), {"address": "given again"})
    found = newer.read_now(lambda tx: tx.details.read("vis_1"))
    assert found == {"address": "given again", "name": None, "number": None}
    await store.close()


def test_a_data_key_opens_in_its_place_only_and_with_an_older_master_too() -> None:
    ids = SeededIds("keys")
    old = Keyring([bytes(32)], ids)
    key = old.new_data_key(place="details/v1/data_key")
    sealed = old.data_sealer(key, place="details/v1/data_key").seal("text", place="p")
    with pytest.raises(SealBroken):
        old.data_sealer(key, place="details/v2/data_key")
    with pytest.raises(SealBroken):
        old.sealer().open(sealed, place="p")
    turned = Keyring([b"\x01" * 32, bytes(32)], ids)
    assert turned.data_sealer(key, place="details/v1/data_key").open(sealed, place="p") == "text"
