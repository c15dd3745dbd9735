"""Where people and channels are reached: each reference sealed for its own address."""

from __future__ import annotations

import hashlib
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
_ONE = (_C.platform == bindparam("of"), _C.address == bindparam("where"))
_GET = select(_C.address, _C.body).where(*_ONE)
_CALLED = (
    select(_C.address, _C.body)
    .where(_C.platform == bindparam("of"), _C.called == bindparam("so"))
    .order_by(_C.address)
    .limit(1)
)
_REMOVE = delete(_REFERENCES).where(*_ONE)


class SqlReferences:
    """`bot.ports.References`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, platform: str, address: str) -> Reference | None:
        """Return it; None when there is none, or it no longer opens."""
        row = first(self._session.connection, _GET, {"of": platform, "where": address})
        return None if row is None else self._opened(platform, row)

    def called(self, platform: str, handle: str) -> Reference | None:
        """Return whom a platform calls so; None for somebody unknown."""
        values = {"of": platform, "so": _digest(handle)}
        row = first(self._session.connection, _CALLED, values)
        return None if row is None else self._opened(platform, row)

    def put(self, reference: Reference, *, now: datetime) -> None:
        """Write it, in place of an earlier one of the same address."""
        place = _place(reference.platform, reference.address)
        body = json.dumps([reference.chat, reference.service, reference.handle])
        row = {
            "platform": reference.platform,
            "address": reference.address,
            "called": _digest(reference.handle),
            "body": self._session.tools.sealer.seal(body, place=place),
            "at": now,
        }
        connection = self._session.connection
        connection.execute(upsert(connection, _REFERENCES), row)

    def remove(self, platform: str, address: str) -> bool:
        """Erase it; return whether there was one."""
        values = {"of": platform, "where": address}
        return self._session.connection.execute(_REMOVE, values).rowcount == 1

    def _opened(self, platform: str, row: Any) -> Reference | None:  # noqa: ANN401 - a row by name
        try:
            body = self._session.tools.sealer.open(row.body, place=_place(platform, row.address))
        except SealBroken:
            return None
        chat, service, handle = json.loads(body)
        return Reference(platform, row.address, chat, service, handle)


def _digest(handle: str) -> str:
    return hashlib.sha256(handle.encode()).hexdigest() if handle else ""


def _place(platform: str, address: str) -> str:
    return f"reference/{platform}/{address}"
