"""Every field has a column, every column a field, and nothing changes on the way there and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from types import UnionType
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select

from bot.domain.duress import Duress
from bot.domain.escalation import Escalation
from bot.domain.journal import Entry
from bot.domain.visit import Visit
from storage.mapping import DURESSES, ENTRIES, ESCALATIONS, VISITS, Mapped
from storage.rows import Row
from storage.sqlite import sqlite_engine

FINDING = {"look_at", "failures", "is_open"}
TEXTS = st.text(st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("mapped", "domain", "own"),
    [
        (VISITS, Visit, FINDING),
        (ESCALATIONS, Escalation, FINDING),
        (DURESSES, Duress, FINDING),
        (ENTRIES, Entry, set[str]()),
    ],
)
def test_fields_and_columns_are_the_same(mapped: Mapped[Any], domain: Any, own: set[str]) -> None:
    assert {column.name for column in mapped.table.c} - own == {f.name for f in fields(domain)}


@pytest.mark.parametrize(
    ("mapped", "domain"), [(VISITS, Visit), (ESCALATIONS, Escalation), (DURESSES, Duress)]
)
def test_what_may_be_none_and_what_may_not_agree(mapped: Mapped[Any], domain: Any) -> None:
    hints = get_type_hints(domain)
    for column in mapped.columns:
        optional = isinstance(hints[column.name], UnionType)
        assert column.nullable is optional, column.name


INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the zone comes with the next line
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
st.register_type_strategy(datetime, INSTANTS)
st.register_type_strategy(str, TEXTS)
NUMBERS = st.integers(-(2**31), 2**31 - 1)
VISIT = st.builds(Visit, version=NUMBERS)
ESCALATION = st.builds(Escalation, version=NUMBERS, step=NUMBERS, turn=NUMBERS)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = sqlite_engine(":memory:")
    Row.metadata.create_all(made)
    yield made
    made.dispose()


def there_and_back(engine: Engine, mapped: Mapped[Any], value: Any) -> Any:
    own = {"look_at": None, "failures": 0, "is_open": value.open}
    with engine.connect() as connection, connection.begin() as transaction:
        row = dict(zip(mapped.names, mapped.values(value), strict=True))
        connection.execute(insert(mapped.table), row | own)
        found = mapped.read(connection.execute(select(*mapped.columns)).one())
        transaction.rollback()
    return found


@given(visit=VISIT)
def test_a_visit_comes_back_as_it_went(engine: Engine, visit: Visit) -> None:
    assert there_and_back(engine, VISITS, visit) == visit


@given(escalation=ESCALATION)
def test_an_alarm_comes_back_as_it_went(engine: Engine, escalation: Escalation) -> None:
    assert there_and_back(engine, ESCALATIONS, escalation) == escalation
