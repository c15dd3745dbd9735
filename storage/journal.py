"""The journal: one chain of entries for each visit, each entry bound to the one before by a code with its own key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select

from bot.domain.facts import Fact
from bot.domain.journal import Entry, encode, end, link, note_digest
from bot.ports import SealBroken
from storage.dialect import POSTGRESQL, locking, upsert
from storage.many import Row, run_many, run_rows
from storage.mapping import ENTRIES
from storage.quick import fetch, first
from storage.rows import table
from storage.session import Session
from storage.tables import ChainRow

SALT_BYTES = 16

_CHAIN = table(ChainRow)
_INSERT = insert(ENTRIES.table)
_HEAD = locking(select(_CHAIN.c.length, _CHAIN.c.mac).where(_CHAIN.c.id == bindparam("id")))
_HEADS_OF = locking(
    select(_CHAIN.c.id, _CHAIN.c.length, _CHAIN.c.mac)
    .where(_CHAIN.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_CHAIN.c.id)
)
_READ = (
    select(*ENTRIES.columns)
    .where(ENTRIES.table.c.chain == bindparam("chain"))
    .order_by(ENTRIES.table.c.number)
)
_CHAINS = (
    select(_CHAIN.c.id)
    .where(_CHAIN.c.id > bindparam("after"))
    .order_by(_CHAIN.c.id)
    .limit(bindparam("limit"))
)
_SEALED = select(_CHAIN.c.seal).where(_CHAIN.c.id == bindparam("id"))
_HEADS = select(_CHAIN.c.id, _CHAIN.c.length, _CHAIN.c.mac)
# A database sorts texts by the rules of some language, and another, or its next version, by others.
_BY_BYTES = {
    POSTGRESQL: _HEADS.order_by(_CHAIN.c.id.collate("C")),
    "sqlite": _HEADS.order_by(_CHAIN.c.id),
}

Head = tuple[int, bytes]
_NO_HEAD: Head = (0, b"")


class SqlJournal:
    """`bot.ports.Journal`. Entries are numbered and linked at once, and written together."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._heads: dict[str, Head] = {}
        self._unwritten: list[Row] = []
        self._grown: set[str] = set()

    def append(
        self, chain: str, fact: Fact, *, at: datetime, by: str | None, note: str = ""
    ) -> None:
        """Write the next entry of a chain; the note is sealed."""
        tools = self._session.tools
        length, before = self._head(chain)
        number, salt = length + 1, tools.ids.token(SALT_BYTES)
        kind, body = encode(fact)
        sealed = tools.sealer.seal(note, place=_place(chain, number)) if note else None
        at, digest = at.astimezone(UTC), note_digest(note, salt)
        bound = link(
            before=before,
            chain=chain,
            number=number,
            at=at,
            kind=kind,
            by=by,
            body=body,
            note_digest=digest,
            salt=salt,
        )
        mac = tools.keyring.mac("journal", bound)
        # An entry's fields, in their order.
        self._unwritten.append((chain, number, at, kind, by, body, sealed, digest, salt, mac))
        self._grown.add(chain)
        self._heads[chain] = (number, mac)

    def ahead(self, chains: Iterable[str]) -> None:
        """Read the ends of these chains at once, so that `append` need not read each."""
        unknown = sorted({each for each in chains if each not in self._heads})
        if unknown:
            self._heads.update(dict.fromkeys(unknown, _NO_HEAD))
            asked = self._session.choose(_HEADS_OF)
            found = fetch(self._session.connection, asked, {"ids": unknown})
            self._heads.update((row.id, (row.length, row.mac)) for row in found)

    def read(self, chain: str) -> tuple[Entry, ...]:
        """Return a chain, oldest first; empty for an unknown one."""
        self.flush()
        return ENTRIES.read_all(self._session.connection.execute(_READ, {"chain": chain}))

    def chains(self, after: str, limit: int) -> tuple[str, ...]:
        """Return the ids of chains greater than `after`, in order, at most `limit`; "" begins at the first."""
        self.flush()
        found = self._session.connection.execute(_CHAINS, {"after": after, "limit": limit})
        return tuple(found.scalars())

    def verify(self, chain: str) -> str | None:
        """Return what is wrong with a chain in a few words; None when every link and its length hold.

        An erased note is not wrong; one that was changed, swapped or put in later is. The record of the length is sealed
        with the key, so a tail cut off together with it shows; put back as an older copy of the database has it, it shows
        only against an earlier `anchor`.
        """
        entries = self.read(chain)
        length, head = self._stored_head(chain)
        before = b""
        for number, entry in enumerate(entries, 1):
            wrong = self._wrong(entry, number, before)
            if wrong:
                return wrong
            before = entry.mac
        if len(entries) < length:
            return f"entry {len(entries) + 1} is missing: the chain has {length}"
        if len(entries) > length:
            return f"entry {length + 1} is beyond the end of the chain"
        if before != head:
            return f"entry {length} is not the one the chain ends with"
        return self._wrong_end(chain, length, head)

    def note(self, entry: Entry) -> str:
        """Return an entry's note in clear, "" when it has none. Raises SealBroken."""
        if entry.note is None:
            return ""
        return self._session.tools.sealer.open(entry.note, place=_place(entry.chain, entry.number))

    def anchor(self) -> tuple[int, str]:
        """Return the number of chains and one digest over all their heads, for a place outside the database."""
        self.flush()
        digest, count = hashlib.sha256(), 0
        connection = self._session.connection
        for chain, length, mac in connection.execute(_BY_BYTES[connection.dialect.name]):
            name = chain.encode()
            digest.update(b"%d:%b:%d:%b" % (len(name), name, length, mac))
            count += 1
        return count, digest.hexdigest()

    def flush(self) -> None:
        """Write what was appended, and how long each chain is now."""
        if not self._unwritten:
            return
        connection = self._session.connection
        entries, self._unwritten = self._unwritten, []
        grown, self._grown = sorted(self._grown), set()
        seal = self._session.tools.keyring.mac
        heads = [
            {
                "id": chain,
                "length": length,
                "mac": mac,
                "seal": seal("journal", end(chain, length, mac)),
            }
            for chain, (length, mac) in ((chain, self._heads[chain]) for chain in grown)
        ]
        run_rows(connection, _INSERT, ENTRIES.names, entries)
        run_many(connection, upsert(connection, _CHAIN), heads)

    def _head(self, chain: str) -> Head:
        known = self._heads.get(chain)
        return known if known is not None else self._stored_head(chain)

    def _stored_head(self, chain: str) -> Head:
        row = first(self._session.connection, self._session.choose(_HEAD), {"id": chain})
        return _NO_HEAD if row is None else (row.length, row.mac)

    def _wrong_end(self, chain: str, length: int, mac: bytes) -> str | None:
        if not length:
            return None
        sealed = first(self._session.connection, _SEALED, {"id": chain})
        seal = sealed.seal or b""
        bound = self._session.tools.keyring.verify("journal", end(chain, length, mac), seal)
        return None if bound else "the record of its length was changed, or is older than its seals"

    def _wrong(self, entry: Entry, number: int, before: bytes) -> str | None:
        if entry.number != number:
            return f"entry {number} is missing"
        if not self._session.tools.keyring.verify("journal", _linked(entry, before), entry.mac):
            return f"entry {number} was changed, or does not follow the one before"
        if entry.note is None:
            return None
        try:
            note = self.note(entry)
        except SealBroken:
            return f"the note of entry {number} does not open"
        bound = note_digest(note, entry.salt) == entry.note_digest
        return None if bound else f"the note of entry {number} is not the one written with it"


def _place(chain: str, number: int) -> str:
    return f"journal/{chain}/{number}/note"


def _linked(entry: Entry, before: bytes) -> bytes:
    return link(
        before=before,
        chain=entry.chain,
        number=entry.number,
        at=entry.at,
        kind=entry.kind,
        by=entry.by,
        body=entry.body,
        note_digest=entry.note_digest,
        salt=entry.salt,
    )


__all__: Sequence[str] = ("SALT_BYTES", "SqlJournal")
