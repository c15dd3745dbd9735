"""What the parts of one transaction share: the connection, the keys, what the commit will wake, and when to write."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select

from bot.domain.policy import Policy
from bot.ports import Committed, IdSource, Sealer
from bot.sealing import Keyring
from storage.dialect import POSTGRESQL, Locking
from storage.roster_cache import RosterMemory, RosterReading

POLICIES_KEPT = 256
"""How many parsed policies one process keeps; a team has one, and another for every change of its pack."""


class PolicyCache:
    """Parsed policies by digest, the least recently used dropped first. Safe to use from several threads."""

    def __init__(self, size: int = POLICIES_KEPT) -> None:
        self._size = size
        self._kept: OrderedDict[str, Policy] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str) -> Policy | None:
        """Return a policy that was put in; None when it was not, or was dropped."""
        with self._lock:
            policy = self._kept.get(digest)
            if policy is not None:
                self._kept.move_to_end(digest)
            return policy

    def put(self, digest: str, policy: Policy) -> None:
        """Keep a policy under its digest."""
        with self._lock:
            self._kept[digest] = policy
            self._kept.move_to_end(digest)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a store gives every transaction."""

    keyring: Keyring
    sealer: Sealer
    ids: IdSource
    policies: PolicyCache = field(default_factory=PolicyCache)
    rosters: RosterMemory = field(default_factory=RosterMemory)


@dataclass(slots=True)
class Told:
    """What the commit of a transaction may wake, gathered while it runs."""

    due_at: datetime | None = None
    messages: bool = False
    kept: bool = False
    urgent: bool = False
    """An alarm is among the messages."""
    next_due: tuple[datetime | None] | None = None
    """The earliest deadline of all, when it was read."""

    def due(self, at: datetime | None) -> None:
        """Note a deadline that was written."""
        if at is not None and (self.due_at is None or at < self.due_at):
            self.due_at = at

    def committed(self) -> Committed:
        """Return it as the port has it."""
        return Committed(due_at=self.due_at, messages=self.messages, kept=self.kept)


def merged(each: list[Committed]) -> Committed:
    """Return what several works of one commit may wake together."""
    deadlines = [one.due_at for one in each if one.due_at is not None]
    return Committed(
        due_at=min(deadlines, default=None),
        messages=any(one.messages for one in each),
        kept=any(one.kept for one in each),
    )


@dataclass(slots=True)
class Session:
    """One transaction, as its parts see it."""

    connection: Connection
    tools: Tools
    rosters: RosterReading
    told: Told = field(default_factory=Told)
    flush: Callable[[], None] = lambda: None
    """Write everything that is buffered. A query over one table writes what is buffered for that one alone."""
    reads: bool = False
    """It only reads: nothing is locked."""

    @property
    def locks(self) -> bool:
        """Whether rows have to be locked: others write at the same time."""
        return not self.reads and self.connection.dialect.name == POSTGRESQL

    def choose(self, statement: Locking) -> Select[Any]:
        """Return the form of a select that fits this transaction."""
        return statement.plain if self.reads else statement.locking
