"""What was committed moves into the database itself, though the writer does not do it."""

from __future__ import annotations

import asyncio
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ports import Tx
from bot.sealing import Keyring
from storage import checkpoints
from storage.checkpoints import Checkpoints
from storage.sqlite import sqlite_engine
from storage.store import SqliteStore
from tests.fakes.ids import SeededIds

IDS = SeededIds("checkpoints")
KEYS = Keyring([bytes(range(32))], IDS)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOON = 10
"""Seconds after which nobody waits any longer."""


def put(tx: Tx) -> None:
    tx.pulses.set("engine", AT)


async def test_after_a_commit_the_file_alone_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "PAUSE", 0)
    moved, move = threading.Event(), Checkpoints._move

    def watched(self: Checkpoints) -> None:
        move(self)
        moved.set()

    monkeypatch.setattr(Checkpoints, "_move", watched)
    store = SqliteStore(tmp_path / "a.db", KEYS, IDS)
    try:
        await store.run(put, name="put")
        assert await asyncio.to_thread(moved.wait, SOON)
        shutil.copyfile(tmp_path / "a.db", tmp_path / "alone.db")
    finally:
        await store.close()
    engine = sqlite_engine(tmp_path / "alone.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pulse").scalar_one() == 1
    engine.dispose()


async def test_trouble_with_it_stops_neither_the_store_nor_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(checkpoints, "PAUSE", 0)
    tried = threading.Semaphore(0)

    def broken(self: Checkpoints) -> None:
        tried.release()
        with self._engine.connect() as connection:
            connection.exec_driver_sql("no such statement")

    monkeypatch.setattr(Checkpoints, "_move", broken)
    store = SqliteStore(tmp_path / "a.db", KEYS, IDS)
    for _ in range(2):
        await store.run(put, name="put")
        assert await asyncio.to_thread(tried.acquire, timeout=SOON)
    assert await store.read(lambda tx: tx.pulses.get("engine")) == AT
    await store.close()
    assert "finding store.checkpoint" in caplog.text
    assert "no such statement" not in caplog.text
