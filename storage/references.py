"""Where people and channels are reached: each reference sealed for its own place, and found by keyed digests alone.

Once the oldest key is taken out, the platform tells them anew; until then no more is known than before it ever spoke.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from bot.ports import Reference, SealBroken
from storage.dialect import upsert
from storage.quick import first
from storage.reference_tables import ReferenceRow
from storage.rows import table
from storage.session import Session

_REFERENCES = table(ReferenceRow)
_C = _REFERENCES.c
_ONE = (_C.platform == bindparam("of"), _C.found_by == bindparam("where"))
_GET = select(_C.found_by, _C.body).where(*_ONE)
_CALLED = (
    select(_C.found_by, _C.body)
    .where(_C.platform == bindparam("of"), _C.called == bindparam("so"))
    .order_by(_C.found_by)
    .limit(1)
)
_REMOVE = delete(_REFERENCES).where(*_ONE)


class SqlReferences:
    """`bot.ports.References`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, platform: str, address: str) -> Reference | None:
        """Return it; None when there is none, or it no longer opens."""
        values = {"of": platform, "where": self._found_by(platform, "address", address)}
        row = first(self._session.connection, _GET, values)
        return None if row is None else self._opened(platform, row)

    def called(self, platform: str, handle: str) -> Reference | None:
        """Return whom a platform calls so; None for somebody unknown."""
        values = {"of": platform, "so": self._found_by(platform, "handle", handle)}
        row = first(self._session.connection, _CALLED, values)
        return None if row is None else self._opened(platform, row)

    def put(self, reference: Reference, *, now: datetime) -> None:
        """Write it, in place of an earlier one of the same address."""
        one, platform = reference, reference.platform
        found_by = self._found_by(platform, "address", one.address)
        body = json.dumps([one.address, one.chat, one.service, one.handle])
        row = {
            "platform": platform,
            "found_by": found_by,
            "called": self._found_by(platform, "handle", one.handle) if one.handle else "",
            "body": self._session.tools.sealer.seal(body, place=_place(platform, found_by)),
            "at": now,
        }
        connection = self._session.connection
        connection.execute(upsert(connection, _REFERENCES), row)

    def remove(self, platform: str, address: str) -> bool:
        """Erase it; return whether there was one."""
        values = {"of": platform, "where": self._found_by(platform, "address", address)}
        return self._session.connection.execute(_REMOVE, values).rowcount == 1

    def _found_by(self, platform: str, what: str, text: str) -> str:
        return self._session.tools.keyring.lookup(f"reference\n{what}\n{platform}\n{text}")

    def _opened(self, platform: str, row: Any) -> Reference | None:  # noqa: ANN401 - a row by name
        try:
            body = self._session.tools.sealer.open(row.body, place=_place(platform, row.found_by))
        except SealBroken:
            return None
        address, chat, service, handle = json.loads(body)
        return Reference(platform, address, chat, service, handle)


def _place(platform: str, found_by: str) -> str:
    return f"reference/{platform}/{found_by}"
