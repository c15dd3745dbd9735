"""Alarms that a platform is to keep ready, in every store: what is wanted, claimed and recorded, and nothing that scans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.ports import Placed
from tests.contract.conftest import AnyStore
from tests.contract.making import MICROSECOND, MINUTE, T0

AT = T0 + 60 * MINUTE
BACK = T0 + timedelta(seconds=10)


async def want(
    store: AnyStore,
    people: Mapping[str, datetime],
    *,
    of: str = "v_1",
    call: bool = False,
    now: datetime = T0,
) -> None:
    await store.run(
        lambda tx: tx.placed.want(of, "north", people, call=call, now=now, back_at=BACK),
        name="want",
    )


async def claim(
    store: AnyStore, now: datetime = T0, *, limit: int = 10, token: str = "t1"
) -> tuple[Placed, ...]:
    until = now + MINUTE
    return await store.run(
        lambda tx: tx.placed.claim(now, limit=limit, lease_until=until, token=token), name="claim"
    )


async def record(store: AnyStore, row: Placed, look_at: datetime | None = None) -> bool:
    return await store.run(lambda tx: tx.placed.record(row, look_at=look_at), name="record")


async def placed(store: AnyStore, person: str = "ben", ref: str = "r1", **more: Any) -> Placed:
    await want(store, {person: AT}, **more)
    (row,) = await claim(store)
    row = replace(row, ref=ref, placed_for=AT)
    assert await record(store, row)
    return row


async def next_due(store: AnyStore) -> datetime | None:
    return await store.read(lambda tx: tx.placed.next_due())


async def test_what_is_wanted_is_claimed_once(store: AnyStore) -> None:
    assert await next_due(store) is None
    await want(store, {"ben": AT, "maria": AT + MINUTE})
    assert await next_due(store) == T0
    rows = {row.person_id: row for row in await claim(store)}
    assert (rows["ben"].due_at, rows["maria"].due_at) == (AT, AT + MINUTE)
    assert {(row.subject_id, row.team_id, row.call, row.ref) for row in rows.values()} == {
        ("v_1", "north", False, None)
    }
    assert await claim(store, token="t2") == ()


async def test_before_its_time_nothing_is_claimed(store: AnyStore) -> None:
    await want(store, {"ben": AT})
    assert await claim(store, T0 - MICROSECOND) == ()
    assert len(await claim(store, T0)) == 1


async def test_a_lease_that_ends_comes_back_and_its_first_owner_writes_nothing(
    store: AnyStore,
) -> None:
    await want(store, {"ben": AT})
    (first,) = await claim(store)
    (second,) = await claim(store, T0 + MINUTE, token="t2")
    assert not await record(store, replace(first, ref="r1"))
    assert await record(store, replace(second, ref="r2", placed_for=AT))
    assert await store.read(lambda tx: tx.placed.known(["r1", "r2"])) == {"r2"}


async def test_what_is_wanted_already_changes_nothing(store: AnyStore) -> None:
    await placed(store)
    await want(store, {"ben": AT}, now=T0 + MINUTE)
    assert await next_due(store) is None


async def test_a_new_instant_is_looked_at_at_once(store: AnyStore) -> None:
    await placed(store)
    await want(store, {"ben": AT + MINUTE}, now=T0 + MINUTE)
    (row,) = await claim(store, T0 + MINUTE)
    assert (row.ref, row.placed_for, row.due_at) == ("r1", AT, AT + MINUTE)


async def test_who_is_not_wanted_any_more_is_taken_back_a_little_later_and_erased(
    store: AnyStore,
) -> None:
    await placed(store)
    await want(store, {})
    assert await next_due(store) == BACK
    (row,) = await claim(store, BACK)
    assert (row.due_at, row.ref) == (None, "r1")
    assert await record(store, replace(row, ref=None, left="r1"), BACK)
    (row,) = await claim(store, BACK)
    assert await record(store, replace(row, left=None))
    assert await next_due(store) is None
    assert await store.read(lambda tx: tx.placed.known(["r1"])) == frozenset()


async def test_one_wanted_again_before_it_was_taken_back_stays(store: AnyStore) -> None:
    await placed(store)
    await want(store, {})
    await want(store, {"ben": AT})
    (row,) = await claim(store, T0)
    assert (row.due_at, row.ref, row.placed_for) == (AT, "r1", AT)


async def test_what_changes_under_a_lease_is_looked_at_once_it_ends(store: AnyStore) -> None:
    await want(store, {"ben": AT})
    (row,) = await claim(store)
    await want(store, {"ben": AT + MINUTE})
    assert await claim(store, token="t2") == ()  # one at a time
    assert await record(store, replace(row, ref="r1", placed_for=AT))
    (row,) = await claim(store, token="t2")
    assert (row.due_at, row.placed_for, row.ref) == (AT + MINUTE, AT, "r1")


async def test_taken_back_under_a_lease_it_is_not_erased_with_what_was_placed(
    store: AnyStore,
) -> None:
    await want(store, {"ben": AT})
    (row,) = await claim(store)
    await want(store, {})
    assert await record(store, replace(row, ref="r1", placed_for=AT))
    (row,) = await claim(store)
    assert (row.due_at, row.ref) == (None, "r1")


async def test_calls_for_help_come_first(store: AnyStore) -> None:
    await want(store, {"ben": AT, "maria": AT})
    await want(store, {"omar": AT}, of="h_1", call=True, now=T0 + MINUTE)
    (row,) = await claim(store, T0 + MINUTE, limit=1)
    assert (row.person_id, row.call) == ("omar", True)


async def test_a_call_takes_over_what_is_placed_about_the_visit(store: AnyStore) -> None:
    await placed(store)
    await want(store, {})
    await store.run(lambda tx: tx.placed.hand_on("v_1", "h_1", ["ben", "omar"]), name="hand on")
    await want(store, {"ben": T0 + 5 * MINUTE}, of="h_1", call=True)
    (row,) = await claim(store)
    assert (row.subject_id, row.call, row.ref, row.placed_for) == ("h_1", True, "r1", None)
    assert row.due_at == T0 + 5 * MINUTE


async def test_a_failed_try_is_looked_at_later(store: AnyStore) -> None:
    await want(store, {"ben": AT})
    (row,) = await claim(store)
    assert await record(store, replace(row, attempts=1), T0 + 2 * MINUTE)
    assert await next_due(store) == T0 + 2 * MINUTE
    assert await claim(store, T0 + 2 * MINUTE - MICROSECOND) == ()
    (row,) = await claim(store, T0 + 2 * MINUTE)
    assert row.attempts == 1
