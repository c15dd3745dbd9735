"""Facts to plain values and back, and the link of the chain that binds each entry to the one before.

What is written here is read for years: a kind or a field is never renamed, only added with a default.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.domain.errors import InvariantBroken
from bot.domain.facts import EscalationFact, Fact, VisitFact
from bot.domain.json_text import json_writer
from bot.domain.times import from_iso, to_iso

_BODY = json_writer(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_PARTS = json_writer(separators=(",", ":"), ensure_ascii=False)

KINDS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Fact)}
VISIT_KINDS: tuple[type, ...] = get_args(VisitFact)
ESCALATION_KINDS: tuple[type, ...] = get_args(EscalationFact)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a chain as it is stored and exported.

    Attributes:
        chain: the visit it belongs to, or the team (`team_facts.team_chain`).
        number: from 1, without gaps.
        kind, body: the fact (`encode`); ids of people, never their names or words.
        by: who brought it about; None for the bot.
        note: sealed free text; None when there is none. Erasing it leaves the chain valid: only its digest is bound.
        salt: random; makes the digest of the body unguessable.
        mac: binds all of the above and the entry before.
    """

    chain: str
    number: int
    at: datetime
    kind: str
    by: str | None
    body: str
    note: bytes | None
    note_digest: str
    salt: bytes
    mac: bytes

    @property
    def fact(self) -> Fact:
        """The fact that this entry tells of. Raises InvariantBroken when this version cannot read it."""
        return decode(self.kind, self.body)


def encode(fact: Fact) -> tuple[str, str]:
    """Return a fact as (kind, body): its type's name and canonical JSON."""
    kind = type(fact).__name__
    plain = {name: to_plain(getattr(fact, name)) for name, to_plain, _ in _codec(kind)}
    return kind, _BODY(plain)


def decode(kind: str, body: str) -> Fact:
    """Return the fact of a stored (kind, body).

    Raises:
        InvariantBroken: an unknown kind or a body of another shape: written by a newer version, or damaged.
    """
    known = KINDS.get(kind)
    try:
        plain = json.loads(body)
        if known is None:
            raise InvariantBroken(f"a journal entry of unknown kind {kind}")
        fact: Fact = known(
            **{
                name: from_plain(plain[name])
                for name, _, from_plain in _codec(kind)
                # A field that is younger than the entry has the default it was added with.
                if name in plain or name not in _defaulted(kind)
            }
        )
    except (KeyError, TypeError, ValueError) as broken:
        raise InvariantBroken(f"a journal entry {kind} that cannot be read") from broken
    return fact


def link(
    *,
    before: bytes,
    chain: str,
    number: int,
    at: datetime,
    kind: str,
    by: str | None,
    body: str,
    note_digest: str,
    salt: bytes,
) -> bytes:
    """Return the bytes whose MAC is an entry's link: everything that must not change, in a form without ambiguity."""
    digest = hashlib.sha256(salt + body.encode()).hexdigest()
    parts = [before.hex(), chain, number, to_iso(at), kind, by, digest, note_digest]
    return _PARTS(parts).encode()


def end(chain: str, length: int, mac: bytes) -> bytes:
    """Return the bytes whose MAC seals the record of a chain's length and last code: never those of a link."""
    return _PARTS(["end", chain, length, mac.hex()]).encode()


def note_digest(note: str, salt: bytes) -> str:
    """Return the salted digest that binds a sealed note; "" for an empty one."""
    return hashlib.sha256(salt + note.encode()).hexdigest() if note else ""


Converter = Callable[[Any], Any]


@cache
def _codec(name: str) -> tuple[tuple[str, Converter, Converter], ...]:
    """Return (field, to plain, from plain) for each field of a fact, worked out once per type."""
    kind = KINDS[name]
    hints = get_type_hints(kind)
    return tuple((field.name, *_converters(hints[field.name])) for field in fields(kind))


@cache
def _defaulted(name: str) -> frozenset[str]:
    """Return the fields of a fact that have a default."""
    return frozenset(field.name for field in fields(KINDS[name]) if field.default is not MISSING)


def _converters(hint: Any) -> tuple[Converter, Converter]:  # noqa: ANN401 - a type hint
    if get_origin(hint) in (types.UnionType, Union):
        (inner,) = (part for part in get_args(hint) if part is not type(None))
        to_plain, from_plain = _converters(inner)
        return (
            lambda value: None if value is None else to_plain(value),
            lambda value: None if value is None else from_plain(value),
        )
    if get_origin(hint) is tuple:
        return list, tuple
    if hint is datetime:
        return to_iso, from_iso
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return str, hint
    if hint in (str, int, bool):
        return hint, hint
    raise InvariantBroken(f"no way to write a field of type {hint}")
