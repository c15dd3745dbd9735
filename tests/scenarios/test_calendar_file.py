"""Visits planned from a calendar file (K2): once, however often it is taken, and nothing else of it is kept."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import plan_commands
from bot.__main__ import main
from bot.domain.people import Way
from bot.service import teams
from tests.bot.service.test_calendars import TODAY, TOMORROW, calendar, event
from tests.scenarios.harness import World, sample_team


async def take(world: World, content: bytes, days: int = 7) -> int:
    status = await plan_commands.take(world.store, content, "amira", days=days, clock=world.clock)
    await world.settles()
    return status


async def test_they_are_planned_once_and_the_worker_is_told(
    world: World,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await take(world, calendar(TODAY, TOMORROW)) == 0
    assert capsys.readouterr().out == "Amira Khan: 2 visits found, 2 of them new.\n"
    assert world.visit("CASE123").start_at == datetime(2026, 6, 2, 8, 30, tzinfo=UTC)
    assert world.visit("CASE456").worker_id == "amira"
    world.expect("amira", "CASE456")
    before = len(world.chat.messages)
    assert await take(world, calendar(TODAY, TOMORROW)) == 0
    assert "0 of them new" in capsys.readouterr().out
    assert len(world.chat.messages) == before
    world.ignore_rest("who is asked to be the buddy is told elsewhere")


async def test_they_come_by_chat_where_a_number_is_named_first(world: World) -> None:
    """What is texted from a number plans nothing (a regression)."""
    entry, policy, content = sample_team()
    texted = tuple(
        replace(one, ways=(Way("sms", "+447700900101"), *one.ways)) if one.id == "amira" else one
        for one in entry.people
    )
    await teams.take_over(world.store, [(replace(entry, people=texted), policy, content)])
    assert await take(world, calendar(TODAY)) == 0
    assert world.visit("CASE456").worker_id == "amira"
    world.ignore_rest("the visit is told elsewhere")


async def test_so_many_days_and_no_more(
    world: World,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await take(world, calendar(TODAY, TOMORROW), days=1) == 0
    assert "1 visit found" in capsys.readouterr().out
    world.ignore_rest("the visit is told elsewhere")


async def test_a_day_that_cannot_be_is_refused_and_the_worker_reads_why(
    world: World,
    capsys: pytest.CaptureFixture[str],
) -> None:
    beside = event("DTSTART:20260601T153000Z", "DTEND:20260601T163000Z", "SUMMARY:CASE789")
    assert await take(world, calendar(TODAY, beside)) == 1
    assert "nothing of that day is planned" in capsys.readouterr().out
    world.expect("amira", "CASE456 and CASE789")
    world.nothing_more()


async def test_nothing_else_of_the_file_is_kept_or_said(world: World) -> None:
    await take(world, calendar(TOMORROW))
    with world.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        dump = "\n".join(raw.iterdump())
    said = "\n".join(shown.text for shown in world.chat.messages)
    for word in ("Walrus", "Hillside"):
        assert word not in dump + said
    world.ignore_rest("the visit is told elsewhere")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUDDYLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'b.db'}")
    monkeypatch.setenv("BUDDYLINE_KEY_FILE", str(tmp_path / "b.key"))
    return tmp_path


def test_a_file_that_is_none_and_a_person_who_is_nobody_are_refused_in_a_sentence(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(home / "none.ics"), "--person", "amira"]) == 1
    assert capsys.readouterr().err == "That file cannot be read.\n"
    (home / "c.ics").write_bytes(calendar(TODAY))
    assert main(["plan", str(home / "c.ics"), "--person", "amira"]) == 1
    assert capsys.readouterr().err == "There is no such person.\n"
