"""Due work: found at its very instant, earliest first, and put back when it cannot be processed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.domain.errors import InvariantBroken
from bot.domain.visit import VisitState
from bot.ports import Tx
from tests.contract.conftest import AnyStore
from tests.contract.making import MICROSECOND, MINUTE, T0, escalation, visit


async def test_the_deadline_itself_is_due(store: AnyStore) -> None:
    def save(tx: Tx) -> None:
        tx.visits.save(visit(), T0)
        tx.escalations.save(escalation(due_at=T0))

    await store.run(save, name="w")

    def look(tx: Tx) -> None:
        assert tx.visits.due(T0 - MICROSECOND, 9) == ()
        assert tx.escalations.due(T0 - MICROSECOND, 9) == ()
        assert [v.id for v in tx.visits.due(T0, 9)] == ["vis_1"]
        assert [e.id for e in tx.escalations.due(T0, 9)] == ["esc_1"]

    await store.run(look, name="w")


async def test_the_earliest_come_first_and_never_too_many(store: AnyStore) -> None:
    def save(tx: Tx) -> None:
        for number in (3, 1, 2, 0):
            tx.visits.save(visit(f"vis_{number}"), T0 + number * MINUTE)
        tx.visits.save(visit("vis_none"), None)

    await store.run(save, name="w")
    found = await store.run(lambda tx: tx.visits.due(T0 + 2 * MINUTE, 2), name="w")
    assert [v.id for v in found] == ["vis_0", "vis_1"]
    assert await store.read(lambda tx: tx.next_due()) == T0


async def test_next_due_is_the_earliest_of_both(store: AnyStore) -> None:
    assert await store.read(lambda tx: tx.next_due()) is None
    await store.run(lambda tx: tx.visits.save(visit(), T0 + MINUTE), name="w")
    assert await store.read(lambda tx: tx.next_due()) == T0 + MINUTE
    await store.run(lambda tx: tx.escalations.save(escalation(due_at=T0)), name="w")
    assert await store.read(lambda tx: tx.next_due()) == T0


async def test_a_row_that_fails_is_put_back_longer_each_time(store: AnyStore) -> None:
    def pause(times: int) -> timedelta:
        return times * MINUTE

    alarm = escalation(due_at=T0)
    await store.run(lambda tx: tx.escalations.save(alarm), name="w")
    for times in (1, 2, 3):
        assert (
            await store.run(
                lambda tx: tx.escalations.failed("esc_1", now=T0, pause=pause), name="w"
            )
            == times
        )
        assert await store.read(lambda tx: tx.next_due()) == T0 + times * MINUTE

    def look(tx: Tx) -> None:
        assert tx.escalations.due(T0 + 3 * MINUTE - MICROSECOND, 9) == ()
        # Its own deadline is what the journal tells of, not when we try again.
        assert tx.escalations.due(T0 + 3 * MINUTE, 9) == (alarm,)
        tx.escalations.save(alarm)
        assert tx.escalations.failed("esc_1", now=T0, pause=pause) == 1

    await store.run(look, name="w")


async def test_a_failure_of_nothing_is_a_bug(store: AnyStore) -> None:
    with pytest.raises(InvariantBroken):
        await store.run(
            lambda tx: tx.visits.failed("vis_x", now=T0, pause=lambda _: MINUTE), name="w"
        )


async def test_only_what_is_open_is_found_by_person_team_and_visit(store: AnyStore) -> None:
    def save(tx: Tx) -> None:
        tx.visits.save(visit("vis_b", start_at=T0 + MINUTE, end_at=T0 + 2 * MINUTE), None)
        tx.visits.save(visit("vis_a", start_at=T0, end_at=T0 + 3 * MINUTE), None)
        tx.visits.save(visit("vis_c", team_id="south", worker_id="per_bob"), None)
        tx.visits.save(visit("vis_d", team_id="east", state=VisitState.ENDED), None)
        tx.visits.save(
            visit(
                "vis_e",
                team_id="west",
                worker_id="per_eve",
                case_ref="CASE9",
                companions=("per_bob",),
                out=("per_bob",),
            ),
            None,
        )
        tx.escalations.save(escalation("esc_b", opened_at=T0 + MINUTE))
        tx.escalations.save(escalation("esc_a"))
        tx.escalations.save(escalation("esc_c", closed_at=T0))

    def look(tx: Tx) -> None:
        assert [v.id for v in tx.visits.open_of("per_alice")] == ["vis_a", "vis_b"]
        assert [v.id for v in tx.visits.open_in("north", 9)] == ["vis_b", "vis_a"]
        assert [v.id for v in tx.visits.open_in("north", 1)] == ["vis_b"]
        assert tx.visits.count_open_in("north") == 2
        assert [v.id for v in tx.visits.at_cases("north", {"WF-1", "CASE9"})] == ["vis_a", "vis_b"]
        assert [v.id for v in tx.visits.at_cases("west", {"CASE9"})] == ["vis_e"]
        assert tx.visits.at_cases("west", ()) == ()
        assert [v.id for v in tx.visits.accompanied_by("west", "per_bob")] == ["vis_e"]
        assert tx.visits.beside("west", "per_bob") == ()
        assert [e.id for e in tx.escalations.open_of("vis_1")] == ["esc_a", "esc_b"]
        assert tx.visits.teams_out() == ("north", "south", "west")

    await store.run(save, name="w")
    await store.run(look, name="w")


async def test_a_workers_day_holds_what_starts_in_it_open_or_not(store: AnyStore) -> None:
    def save(tx: Tx) -> None:
        tx.visits.save(visit("vis_a", start_at=T0 + MINUTE), None)
        tx.visits.save(visit("vis_b", start_at=T0, state=VisitState.ENDED), None)
        tx.visits.save(visit("vis_c", start_at=T0 - MICROSECOND, state=VisitState.ENDED), None)
        tx.visits.save(visit("vis_d", start_at=T0 + 2 * MINUTE), None)
        tx.visits.save(visit("vis_e", start_at=T0, worker_id="per_bob"), None)

    def look(tx: Tx) -> None:
        found = tx.visits.of_day("per_alice", T0, T0 + 2 * MINUTE)
        assert [v.id for v in found] == ["vis_b", "vis_a"]

    await store.run(save, name="w")
    await store.run(look, name="w")


async def test_instants_keep_their_microseconds_and_come_back_in_utc(store: AnyStore) -> None:
    paris = T0.replace(microsecond=123_457).astimezone(timezone(timedelta(hours=1)))
    await store.run(lambda tx: tx.visits.save(visit(end_at=paris), None), name="w")
    kept = await store.read(lambda tx: tx.visits.get("vis_1"))
    assert kept is not None
    assert kept.end_at == paris
    assert kept.end_at.utcoffset() == timedelta()


async def test_an_instant_without_a_zone_is_refused(store: AnyStore) -> None:
    naive = replace(visit(), end_at=T0.replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone"):
        await store.run(lambda tx: tx.visits.save(naive, None), name="w")


OF_KEYS = {"pk_chain": "sqlite_autoindex_chain_1", "pk_cover": "sqlite_autoindex_cover_1"}
"""What SQLite calls the index of a primary key."""
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}
QUESTIONS = {
    "ix_visit_look_at": "SELECT id FROM visit WHERE look_at <= 5 ORDER BY look_at, id LIMIT 3",
    "ix_visit_open_of": "SELECT id FROM visit WHERE is_open AND worker_id = 'a' ORDER BY start_at",
    "ix_visit_closed_of": "SELECT id FROM visit WHERE NOT is_open AND worker_id = 'a' AND start_at >= 5 AND start_at < 9",
    "ix_visit_at_case": "SELECT id FROM visit WHERE is_open AND team_id = 'a' AND case_ref IN ('a', 'b')",
    "ix_visit_accompanied": "SELECT id FROM visit WHERE is_open AND team_id = 'a' AND companions <> '[]'"
    " ORDER BY start_at, id",
    "ix_duress_open_in": "SELECT id FROM duress WHERE is_open AND team_id = 'a' ORDER BY opened_at, id",
    "ix_escalation_look_at": "SELECT look_at FROM escalation WHERE look_at IS NOT NULL ORDER BY look_at LIMIT 1",
    "ix_outbox_waiting": "SELECT id FROM outbox WHERE live AND shown < wanted AND priority = 1 AND due_at <= 5"
    " ORDER BY due_at, id",
    "pk_chain": "SELECT length FROM chain WHERE id IN ('a', 'b') ORDER BY id",
    "pk_cover": "SELECT n FROM cover WHERE (team_id, worker_id) IN (VALUES ('a', 'b'), ('a', ''))"
    " ORDER BY team_id, worker_id, n",
    "ix_outbox_live_visit": "UPDATE outbox SET wanted = wanted + 1 WHERE live AND visit_id IN ('a', 'b')",
    "ix_placed_look_at": "SELECT ref FROM placed WHERE look_at IS NOT NULL AND rank = 1 AND look_at <= 5"
    " ORDER BY look_at LIMIT 3",
    "ix_placed_ref": "SELECT ref FROM placed WHERE ref IS NOT NULL AND ref IN ('a', 'b')",
    "ix_placed_left": "SELECT left_ref FROM placed WHERE left_ref IS NOT NULL AND left_ref IN ('a', 'b')",
    "ix_inbox_kept": "SELECT id FROM inbox WHERE state = 'kept' AND retry_at <= 5 ORDER BY received_at, id",
}


@pytest.mark.parametrize("index", QUESTIONS)
async def test_nothing_scans(store: AnyStore, index: str) -> None:
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # A table without rows is read as a whole by any planner with sense.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        explain = EXPLAIN[connection.dialect.name]
        plan = connection.exec_driver_sql(f"{explain} {QUESTIONS[index]}").all()
        name = index if connection.dialect.name == "postgresql" else OF_KEYS.get(index, index)
    assert any(name in row[-1] for row in plan)
    if name == "pk_cover":
        return  # PostgreSQL puts the few rows that it finds in order by itself
    assert not any(sorts in row[-1] for row in plan for sorts in ("TEMP B-TREE", "Sort"))
