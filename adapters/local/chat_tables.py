"""The chat's SQLite file: its tables, how it is opened, and rows to messages and back. Runs in the store's one thread.

Texts, titles, previews and choices are one sealed piece per message. Keys of callers are kept as digests: they may
speak of what a message is about. Nothing here knows people or teams beyond their ids.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.local.chat_message import Body, ChatMessage, Place, body_from_text, body_to_text
from bot.ports import SealBroken, Sealer

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY,
    team_id TEXT,
    person_id TEXT,
    author TEXT,
    only_for TEXT,
    under TEXT,
    body BLOB NOT NULL,
    sealed INTEGER NOT NULL,
    post_key TEXT UNIQUE,
    at TEXT NOT NULL,
    edited_at TEXT,
    edits INTEGER NOT NULL DEFAULT 0,
    CHECK ((team_id IS NULL) <> (person_id IS NULL))
) STRICT;
CREATE TABLE IF NOT EXISTS feed (
    viewer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    message_id TEXT NOT NULL REFERENCES message (id),
    PRIMARY KEY (viewer, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS feed_message ON feed (message_id, viewer);
CREATE TABLE IF NOT EXISTS sent (
    person TEXT NOT NULL,
    send_key TEXT NOT NULL,
    event_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    at TEXT NOT NULL,
    content BLOB NOT NULL,
    sealed INTEGER NOT NULL,
    PRIMARY KEY (person, send_key)
) STRICT, WITHOUT ROWID;
"""
_COLUMNS = "id, team_id, person_id, author, only_for, under, body, sealed, at, edited_at, edits"
_PREFIXED = ", ".join(f"m.{name}" for name in _COLUMNS.split(", "))

UNREADABLE = "(This message cannot be read: the key it was sealed with is lost.)"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person's earlier request of one key did.

    Attributes:
        content: what was asked for, to tell a repetition from another request; None when its seal does not open.
    """

    event_id: str
    message_id: str
    at: datetime
    content: str | None


class Tables:
    """Statements on one connection. Every method runs inside a transaction that the store began."""

    def __init__(self, path: str, sealer: Sealer | None) -> None:
        self._sealer = sealer
        self.db = sqlite3.connect(path, isolation_level=None, timeout=5.0)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.executescript(SCHEMA)

    def insert(self, message: ChatMessage, post_key: str | None) -> None:
        """Store a new message; no feed row yet."""
        body, sealed = self._seal(body_to_text(message.body), f"local/{message.id}/body")
        self.db.execute(
            f"INSERT INTO message ({_COLUMNS}, post_key) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608 - a constant
            (
                message.id,
                message.place.team_id,
                message.place.person_id,
                message.author,
                message.only_for,
                message.under,
                body,
                sealed,
                message.at.isoformat(),
                None,
                0,
                post_key and digest(post_key),
            ),
        )

    def update(self, message: ChatMessage) -> None:
        """Store the body, `edited_at` and `edits` of a message that is there."""
        body, sealed = self._seal(body_to_text(message.body), f"local/{message.id}/body")
        edited_at = None if message.edited_at is None else message.edited_at.isoformat()
        self.db.execute(
            "UPDATE message SET body = ?, sealed = ?, edited_at = ?, edits = ? WHERE id = ?",
            (body, sealed, edited_at, message.edits, message.id),
        )

    def show(self, viewer: str, message_id: str) -> int:
        """Give a message its number for one viewer: one more than their last, the first is 1."""
        seq: int = self.db.execute(
            "SELECT coalesce(max(seq), 0) + 1 FROM feed WHERE viewer = ?", (viewer,)
        ).fetchone()[0]
        self.db.execute("INSERT INTO feed VALUES (?, ?, ?)", (viewer, seq, message_id))
        return seq

    def viewers(self, message_id: str) -> dict[str, int]:
        """Return who sees a message, and as which number."""
        rows = self.db.execute("SELECT viewer, seq FROM feed WHERE message_id = ?", (message_id,))
        return dict(rows.fetchall())

    def message(self, message_id: str) -> ChatMessage | None:
        """Return one message, whoever sees it; None when there is none."""
        row = self.db.execute(
            f"SELECT {_COLUMNS} FROM message WHERE id = ?",  # noqa: S608 - a constant
            (message_id,),
        ).fetchone()
        return None if row is None else self._read(row)

    def posted(self, post_key: str) -> str | None:
        """Return the id of the message that was posted with this key, or None."""
        row = self.db.execute(
            "SELECT id FROM message WHERE post_key = ?", (digest(post_key),)
        ).fetchone()
        return None if row is None else str(row[0])

    def feed(
        self, viewer: str, after: int, limit: int, kind: str | None
    ) -> list[tuple[int, ChatMessage]]:
        """Return a viewer's messages numbered above `after`, in order, at most `limit`; `kind` None: of both places."""
        where = {None: "", "channel": "AND m.person_id IS NULL", "private": "AND m.team_id IS NULL"}
        rows = self.db.execute(
            f"SELECT f.seq, {_PREFIXED} FROM feed f JOIN message m ON m.id = f.message_id "  # noqa: S608 - constants
            f"WHERE f.viewer = ? AND f.seq > ? {where[kind]} ORDER BY f.seq LIMIT ?",
            (viewer, after, limit),
        ).fetchall()
        return [(row[0], self._read(row[1:])) for row in rows]

    def sent(self, person: str, key: str) -> Sent | None:
        """Return what a person's earlier request of this key did, or None."""
        row = self.db.execute(
            "SELECT event_id, message_id, at, content, sealed FROM sent WHERE person = ? AND send_key = ?",
            (person, digest(key)),
        ).fetchone()
        if row is None:
            return None
        content = self._open(row[3], bool(row[4]), f"local/{row[0]}/content")
        return Sent(row[0], row[1], datetime.fromisoformat(row[2]), content)

    def remember(self, person: str, key: str, sent: Sent) -> None:
        """Keep what a request did under its key."""
        content, sealed = self._seal(sent.content or "", f"local/{sent.event_id}/content")
        self.db.execute(
            "INSERT INTO sent VALUES (?,?,?,?,?,?,?)",
            (
                person,
                digest(key),
                sent.event_id,
                sent.message_id,
                sent.at.isoformat(),
                content,
                sealed,
            ),
        )

    def _read(self, row: tuple[Any, ...]) -> ChatMessage:
        ident, team_id, person_id, author, only_for, under, body, sealed, at, edited_at, edits = row
        text = self._open(body, bool(sealed), f"local/{ident}/body")
        return ChatMessage(
            id=ident,
            place=Place(team_id, person_id),
            author=author,
            at=datetime.fromisoformat(at),
            body=Body(text=UNREADABLE) if text is None else body_from_text(text),
            only_for=only_for,
            under=under,
            edited_at=None if edited_at is None else datetime.fromisoformat(edited_at),
            edits=edits,
        )

    def _seal(self, plain: str, place: str) -> tuple[bytes, int]:
        if self._sealer is None:
            return plain.encode(), 0
        return self._sealer.seal(plain, place=place), 1

    def _open(self, stored: bytes, sealed: bool, place: str) -> str | None:
        if not sealed:
            return stored.decode()
        if self._sealer is None:
            return None
        try:
            return self._sealer.open(stored, place=place)
        except SealBroken:
            return None


def digest(key: str) -> str:
    """Return the form in which a caller's key is kept: it may be long, and may speak of what a message is about."""
    return hashlib.sha256(key.encode()).hexdigest()
