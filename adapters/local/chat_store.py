"""The chat's own store: who said what where, who sees it as which number, and which request was answered before.

Every change is one transaction (BEGIN IMMEDIATE, WAL, synchronous=FULL) in one thread of its own, so the loop is never
held up and changes have one order. Who may do what is decided in `api` and `sender`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from adapters.local.chat_message import Body, ChatMessage
from adapters.local.chat_tables import Sent, Tables
from bot.domain.message import Choice
from bot.ports import Sealer, Unavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, and who sees it as which number.

    Attributes:
        changed: something was written; False: all was so already, and nobody is to be told.
    """

    message: ChatMessage
    numbers: dict[str, int]
    changed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A person's request as it was first carried out: what the intake is to hear, however often it is repeated.

    Attributes:
        repeated: the request had been answered before.
    """

    shown: Shown
    event_id: str
    at: datetime
    repeated: bool


class KeyReused(Exception):
    """A send-again key came with another content than the first time."""


class ChatStore:
    """The store of one chat, from `ChatStore.open`. Every method raises Unavailable when the file cannot be used."""

    def __init__(self, tables: Tables, thread: ThreadPoolExecutor) -> None:
        self._tables = tables
        self._thread = thread

    @classmethod
    async def open(cls, path: Path | str, sealer: Sealer | None = None) -> ChatStore:
        """Open the file, creating it and its tables when missing.

        Args:
            path: the file; its folder must exist.
            sealer: seals what people and the bot say. None: it is stored readably (tests only).

        Raises:
            Unavailable: the file cannot be opened.
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix="local-chat")
        try:
            tables = await asyncio.get_running_loop().run_in_executor(
                thread, Tables, str(path), sealer
            )
        except sqlite3.Error as error:
            thread.shutdown(wait=False)
            raise Unavailable("the chat's file cannot be opened") from error
        return cls(tables, thread)

    async def close(self) -> None:
        """Finish what is queued and close the file; then every call is Unavailable. A second call does nothing."""
        try:
            done = asyncio.get_running_loop().run_in_executor(self._thread, self._tables.db.close)
        except RuntimeError:
            return
        await done
        self._thread.shutdown(wait=True)

    async def post(
        self, message: ChatMessage, viewers: Sequence[str], post_key: str | None = None
    ) -> Shown:
        """Store a message and show it to `viewers`, who get it in this order.

        Returns:
            The message; with a `post_key` that was used before, the one posted then, which now has this body: whoever
            posts again does not know that the first try arrived, and what it said may be over.
        """

        def work(tables: Tables) -> Shown:
            before = None if post_key is None else tables.posted(post_key)
            if before is not None:
                return self._change(tables, before, message.body, message.at)
            return _insert(tables, message, viewers, post_key)

        return await self._run(work)

    async def say(
        self, message: ChatMessage, viewers: Sequence[str], *, author: str, key: str | None
    ) -> Told:
        """Store what a person said, once per key.

        Raises:
            KeyReused: the key was used for something else.
        """
        content = "\n".join(("say", message.place.kind, message.body.text))

        def work(tables: Tables) -> Told:
            sent = _repetition(tables, author, key, content)
            if sent is not None:
                shown = self._shown(tables, sent.message_id, changed=False)
                return Told(shown, sent.event_id, sent.at, repeated=True)
            shown = _insert(tables, message, viewers, None)
            _remember(tables, author, key, Sent(message.id, message.id, message.at, content))
            return Told(shown, message.id, message.at, repeated=False)

        return await self._run(work)

    async def reword(
        self, message_id: str, text: str, *, author: str, key: str | None, at: datetime
    ) -> Told:
        """Change the words of a person's own message, which must exist, once per key.

        A text that changes nothing is the repetition of the last edit: the intake may not have heard of it yet.

        Raises:
            KeyReused: the key was used for something else.
        """
        content = "\n".join(("reword", message_id, text))

        def work(tables: Tables) -> Told:
            sent = _repetition(tables, author, key, content)
            if sent is not None:
                shown = self._shown(tables, sent.message_id, changed=False)
                return Told(shown, sent.event_id, sent.at, repeated=True)
            shown = self._change(tables, message_id, Body(text=text), at)
            last = shown.message.edited_at or shown.message.at
            event_id = _edit_event(shown.message)
            _remember(tables, author, key, Sent(event_id, message_id, last, content))
            return Told(shown, event_id, last, repeated=not shown.changed)

        return await self._run(work)

    async def press(
        self, message_id: str, content: str, *, author: str, key: str, event_id: str, at: datetime
    ) -> tuple[str, datetime]:
        """Keep that a person pressed a button, once per key; return the first press's event id and instant.

        Raises:
            KeyReused: the key was used for something else.
        """
        content = "\n".join(("press", message_id, content))

        def work(tables: Tables) -> tuple[str, datetime]:
            sent = _repetition(tables, author, key, content)
            if sent is not None:
                return sent.event_id, sent.at
            _remember(tables, author, key, Sent(event_id, message_id, at, content))
            return event_id, at

        return await self._run(work)

    async def change(self, message_id: str, body: Body, at: datetime) -> Shown:
        """Give a message, which must exist, another body; its choices stay pressable. The same body changes nothing."""
        return await self._run(lambda tables: self._change(tables, message_id, body, at))

    async def offer(self, message_id: str, choices: Sequence[Choice]) -> None:
        """Let choices be pressed that a message, which must exist, showed in a view only; the message does not change."""

        def work(tables: Tables) -> None:
            shown = self._shown(tables, message_id, changed=False)
            known = {one.id for one in (*shown.message.body.choices, *choices)}
            past = (one for one in shown.message.body.past if one.id not in known)
            body = replace(shown.message.body, past=(*choices, *past))
            tables.update(replace(shown.message, body=body))

        await self._run(work)

    async def message(self, message_id: str) -> Shown | None:
        """Return one message and who sees it, or None."""

        def work(tables: Tables) -> Shown | None:
            if tables.message(message_id) is None:
                return None
            return self._shown(tables, message_id, changed=False)

        return await self._run(work)

    async def feed(
        self, viewer: str, *, after: int = 0, limit: int = 500, kind: str | None = None
    ) -> list[tuple[int, ChatMessage]]:
        """Return what a viewer sees, numbered above `after`, by number, each in its present state; may be empty.

        Args:
            kind: "channel", "private", or None for both.
        """
        return await self._run(lambda tables: tables.feed(viewer, after, limit, kind))

    async def _run(self, work: Callable[[Tables], T]) -> T:
        try:
            done = asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work)
        except RuntimeError as error:  # the thread was shut down
            raise Unavailable("the chat is closed") from error
        return await done

    def _transaction(self, work: Callable[[Tables], T]) -> T:
        db = self._tables.db
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                result = work(self._tables)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise Unavailable("the chat's file cannot be used") from error
        return result

    @staticmethod
    def _shown(tables: Tables, message_id: str, *, changed: bool) -> Shown:
        message = tables.message(message_id)
        if message is None:
            raise LookupError("a message that is referred to is not there")
        return Shown(message, tables.viewers(message_id), changed)

    def _change(self, tables: Tables, message_id: str, body: Body, at: datetime) -> Shown:
        shown = self._shown(tables, message_id, changed=False)
        old = shown.message
        new = old.body.becoming(body)
        if new == old.body:
            return shown
        # Clients take the later of two states for the newer one, so a clock put back must not put an edit back.
        later = max(at, old.edited_at or old.at)
        message = replace(old, body=new, edited_at=later, edits=old.edits + 1)
        tables.update(message)
        return Shown(message, shown.numbers, changed=True)


def _insert(
    tables: Tables, message: ChatMessage, viewers: Sequence[str], post_key: str | None
) -> Shown:
    tables.insert(message, post_key)
    numbers = {viewer: tables.show(viewer, message.id) for viewer in dict.fromkeys(viewers)}
    return Shown(message, numbers, changed=True)


def _repetition(tables: Tables, author: str, key: str | None, content: str) -> Sent | None:
    """Return what the key did before, or None. A seal that does not open cannot be compared: taken as the same."""
    sent = None if key is None else tables.sent(author, key)
    if sent is not None and sent.content is not None and sent.content != content:
        raise KeyReused
    return sent


def _remember(tables: Tables, author: str, key: str | None, sent: Sent) -> None:
    if key is not None:
        tables.remember(author, key, sent)


def _edit_event(message: ChatMessage) -> str:
    """Name the last edit of a message; for one never edited, the message itself, which the intake knows."""
    return f"{message.id}-edit-{message.edits}" if message.edits else message.id
