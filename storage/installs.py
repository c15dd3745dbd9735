"""Workspaces that have let us in: their tokens sealed, each for its own workspace."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.ports import Install, SealBroken
from storage.dialect import missing, upsert
from storage.install_tables import InstallRow, UsedCodeRow
from storage.quick import fetch, first
from storage.rows import table
from storage.session import Session

_INSTALLS, _USED = table(InstallRow), table(UsedCodeRow)
_C = _INSTALLS.c
_ONE = (_C.platform == bindparam("of"), _C.workspace == bindparam("where"))
_GET = select(_C.us, _C.token).where(*_ONE)
_ALL = select(_C.workspace).where(_C.platform == bindparam("of")).order_by(_C.workspace)
_REMOVE = delete(_INSTALLS).where(*_ONE)
_FORGET = delete(_USED).where(_USED.c.until <= bindparam("now"))


class SqlInstalls:
    """`bot.ports.Installs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, platform: str, workspace: str) -> Install | None:
        """Return it; None when that workspace has not let us in, or its token no longer opens."""
        row = first(self._session.connection, _GET, {"of": platform, "where": workspace})
        if row is None:
            return None
        try:
            token = self._session.tools.sealer.open(row.token, place=_place(platform, workspace))
        except SealBroken:
            return None
        return Install(platform, workspace, row.us, token)

    def put(self, install: Install, *, now: datetime) -> None:
        """Write it, in place of an earlier one of the same workspace."""
        connection, place = self._session.connection, _place(install.platform, install.workspace)
        row = {
            "platform": install.platform,
            "workspace": install.workspace,
            "us": install.us,
            "token": self._session.tools.sealer.seal(install.token, place=place),
            "at": now,
        }
        connection.execute(upsert(connection, _INSTALLS), row)

    def remove(self, install: Install) -> bool:
        """Erase it, unless the workspace has let us in anew since it was read; return whether it was erased."""
        if self.get(install.platform, install.workspace) != install:
            return False
        values = {"of": install.platform, "where": install.workspace}
        return self._session.connection.execute(_REMOVE, values).rowcount == 1

    def all_of(self, platform: str) -> tuple[str, ...]:
        """Return the ids of a platform's workspaces that have let us in, in order; may be empty."""
        rows = fetch(self._session.connection, _ALL, {"of": platform})
        return tuple(row.workspace for row in rows)

    def use(self, code: str, *, now: datetime, until: datetime) -> bool:
        """Use up a code that is good once; return False when it was used before."""
        connection = self._session.connection
        connection.execute(_FORGET, {"now": now})
        row = {"digest": hashlib.sha256(code.encode()).hexdigest(), "until": until}
        return connection.execute(missing(connection, _USED), row).rowcount == 1


def _place(platform: str, workspace: str) -> str:
    return f"install/{platform}/{workspace}/token"
