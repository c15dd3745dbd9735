"""The outbox: one row per message for ever, leased to one at a time, shown again when touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain.message import Priority, To
from bot.domain.people import Way
from bot.ports import Outgoing, Posted, Result, Tx
from tests.contract.conftest import AnyStore
from tests.contract.making import MICROSECOND, MINUTE, T0, message

LEASE = T0 + MINUTE
WAY = Way("local", "bob-address")


def claimed(tx: Tx, now: datetime = T0, token: str = "t1", limit: int = 9) -> tuple[Outgoing, ...]:
    return tx.outbox.claim(now, limit=limit, lease_until=now + MINUTE, token=token)


def sent(row: Outgoing, **changes: Any) -> Result:
    values: dict[str, Any] = {
        "row": row,
        "state": Posted.SENT,
        "shown": row.wanted,
        "digest": "x",
        "ref": "r1",
        "ref_way": WAY,
    }
    return Result(**values | changes)


async def add(store: AnyStore, *dedupes: str, **changes: Any) -> None:
    messages = [message(each, **changes) for each in dedupes]
    await store.run(lambda tx: tx.outbox.add(messages, now=T0), name="add")


async def test_the_same_message_is_written_once(store: AnyStore) -> None:
    await add(store, "a", "a", "b")
    await add(store, "b", "c")
    rows = await store.run(claimed, name="w")
    assert [row.dedupe for row in rows] == ["a", "b", "c"]


async def test_a_row_comes_back_as_it_was_written(store: AnyStore) -> None:
    await add(
        store,
        "a",
        to=To("north", person_id="per_bob", channel=True),
        fields={"at": "2026", "who": "per_ä"},
        visit_id="vis_1",
        escalation_id="esc_1",
        priority=Priority.ESCALATION,
    )
    (row,) = await store.run(claimed, name="w")
    assert row == Outgoing(
        id=row.id,
        key="visit.card",
        team_id="north",
        person_id="per_bob",
        channel=True,
        priority=Priority.ESCALATION,
        secrecy=row.secrecy,
        fields={"at": "2026", "who": "per_ä"},
        visit_id="vis_1",
        escalation_id="esc_1",
        dedupe="a",
        way=0,
        ref=None,
        ref_way=None,
        wanted=1,
        digest="",
        created_at=T0,
        attempts=0,
        reported=False,
        state=Posted.WAITING,
        token="t1",
    )


async def test_a_message_is_found_by_its_name(store: AnyStore) -> None:
    await add(store, "a", "b", fields={"who": "per_bob"})
    found = await store.read(lambda tx: tx.outbox.find("b"))
    assert found is not None
    assert (found.dedupe, found.fields, found.token) == ("b", {"who": "per_bob"}, "")
    assert await store.read(lambda tx: tx.outbox.find("c")) is None


async def test_a_message_just_put_in_is_found(store: AnyStore) -> None:
    def work(tx: Tx) -> bool:
        tx.outbox.add([message("a")], now=T0)
        return tx.outbox.find("a") is not None

    assert await store.run(work, name="w")


async def test_alarms_overtake_and_the_older_goes_first(store: AnyStore) -> None:
    await add(store, "info-1", "info-2")
    await add(store, "alarm", priority=Priority.ESCALATION)
    await add(store, "duress", priority=Priority.DURESS)
    first = await store.run(lambda tx: claimed(tx, limit=3), name="w")
    assert [row.dedupe for row in first] == ["duress", "alarm", "info-1"]
    rest = await store.run(lambda tx: claimed(tx, token="t2"), name="w")
    assert [row.dedupe for row in rest] == ["info-2"]


async def test_a_lease_ends_at_its_instant(store: AnyStore) -> None:
    await add(store, "a")
    await store.run(claimed, name="w")
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) == LEASE
    assert await store.run(lambda tx: claimed(tx, LEASE - MICROSECOND, "t2"), name="w") == ()
    (again,) = await store.run(lambda tx: claimed(tx, LEASE, "t2"), name="w")
    assert again.token == "t2"


@pytest.mark.parametrize("late", [MINUTE, MINUTE + MICROSECOND])
async def test_who_lost_the_lease_writes_nothing(store: AnyStore, late: Any) -> None:
    await add(store, "a")
    (mine,) = await store.run(claimed, name="w")
    (theirs,) = await store.run(lambda tx: claimed(tx, T0 + late, "t2"), name="w")
    assert await store.run(lambda tx: tx.outbox.record([sent(mine)]), name="w") == ()
    assert await store.run(lambda tx: tx.outbox.record([sent(theirs)]), name="w") == (theirs.id,)
    assert await store.read(lambda tx: tx.outbox.waiting()) == 0
    assert await store.run(lambda tx: tx.outbox.record([sent(theirs)]), name="w") == ()


async def test_a_lease_run_out_but_not_taken_still_counts(store: AnyStore) -> None:
    await add(store, "a")
    (mine,) = await store.run(claimed, name="w")
    assert await store.run(lambda tx: tx.outbox.record([sent(mine)]), name="w") == (mine.id,)


async def test_a_touch_while_in_flight_is_due_again_at_once(store: AnyStore) -> None:
    await add(store, "a", visit_id="vis_1")
    (first,) = await store.run(claimed, name="w")
    await store.run(lambda tx: tx.outbox.touch("vis_1"), name="w")
    assert await store.run(lambda tx: claimed(tx, token="t2"), name="w") == ()  # one in flight
    told: list[bool] = []
    store.on_commit(lambda committed: told.append(committed.messages))
    await store.run(lambda tx: tx.outbox.record([sent(first)]), name="w")
    assert told == [True]
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) == T0
    (second,) = await store.run(lambda tx: claimed(tx, token="t2"), name="w")
    assert (second.wanted, second.ref, second.ref_way, second.digest) == (2, "r1", WAY, "x")
    await store.run(lambda tx: tx.outbox.record([sent(second)]), name="w")
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) is None


async def test_a_touch_reaches_this_visit_s_live_rows_only(store: AnyStore) -> None:
    await add(store, "a", "b", visit_id="vis_1")
    await add(store, "c", visit_id="vis_2")
    rows = await store.run(claimed, name="w")
    retired = [sent(row, live=row.dedupe != "b") for row in rows]
    await store.run(lambda tx: tx.outbox.record(retired), name="w")
    await store.run(lambda tx: tx.outbox.touch("vis_1"), name="w")
    again = await store.run(lambda tx: claimed(tx, token="t2"), name="w")
    assert [row.dedupe for row in again] == ["a"]


async def test_a_failed_try_waits_and_keeps_its_place(store: AnyStore) -> None:
    await add(store, "a")
    (row,) = await store.run(claimed, name="w")
    later = T0 + 5 * MINUTE
    failed = Result(
        row=row,
        state=Posted.UNCERTAIN,
        shown=None,
        way=1,
        attempts=1,
        retry_at=later,
        reported=True,
    )
    await store.run(lambda tx: tx.outbox.record([failed]), name="w")
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) == later
    assert await store.run(lambda tx: claimed(tx, later - MICROSECOND, "t2"), name="w") == ()
    (again,) = await store.run(lambda tx: claimed(tx, later, "t2"), name="w")
    assert again == replace(
        row, state=Posted.UNCERTAIN, way=1, attempts=1, reported=True, token="t2"
    )


@pytest.mark.parametrize("state", [Posted.FAILED, Posted.DROPPED])
async def test_a_retired_row_never_comes_back(store: AnyStore, state: Posted) -> None:
    await add(store, "a", visit_id="vis_1")
    (row,) = await store.run(claimed, name="w")
    gone = Result(row=row, state=state, shown=None, live=False)
    await store.run(lambda tx: tx.outbox.record([gone]), name="w")
    await store.run(lambda tx: tx.outbox.touch("vis_1"), name="w")
    assert await store.run(lambda tx: claimed(tx, T0 + 60 * MINUTE, "t2"), name="w") == ()
    assert await store.read(lambda tx: (tx.outbox.waiting(), tx.outbox.next_due(T0))) == (0, None)


async def test_the_card_is_known_once_it_was_posted(store: AnyStore) -> None:
    await add(store, "vis_1:card", visit_id="vis_1")
    assert await store.read(lambda tx: tx.outbox.card("vis_1")) is None
    (row,) = await store.run(claimed, name="w")
    await store.run(lambda tx: tx.outbox.record([sent(row)]), name="w")
    assert await store.read(lambda tx: tx.outbox.card("vis_1")) == ("r1", WAY)
    assert await store.read(lambda tx: tx.outbox.card("vis_2")) is None
