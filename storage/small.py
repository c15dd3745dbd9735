"""Three small parts of a transaction: frozen rules, instants to remember, and cases that nobody visits alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from bot.domain.errors import InvariantBroken
from bot.domain.policy import Policy
from bot.packs.encoding import decode
from storage.case_tables import PairsOnlyRow, RatedCaseRow
from storage.dialect import missing, renewal, upsert
from storage.many import run_many
from storage.quick import fetch, first
from storage.rows import table
from storage.session import Session
from storage.tables import PolicyRow, PulseRow

_POLICY, _PULSE, _PAIRS = table(PolicyRow), table(PulseRow), table(PairsOnlyRow)
_RATINGS = table(RatedCaseRow)
_CONTENT = select(_POLICY.c.content).where(_POLICY.c.digest == bindparam("digest"))
_AT = select(_PULSE.c.at).where(_PULSE.c.name == bindparam("name"))
_ONE_CASE = (_PAIRS.c.team_id == bindparam("team"), _PAIRS.c.case_ref == bindparam("case"))
_MARKED = select(_PAIRS.c.case_ref).where(*_ONE_CASE)
_ALL_MARKED = (
    select(_PAIRS.c.case_ref)
    .where(_PAIRS.c.team_id == bindparam("team"))
    .order_by(_PAIRS.c.case_ref)
    .limit(bindparam("most"))
)
_LIFTED = delete(_PAIRS).where(*_ONE_CASE)
_ONE_RATED = (_RATINGS.c.team_id == bindparam("team"), _RATINGS.c.case_ref == bindparam("case"))
_RATED = select(_RATINGS.c.rating).where(*_ONE_RATED)
_UNRATED = delete(_RATINGS).where(*_ONE_RATED)


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
    """`bot.ports.Pulses`. Each decision asks for the same one: it is read once in a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[str, datetime | None] = {}

    def get(self, name: str) -> datetime | None:
        """Return the instant; None when there is none yet."""
        if name not in self._read:
            row = first(self._session.connection, _AT, {"name": name})
            self._read[name] = None if row is None else row.at
        return self._read[name]

    def set(self, name: str, at: datetime) -> None:
        """Write the instant; never an earlier one than stands there."""
        connection = self._session.connection
        self._read.pop(name, None)
        run_many(connection, upsert(connection, _PULSE, "at"), [{"name": name, "at": at}])

    def renew(self, name: str, now: datetime, *, every: timedelta) -> bool:
        """Write `now`, unless an instant less than `every` before it, or a later one, stands there.

        Returns:
            Whether it was written: of several who ask at once, one hears True.
        """
        connection = self._session.connection
        self._read.pop(name, None)
        values = {"name": name, "at": now, "before": now - every}
        return connection.execute(renewal(connection, _PULSE, "at"), values).rowcount == 1


class SqlCases:
    """`bot.ports.Cases`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def mark(self, team_id: str, case_ref: str) -> bool:
        """Have nobody visit a case alone; return whether it was not so before."""
        connection = self._session.connection
        row = {"team_id": team_id, "case_ref": case_ref}
        return connection.execute(missing(connection, _PAIRS), row).rowcount == 1

    def clear(self, team_id: str, case_ref: str) -> bool:
        """Let a case be visited alone again; return whether it was not so before."""
        values = {"team": team_id, "case": case_ref}
        return self._session.connection.execute(_LIFTED, values).rowcount == 1

    def pairs_only(self, team_id: str, case_ref: str) -> bool:
        """Return whether nobody visits this case alone: one row is read."""
        values = {"team": team_id, "case": case_ref}
        return first(self._session.connection, _MARKED, values) is not None

    def rated(self, team_id: str, case_ref: str) -> str:
        """Return the rating that is remembered of a case; "" for none: one row is read."""
        row = first(self._session.connection, _RATED, {"team": team_id, "case": case_ref})
        return "" if row is None else str(row.rating)

    def rate(self, team_id: str, case_ref: str, rating: str) -> None:
        """Remember a rating of a case; "" forgets it."""
        connection = self._session.connection
        if rating:
            row = {"team_id": team_id, "case_ref": case_ref, "rating": rating}
            connection.execute(upsert(connection, _RATINGS), row)
        else:
            connection.execute(_UNRATED, {"team": team_id, "case": case_ref})

    def all_of(self, team_id: str, limit: int) -> tuple[str, ...]:
        """Return a team's cases that nobody visits alone, in order, at most `limit`; may be empty."""
        values = {"team": team_id, "most": limit}
        return tuple(row.case_ref for row in fetch(self._session.connection, _ALL_MARKED, values))
