"""Two small parts of a transaction: frozen rules, and instants to remember."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from bot.domain.errors import InvariantBroken
from bot.domain.policy import Policy
from bot.packs.encoding import decode
from storage.dialect import renewal, upsert
from storage.quick import first
from storage.session import Session
from storage.tables import PolicyRow, PulseRow, table

_POLICY, _PULSE = table(PolicyRow), table(PulseRow)
_CONTENT = select(_POLICY.c.content).where(_POLICY.c.digest == bindparam("digest"))
_AT = select(_PULSE.c.at).where(_PULSE.c.name == bindparam("name"))


class SqlPolicies:
    """`bot.ports.Policies`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, digest: str) -> Policy:
        """Return the rules. Raises InvariantBroken when they are not stored, or cannot be read."""
        kept = self._session.tools.policies.get(digest)
        if kept is not None:
            return kept
        content = self._session.connection.execute(_CONTENT, {"digest": digest}).scalar()
        if content is None:
            raise InvariantBroken("rules that are not stored")
        policy = decode(content)
        if policy.digest != digest:
            raise InvariantBroken("rules stored under another digest than their own")
        self._session.tools.policies.put(digest, policy)
        return policy


class SqlPulses:
    """`bot.ports.Pulses`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> datetime | None:
        """Return the instant; None when there is none yet."""
        row = first(self._session.connection, _AT, {"name": name})
        return None if row is None else row.at

    def set(self, name: str, at: datetime) -> None:
        """Write the instant; never an earlier one than stands there."""
        connection = self._session.connection
        connection.execute(upsert(connection, _PULSE, "at"), {"name": name, "at": at})

    def renew(self, name: str, now: datetime, *, every: timedelta) -> bool:
        """Write `now`, unless an instant less than `every` before it, or a later one, stands there.

        Returns:
            Whether it was written: of several who ask at once, one hears True.
        """
        connection = self._session.connection
        values = {"name": name, "at": now, "before": now - every}
        return connection.execute(renewal(connection, _PULSE, "at"), values).rowcount == 1
