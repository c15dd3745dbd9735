"""The journal for people's eyes and for auditors: every entry as plain values, and whether every link holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.journal import Entry
from bot.domain.times import to_iso
from bot.ports import Tx

PAGE = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying found: (chain, fault) pairs, empty when all is well."""

    chains: int
    faults: tuple[tuple[str, str], ...]
    anchor: str


def entries(tx: Tx, *, visit_id: str | None, notes: bool) -> Iterator[dict[str, object]]:
    """Yield entries chain by chain, oldest first.

    Args:
        visit_id: only this chain; None for all.
        notes: with people's free text in clear; without it, only whether there is one.

    Raises:
        SealBroken: a note does not open.
    """
    for chain in _chains(tx) if visit_id is None else (visit_id,):
        for entry in tx.journal.read(chain):
            yield _plain(tx, entry, notes=notes)


def verify(tx: Tx) -> Report:
    """Recompute every chain."""
    count, faults = 0, []
    for chain in _chains(tx):
        count += 1
        fault = tx.journal.verify(chain)
        if fault is not None:
            faults.append((chain, fault))
    _, digest = tx.journal.anchor()
    return Report(count, tuple(faults), digest)


def _chains(tx: Tx) -> Iterator[str]:
    last = ""
    while page := tx.journal.chains(last, PAGE):
        yield from page
        last = page[-1]


def _plain(tx: Tx, entry: Entry, *, notes: bool) -> dict[str, object]:
    plain: dict[str, object] = {
        "visit": entry.chain,
        "number": entry.number,
        "at": to_iso(entry.at),
        "kind": entry.kind,
        "by": entry.by,
        "fact": json.loads(entry.body),
        "has_note": entry.note is not None,
    }
    if notes and entry.note is not None:
        plain["note"] = tx.journal.note(entry)
    return plain
