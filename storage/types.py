"""How values stand in a column: instants as microseconds, names as JSON, enums as their words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware instant as whole microseconds since 1970, so that no driver can lose its zone; read back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return the number to store. Raises ValueError for an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        return (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, ANN401
        """Return the instant, aware UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=int(value))


class Names(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts as a JSON list; the order is kept."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the JSON to store."""
        if not value:
            return None if value is None else "[]"  # most are empty
        return json.dumps(list(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002, ANN401
        """Return the tuple."""
        if value == "[]":
            return ()
        return None if value is None else tuple(json.loads(value))


class Plain(TypeDecorator[Mapping[str, str]]):
    """A mapping of texts as a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the JSON to store."""
        return None if value is None else json.dumps(dict(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Mapping[str, str] | None:  # noqa: ARG002, ANN401
        """Return the mapping."""
        return None if value is None else dict(json.loads(value))


class Word(TypeDecorator[StrEnum]):
    """A member of an enum as its word.

    Args:
        kind: the enum; a stored word that it does not know raises ValueError when read.
    """

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind
        self._members = {str(member): member for member in kind}

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the word to store. Raises ValueError for a word that is no member."""
        if type(value) is self.kind:
            return value.value
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002, ANN401
        """Return the member."""
        return None if value is None else self._members.get(value) or self.kind(value)


Ours = Instant | Names | Plain | Word
"""The types of this module. None of them leaves anything to the type that it is stored as."""
