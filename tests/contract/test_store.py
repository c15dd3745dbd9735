"""Everything in a work commits together or not at all, and nobody loses what another wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.errors import InvariantBroken, StaleVisit
from bot.domain.visit import VisitState
from bot.ports import Committed, InTurn, Tx, Unavailable
from tests.contract.conftest import AnyStore
from tests.contract.making import MICROSECOND, MINUTE, T0, escalation, event, message, visit

TROUBLE = {
    "sqlite": ["CREATE TRIGGER full BEFORE INSERT ON pulse BEGIN SELECT missing(); END"],
    "postgresql": [
        (
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"
        ),
        "CREATE TRIGGER full_disk BEFORE INSERT ON pulse FOR EACH ROW EXECUTE FUNCTION full_disk()",
    ],
}


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


async def test_an_older_visit_is_not_written_over_one_that_was_read(store: AnyStore) -> None:
    await store.run(lambda tx: tx.visits.save(visit(version=3), T0), name="w")

    def stale(tx: Tx) -> None:
        assert tx.visits.get("vis_1") == visit(version=3)
        tx.visits.save(visit(version=2, reminded=True), None)

    with pytest.raises(StaleVisit):
        await store.run(stale, name="w")
    assert await store.read(lambda tx: tx.visits.get("vis_1")) == visit(version=3)


async def test_a_row_that_was_read_is_changed_and_nothing_else_of_it(store: AnyStore) -> None:
    await store.run(lambda tx: tx.visits.save(visit(reminded=True), T0), name="w")

    def change(tx: Tx) -> None:
        (read,) = tx.visits.due(T0, 9)
        tx.visits.save(replace(read, state=VisitState.ENDED, version=2), None)

    await store.run(change, name="w")
    closed = visit(reminded=True, state=VisitState.ENDED, version=2)
    assert await store.read(lambda tx: tx.visits.get("vis_1")) == closed
    assert await store.read(lambda tx: tx.visits.open_in("north", 9)) == ()
    assert await store.read(lambda tx: tx.next_due()) is None


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
        for statement in TROUBLE[connection.dialect.name]:
            connection.exec_driver_sql(statement)
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


async def test_of_several_who_renew_at_once_one_hears_so(store: AnyStore) -> None:
    def work(tx: Tx) -> bool:
        return tx.pulses.renew("daily", T0, every=MINUTE)

    assert sum(await asyncio.gather(*(store.run(work, name="w") for _ in range(20)))) == 1
    early = T0 + MINUTE - MICROSECOND
    assert not await store.run(lambda tx: tx.pulses.renew("daily", early, every=MINUTE), name="w")
    assert await store.run(lambda tx: tx.pulses.renew("daily", T0 + MINUTE, every=MINUTE), name="w")
    assert await store.read(lambda tx: tx.pulses.get("daily")) == T0 + MINUTE


async def test_works_in_the_same_turn_come_in_the_order_they_were_asked_for(
    store: AnyStore,
) -> None:
    done: dict[str, list[int]] = {"alice": [], "bob": []}

    def noted(who: str, number: int) -> InTurn[None]:
        def work(tx: Tx) -> None:
            tx.pulses.set(f"{who} {number}", T0)
            done[who].append(number)

        return InTurn(who, work)

    asked = [(who, number) for number in range(30) for who in done]
    await asyncio.gather(*(store.run(noted(*each), name="w") for each in asked))
    assert done == {who: list(range(30)) for who in done}
