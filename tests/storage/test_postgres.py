"""What only a server does: others write at the same time, wake each other, and the connection may be lost at any point."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from bot.domain.message import Priority
from bot.ports import Committed, Tx, Unavailable
from bot.sealing import Keyring
from storage.dialect import MARK
from storage.postgres import connect, postgres_engine, was_committed, why_not
from storage.postgres_store import PostgresStore
from storage.postgres_wake import EVERYTHING, read, written
from storage.rows import Row
from tests.contract.making import MINUTE, T0, escalation, message, visit
from tests.fakes.ids import SeededIds
from tests.fakes.postgres import TestServer

PATIENCE = 30
"""Seconds after which a test that waits has failed; they never take so long."""


def keyring(ids: SeededIds) -> Keyring:
    return Keyring([bytes(range(32))], ids)


@asynccontextmanager
async def opened(url: str, seed: str = "a") -> AsyncIterator[PostgresStore]:
    ids = SeededIds(seed)
    store = PostgresStore(url, keyring(ids), ids)
    try:
        yield store
    finally:
        await store.close()


def pulse(name: str) -> Callable[[Tx], None]:
    return lambda tx: tx.pulses.set(name, T0)


def end_session(url: str, pid: int) -> None:
    with connect(url) as raw:
        raw.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def pid_of(tx: Tx) -> int:
    session = tx.visits._session  # type: ignore[attr-defined]
    return int(session.connection.connection.driver_connection.info.backend_pid)


# --- who writes at the same time -------------------------------------------------------------------


async def test_what_one_decides_on_another_leaves_out(postgres_url: str) -> None:
    def save(tx: Tx) -> None:
        tx.visits.save(visit("vis_1"), T0)
        tx.visits.save(visit("vis_2"), T0)
        tx.escalations.save(escalation("esc_1", due_at=T0))
        tx.escalations.save(escalation("esc_2", visit_id="vis_2", due_at=T0))
        tx.escalations.save(escalation("esc_lost", visit_id="nowhere", due_at=T0))

    def look(tx: Tx) -> tuple[list[str], list[str]]:
        alarms = [e.id for e in tx.escalations.due(T0, 9)]
        return [v.id for v in tx.visits.due(T0, 9)], alarms

    holding, go_on = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        tx.visits.hold("vis_1")
        holding.set()
        go_on.wait(PATIENCE)

    async with opened(postgres_url) as one, opened(postgres_url, "b") as other:
        await one.run(save, name="save")
        held = asyncio.create_task(one.run(hold, name="hold"))
        await asyncio.to_thread(holding.wait, PATIENCE)
        seen = await other.run(look, name="look")
        go_on.set()
        await held
        assert seen == (["vis_2"], ["esc_2", "esc_lost"])
        assert await other.run(look, name="look") == (
            ["vis_1", "vis_2"],
            ["esc_1", "esc_2", "esc_lost"],
        )


async def test_who_waits_for_each_other_both_come_to_their_end(postgres_url: str) -> None:
    meeting = threading.Barrier(2, timeout=PATIENCE)
    runs: list[str] = []

    def both(first: str, second: str) -> Callable[[Tx], None]:
        def work(tx: Tx) -> None:
            tx.visits.hold(first)
            if runs.count(first) == 0:
                runs.append(first)
                meeting.wait()
            tx.visits.hold(second)

        return work

    async with opened(postgres_url) as store:
        for name in ("vis_a", "vis_b"):
            await store.run(lambda tx, name=name: tx.visits.save(visit(name), None), name="w")  # type: ignore[misc]
        works = (both("vis_a", "vis_b"), both("vis_b", "vis_a"))
        await asyncio.gather(*(store.run(work, name="w") for work in works))


def test_processes_that_start_at_once_take_turns_with_the_tables(postgres: TestServer) -> None:
    url = postgres.make(migrated=False)

    def start(seed: str) -> PostgresStore:
        ids = SeededIds(seed)
        return PostgresStore(url, keyring(ids), ids)

    async def close(stores: list[PostgresStore]) -> None:
        for store in stores:
            await store.close()

    with ThreadPoolExecutor(3) as threads:
        stores = list(threads.map(start, "abc"))
    with stores[0].engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Row.metadata) == []
    asyncio.run(close(stores))
    postgres.drop(url)


# --- waking each other -----------------------------------------------------------------------------


async def test_an_alarm_and_an_earlier_deadline_are_heard_elsewhere_and_nothing_else(
    postgres_url: str,
) -> None:
    async with opened(postgres_url) as one, opened(postgres_url, "b") as other:
        heard: asyncio.Queue[Committed] = asyncio.Queue()
        other.on_commit(heard.put_nowait)
        await other.read(lambda tx: tx.pulses.get("x"))  # from here on it knows its loop
        await listening(postgres_url, 2)
        news, alarm = message("news"), message("alarm", priority=Priority.ESCALATION)

        def later(tx: Tx) -> None:
            tx.visits.save(visit("vis_2"), T0 + 5 * MINUTE)
            tx.outbox.add([news], now=T0)

        await one.run(lambda tx: tx.visits.save(visit(), T0 + 2 * MINUTE), name="first")
        await one.run(later, name="later")
        await one.run(lambda tx: tx.visits.save(visit("vis_3"), T0 + MINUTE), name="earlier")
        await one.run(lambda tx: tx.outbox.add([alarm], now=T0), name="alarm")
        told = [await asyncio.wait_for(heard.get(), PATIENCE) for _ in range(3)]
        assert told == [
            Committed(due_at=T0 + 2 * MINUTE),
            Committed(due_at=T0 + MINUTE),
            Committed(messages=True),
        ]


async def test_after_a_lost_connection_everybody_is_woken_once(postgres_url: str) -> None:
    async with opened(postgres_url) as store:
        heard: asyncio.Queue[Committed] = asyncio.Queue()
        await store.read(lambda tx: tx.pulses.get("x"))
        (pid,) = await listening(postgres_url, 1)
        store.on_commit(heard.put_nowait)
        await asyncio.to_thread(end_session, postgres_url, pid)
        assert await asyncio.wait_for(heard.get(), PATIENCE) == EVERYTHING


async def listening(url: str, number: int) -> list[int]:
    """Wait until so many connections listen; return the servers' process ids."""
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"

    def look() -> list[int]:
        with connect(url) as raw:
            while len(found := raw.execute(asked).fetchall()) < number:
                raw.execute("SELECT pg_sleep(0.01)")
            return [row[0] for row in found]

    return await asyncio.wait_for(asyncio.to_thread(look), PATIENCE)


