"""How values stand in a column: instants as microseconds, names as JSON, enums as their words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from bot.domain.json_text import json_writer

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_JSON = json_writer()


T = TypeVar("T")


class Ours(TypeDecorator[T]):
    """The base of the types of this module. None of them leaves anything to the type that it is stored as.

    Most values are converted past SQLAlchemy (`storage.quick`), by `store` and `load` themselves.
    """

    def store(self, value: T) -> Any:  # noqa: ANN401 - what the driver takes
        """Return what is stored of a value, which is never None."""
        raise NotImplementedError

    def load(self, stored: Any) -> T:  # noqa: ANN401 - what the driver has read
        """Return the value of what is stored, which is never None."""
        raise NotImplementedError

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:  # noqa: ARG002, ANN401
        """Return what to store; None for None."""
        return None if value is None else self.store(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> T | None:  # noqa: ARG002, ANN401
        """Return the value; None for None."""
        return None if value is None else self.load(value)


class Instant(Ours[datetime]):
    """An aware instant as whole microseconds since 1970, so that no driver can lose its zone; read back in UTC."""

    impl = BigInteger
    cache_ok = True

    def store(self, value: datetime) -> int:
        """Return the number to store. Raises ValueError for an instant without a zone."""
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        return (value - EPOCH) // _MICROSECOND

    def load(self, stored: int) -> datetime:
        """Return the instant, aware UTC."""
        return EPOCH + timedelta(0, 0, stored)


class Names(Ours[tuple[str, ...]]):
    """A tuple of texts as a JSON list; the order is kept."""

    impl = Text
    cache_ok = True

    def store(self, value: tuple[str, ...]) -> str:
        """Return the JSON to store."""
        return _JSON(list(value)) if value else "[]"  # most are empty

    def load(self, stored: str) -> tuple[str, ...]:
        """Return the tuple."""
        return () if stored == "[]" else tuple(json.loads(stored))


class Plain(Ours[Mapping[str, str]]):
    """A mapping of texts as a JSON object."""

    impl = Text
    cache_ok = True

    def store(self, value: Mapping[str, str]) -> str:
        """Return the JSON to store."""
        return _JSON(dict(value)) if value else "{}"

    def load(self, stored: str) -> Mapping[str, str]:
        """Return the mapping."""
        return {} if stored == "{}" else dict(json.loads(stored))


class Word(Ours[StrEnum]):
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

    def store(self, value: StrEnum) -> str:
        """Return the word to store. Raises ValueError for a word that is no member."""
        return (value if type(value) is self.kind else self.kind(value))._value_

    def load(self, stored: str) -> StrEnum:
        """Return the member."""
        return self._members.get(stored) or self.kind(stored)
