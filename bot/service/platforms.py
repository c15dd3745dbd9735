"""Which platforms take nothing just now, as `outages` has found. A handful of rows at most, and none while all is well."""

from __future__ import annotations

from bot.domain.people import Person
from bot.ports import Tx


def down(tx: Tx) -> frozenset[str]:
    """Return the platforms that count as down; mostly empty."""
    return tx.troubles.down()


def deaf(tx: Tx, person: Person) -> bool:
    """Return whether no chat of somebody takes anything just now."""
    gone = down(tx) if person.chats else frozenset[str]()
    return bool(gone) and all(way.platform in gone for way in person.chats)