@pytest.mark.parametrize("payload", ["", "x", "a - 1 2", "b x 1", "b 99999999999999999999 1"])
def test_what_others_say_on_our_channel_is_not_believed(payload: str) -> None:
    assert read(payload, "a") is None


def test_our_own_notification_is_nothing_new() -> None:
    payload = written("a", T0, messages=True)
    assert read(payload, "a") is None
    assert read(payload, "b") == Committed(due_at=T0, messages=True)


# --- lost connections ------------------------------------------------------------------------------


async def test_a_connection_lost_before_the_commit_costs_another_run(postgres_url: str) -> None:
    runs: list[int] = []

    def work(tx: Tx) -> None:
        tx.visits.save(visit(version=len(runs)), T0)
        tx.visits.due(T0, 1)
        runs.append(1)
        if len(runs) == 1:
            end_session(postgres_url, pid_of(tx))

    async with opened(postgres_url) as store:
        await store.run(work, name="w")
        assert len(runs) == 2
        kept = await store.read(lambda tx: tx.visits.get("vis_1"))
        assert kept is not None
        assert kept.version == 1


@pytest.mark.parametrize("committed", [True, False])
async def test_a_commit_whose_outcome_is_unknown_is_not_done_twice(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    runs: list[int] = []
    cuts = [committed]

    def work(tx: Tx) -> int:
        tx.outbox.add([message(f"m{len(runs)}")], now=T0)
        runs.append(1)
        return len(runs)

    async with opened(postgres_url) as store:
        commit = store.engine.dialect.do_commit

        def cut(raw: Any) -> None:
            if not cuts:
                commit(raw)
            elif cuts.pop():
                commit(raw)
                raw.dbapi_connection.close()
                raise psycopg.OperationalError("the answer did not come")
            else:
                raw.dbapi_connection.close()
                commit(raw)

        with monkeypatch.context() as patch:
            patch.setattr(store.engine.dialect, "do_commit", cut)
            result = await store.run(work, name="w")
        assert result == len(runs) == (1 if committed else 2)
        assert await store.read(lambda tx: tx.outbox.waiting()) == 1


async def test_a_server_that_is_started_anew_costs_a_pause(
    postgres: TestServer, postgres_url: str
) -> None:
    async with opened(postgres_url) as store:
        await store.run(pulse("before"), name="w")
        works = [asyncio.create_task(store.run(pulse(f"p{n}"), name="w")) for n in range(40)]
        await asyncio.to_thread(postgres.restart, "immediate")
        results = await asyncio.gather(*works, return_exceptions=True)
        await store.run(pulse("after"), name="w")
        for number, result in enumerate(results):
            assert result is None or isinstance(result, Unavailable)
            found = await store.read(lambda tx, n=number: tx.pulses.get(f"p{n}"))  # type: ignore[misc]
            assert result is not None or found == T0
        assert await store.read(lambda tx: tx.pulses.get("before")) == T0


async def test_after_a_lost_server_no_connection_is_left_open(
    postgres: TestServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[psycopg.Connection[Any]] = []
    real = psycopg.connect

    def connecting(*given: Any, **options: Any) -> psycopg.Connection[Any]:
        made.append(real(*given, **options))
        return made[-1]

    monkeypatch.setattr(psycopg, "connect", connecting)
    engine = postgres_engine(postgres_url, connections=3)
    held, other, third = engine.connect(), engine.connect(), engine.connect()
    third.close()
    await asyncio.to_thread(postgres.restart, "immediate")
    with other, pytest.raises(DBAPIError):
        other.begin()
    held.close()  # comes back to the pool after its server was found lost
    for _ in range(2):
        with engine.begin() as again:
            assert again.exec_driver_sql("SELECT 1").scalar() == 1
    with engine.begin(), engine.begin(), engine.begin():
        pass  # none of the dead ones costs anybody a try
    engine.dispose()
    assert len(made) > 3
    assert all(one.closed for one in made)


async def test_a_transaction_that_a_crash_undid_is_not_taken_for_the_one_that_got_its_number(
    postgres: TestServer, postgres_url: str
) -> None:
    async with opened(postgres_url):
        pass  # the tables are there
    engine = postgres_engine(postgres_url, connections=1)
    with pytest.raises(DBAPIError), engine.connect() as plain:  # noqa: PT012 - both are one
        connection = plain.execution_options(**{MARK: ("w", 1)})
        with connection.begin():
            await asyncio.to_thread(postgres.restart, "immediate")
    engine.dispose()
    async with opened(postgres_url) as store:
        for number in range(3):
            await store.run(pulse(f"p{number}"), name="w")
    with connect(postgres_url) as raw:
        assert not was_committed(raw, "w", 1)
        assert not was_committed(raw, "nobody", 1)


async def test_a_process_that_stops_amid_a_transaction_loses_it(postgres_url: str) -> None:
    with connect(postgres_url) as raw:
        found = [
            raw.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("idle_in_transaction_session_timeout", "lock_timeout")
        ]
        assert found == [("10s",), ("5s",)]
        assert raw.execute("SHOW synchronous_commit").fetchone() == ("on",)


# --- why not ---------------------------------------------------------------------------------------


def test_why_a_database_cannot_be_used_is_a_sentence(postgres_url: str) -> None:
    assert why_not(postgres_url) is None
    nowhere = postgres_url.replace("/t", "/hush")
    expected = {
        nowhere: "There is no such database on this server.",
        postgres_url.replace("postgres@", "hush@"): "The server does not know this user.",
        "postgresql://u:hush@127.0.0.1:1/db": "Nothing listens there.",
        "postgresql://u:hush@/db?host=%2Fnowhere": "Nothing listens there.",
        "postgresql://u:hush@nowhere.invalid/db": "There is no server of this name.",
        f"{postgres_url}&hush=1": "A part of the address, after the question mark, is not known.",
    }
    assert {url: why_not(url) for url in expected} == expected


def test_a_store_on_a_server_that_is_not_there_is_unavailable() -> None:
    ids = SeededIds("x")
    with pytest.raises(Unavailable):
        PostgresStore("postgresql://u@127.0.0.1:1/db", keyring(ids), ids)


def test_a_connection_that_is_lost_while_it_is_made_ready_is_closed(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[psycopg.Connection[Any]] = []
    real = psycopg.connect

    def connecting(*given: Any, **options: Any) -> psycopg.Connection[Any]:
        made.append(real(*given, **options))
        return made[-1]

    monkeypatch.setattr(psycopg, "connect", connecting)
    monkeypatch.setattr("storage.postgres._SESSION", "SELECT * FROM nowhere")
    with pytest.raises(psycopg.Error):
        connect(postgres_url)
    assert [one.closed for one in made] == [True]
