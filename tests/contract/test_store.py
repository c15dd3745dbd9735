"""Everything in a work commits together or not at all, and nobody loses what another wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.errors import InvariantBroken, StaleVisit
from bot.ports import Committed, Tx, Unavailable
from tests.contract.conftest import AnyStore
from tests.contract.making import MINUTE, T0, escalation, event, message, visit


def one_more(tx: Tx) -> int:
    known = tx.visits.get("vis_1")
    assert known is not None
    tx.visits.save(replace(known, version=known.version + 1), None)
    return known.version + 1


async def test_no_increment_is_lost(store: AnyStore) -> None:
    await store.run(lambda tx: tx.visits.save(visit(version=0), None), name="start")
    results = await asyncio.gather(*(store.run(one_more, name="more") for _ in range(300)))
    assert sorted(results) == list(range(1, 301))


async def test_a_work_that_raises_is_undone_alone(store: AnyStore) -> None:
    def save(number: int) -> Callable[[Tx], int]:
        def work(tx: Tx) -> int:
            tx.visits.save(visit(f"vis_{number}"), T0)
            tx.outbox.add([message(f"m{number}")], now=T0)
            assert tx.outbox.waiting() >= 1  # written already
            if number % 3 == 0:
                raise InvariantBroken(f"number {number}")
            return number

        return work

    results = await asyncio.gather(
        *(store.run(save(number), name="save") for number in range(12)), return_exceptions=True
    )
    for number, result in enumerate(results):
        if number % 3 == 0:
            assert isinstance(result, InvariantBroken)
            assert str(result) == f"number {number}"
        else:
            assert result == number
    found = await store.read(lambda tx: [v.id for v in tx.visits.open_in("north", 100)])
    assert sorted(found) == sorted(f"vis_{number}" for number in range(12) if number % 3)
    assert await store.read(lambda tx: tx.outbox.waiting()) == 8


async def test_a_work_reads_what_it_saved(store: AnyStore) -> None:
    def work(tx: Tx) -> None:
        saved, alarm = visit(), escalation(due_at=T0)
        tx.visits.save(saved, T0)
        tx.escalations.save(alarm)
        assert tx.visits.get("vis_1") == saved
        assert tx.visits.open_of("per_alice") == (saved,)
        assert tx.visits.due(T0, 9) == (saved,)
        assert tx.escalations.open_of("vis_1") == (alarm,)
        changed = replace(saved, reminded=True, version=2)
        tx.visits.save(changed, None)
        assert tx.visits.get("vis_1") == changed
        assert tx.visits.due(T0, 9) == ()
        assert tx.next_due() == T0  # the alarm's

    await store.run(work, name="w")


async def test_what_a_read_writes_is_thrown_away(store: AnyStore) -> None:
    await store.read(lambda tx: tx.visits.save(visit(), T0))
    assert await store.read(lambda tx: tx.visits.get("vis_1")) is None


async def test_an_older_visit_is_not_written_over_a_newer_one(store: AnyStore) -> None:
    await store.run(lambda tx: tx.visits.save(visit(version=3), T0), name="w")
    with pytest.raises(StaleVisit):
        await store.run(lambda tx: tx.visits.save(visit(version=2), None), name="w")
    await store.run(lambda tx: tx.visits.save(visit(version=3, reminded=True), T0), name="w")
    kept = await store.read(lambda tx: tx.visits.get("vis_1"))
    assert kept == visit(version=3, reminded=True)


async def test_a_commit_tells_what_it_may_wake(store: AnyStore) -> None:
    told: list[Committed] = []
    store.on_commit(told.append)

    def both(tx: Tx) -> None:
        tx.visits.save(visit(), T0 + 2 * MINUTE)
        tx.escalations.save(escalation(due_at=T0 + MINUTE))

    await store.run(both, name="both")
    await store.run(lambda tx: tx.outbox.add([message("m")], now=T0), name="m")
    await store.run(lambda tx: tx.inbox.keep(event(), now=T0), name="k")
    await store.run(lambda tx: tx.outbox.touch("vis_1"), name="t")
    await store.run(lambda tx: tx.visits.get("vis_1"), name="nothing")
    assert told == [
        Committed(due_at=T0 + MINUTE),
        Committed(messages=True),
        Committed(kept=True),
        Committed(messages=True),
        Committed(),
    ]


async def test_a_work_that_raises_tells_nobody(store: AnyStore) -> None:
    told: list[Committed] = []
    store.on_commit(told.append)

    def work(tx: Tx) -> None:
        tx.visits.save(visit(), T0)
        raise InvariantBroken("no")

    with pytest.raises(InvariantBroken):
        await store.run(work, name="w")
    assert told == []


async def test_the_database_s_own_trouble_is_unavailable(store: AnyStore) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON pulse BEGIN SELECT missing(); END"
        )
    with pytest.raises(Unavailable):
        await store.run(lambda tx: tx.pulses.set("p", T0), name="w")
    await store.run(lambda tx: tx.visits.get("x"), name="w")  # and it goes on


async def test_pulses_never_go_back(store: AnyStore) -> None:
    def work(tx: Tx) -> None:
        assert tx.pulses.get("engine") is None
        for at in (T0, T0 + MINUTE, T0):
            tx.pulses.set("engine", at)

    await store.run(work, name="w")
    assert await store.read(lambda tx: tx.pulses.get("engine")) == T0 + MINUTE
