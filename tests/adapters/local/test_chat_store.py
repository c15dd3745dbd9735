"""The chat's own file."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.local.chat_message import Body, ChatMessage, Place
from adapters.local.chat_store import ChatStore
from adapters.local.chat_tables import UNREADABLE
from bot.domain.message import Choice
from bot.ports import Unavailable
from tests.adapters.local.cast import NOON, WORKER, TurningSealer
from tests.adapters.local.conftest import OpenRoom
from tests.adapters.local.test_sender import CARD, NORTH


def message(ident: str, text: str = "hello") -> ChatMessage:
    return ChatMessage(ident, Place(team_id="north"), "p-amy", NOON, Body(text=text))


async def test_nothing_that_was_said_is_readable_in_the_file(open_room: OpenRoom) -> None:
    room = await open_room()
    await room.chat.sender.post(NORTH, CARD, key="alarm for CASE123")
    await room.say(WORKER.id, "the blue door", key="blue")
    await room.chat.close()
    raw = b"".join(one.read_bytes() for one in room.path.parent.iterdir())
    for word in (b"CASE123", b"until 14:00", b"has started", b"I've left", b"blue"):
        assert word not in raw


async def test_a_lost_key_loses_words_not_messages(tmp_path: Path) -> None:
    sealer = TurningSealer()
    store = await ChatStore.open(tmp_path / "chat.db", sealer)
    told = await store.say(message("m1"), ["p-amy"], author="p-amy", key="k")
    sealer.lost = True
    assert [(seq, one.body.text) for seq, one in await store.feed("p-amy")] == [(1, UNREADABLE)]
    # What was asked for cannot be compared any more: the repetition counts as one.
    again = await store.say(message("m2"), ["p-amy"], author="p-amy", key="k")
    assert (again.event_id, again.repeated) == (told.event_id, True)
    await store.close()
    without = await ChatStore.open(tmp_path / "chat.db")
    assert [one.body.text for _, one in await without.feed("p-amy")] == [UNREADABLE]
    await without.close()


async def test_numbers_stay_without_gaps_when_many_write_at_once(tmp_path: Path) -> None:
    store = await ChatStore.open(tmp_path / "chat.db")
    viewers = ["p-amy", "p-ben"]
    await asyncio.gather(
        *(store.post(message(f"m{n}"), viewers[: 1 + n % 2], f"k{n % 20}") for n in range(40))
    )
    assert [seq for seq, _ in await store.feed("p-amy")] == list(range(1, 21))
    assert [seq for seq, _ in await store.feed("p-ben")] == list(range(1, 11))
    await store.close()


async def test_a_failed_post_leaves_no_number_behind(tmp_path: Path) -> None:
    store = await ChatStore.open(tmp_path / "chat.db")
    await store.post(message("m1"), ["p-amy"])
    with pytest.raises(Unavailable):
        await store.post(message("m1"), ["p-amy"])
    await store.post(message("m2"), ["p-amy"])
    assert [(seq, one.id) for seq, one in await store.feed("p-amy")] == [(1, "m1"), (2, "m2")]
    await store.close()


async def test_a_clock_put_back_does_not_put_an_edit_back(tmp_path: Path) -> None:
    store = await ChatStore.open(tmp_path / "chat.db")
    await store.post(message("m1"), ["p-amy"])
    for turn, later in ((1, 10), (2, -10)):
        shown = await store.change("m1", Body(text=str(turn)), NOON + timedelta(seconds=later))
        assert shown.message.edited_at == NOON + timedelta(seconds=10)
    await store.close()


async def test_the_file_is_written_through(tmp_path: Path) -> None:
    store = await ChatStore.open(tmp_path / "chat.db")
    with sqlite3.connect(tmp_path / "chat.db") as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    await store.close()
    await store.close()
    with pytest.raises(Unavailable):
        await store.feed("p-amy")


async def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await ChatStore.open(tmp_path / "missing" / "chat.db")


def test_every_choice_ever_shown_stays_pressable() -> None:
    one, two, new_one = Choice("1", "One"), Choice("2", "Two"), Choice("1", "One again")
    body = Body(choices=(one,)).becoming(Body(choices=(two,))).becoming(Body())
    assert body.pressable("1") == one
    assert body.pressable("2") == two
    assert body.becoming(Body(choices=(new_one,))).pressable("1") == new_one
    assert body.pressable("3") is None
