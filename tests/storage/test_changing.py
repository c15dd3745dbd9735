"""A row that was read is changed in the columns that differ: whatever differs, what is read afterwards is what was saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation import Escalation
from bot.domain.visit import Visit
from bot.ports import Tx
from bot.sealing import Keyring
from storage.inline import InlineStore
from tests.contract.making import T0, escalation, visit
from tests.fakes.ids import SeededIds
from tests.storage.test_mapping import ESCALATION, VISIT


@pytest.fixture(scope="module")
def store() -> Iterator[InlineStore]:
    ids = SeededIds(1)
    made = InlineStore(Keyring([ids.token(32)], ids), ids)
    yield made
    made.engine.dispose()


def some_of(data: st.DataObject, old: Any, new: Any) -> Any:
    """Return the old one with some fields of the new one."""
    names = st.sets(st.sampled_from([field.name for field in fields(old)]))
    taken = {name: getattr(new, name) for name in data.draw(names)}
    return replace(old, **taken | {"id": old.id, "version": old.version + 1})


@given(old=VISIT, new=VISIT, data=st.data())
def test_a_visit(store: InlineStore, old: Visit, new: Visit, data: st.DataObject) -> None:
    before = replace(old, version=1)
    after = some_of(data, before, new)

    def change(tx: Tx) -> None:
        tx.visits.save(before, T0)
        assert tx.visits.due(T0, 1)
        tx.visits.save(after, None)
        assert tx.visits.due(T0, 1) == ()
        found = tx.visits.open_in(after.team_id, 9)
        assert found == ((after,) if after.open else ())

    store.read_now(change)


@given(old=ESCALATION, new=ESCALATION, data=st.data())
def test_an_alarm(
    store: InlineStore, old: Escalation, new: Escalation, data: st.DataObject
) -> None:
    before = replace(old, version=1)
    after = some_of(data, before, new)

    def change(tx: Tx) -> None:
        tx.escalations.save(before)
        tx.next_due()
        tx.escalations.save(after)
        tx.next_due()
        assert tx.escalations.open_of(after.visit_id) == ((after,) if after.open else ())

    store.read_now(change)


def test_what_was_read_in_one_transaction_is_changed_in_it(store: InlineStore) -> None:
    def begin(tx: Tx) -> None:
        tx.visits.save(visit(), T0)
        tx.escalations.save(escalation(due_at=T0))

    def change(tx: Tx) -> None:
        (read,) = tx.visits.open_of("per_alice")
        tx.visits.save(replace(read, case_ref="WF-2", version=2), T0)
        alarm = tx.escalations.get("esc_1")
        assert alarm is not None
        tx.escalations.save(replace(alarm, due_at=None, version=2))

    store.run_now(begin, name="w")
    store.run_now(change, name="w")
    assert store.read_now(lambda tx: tx.visits.get("vis_1")) == visit(case_ref="WF-2", version=2)
    assert store.read_now(lambda tx: tx.visits.due(T0, 9)) == (visit(case_ref="WF-2", version=2),)
    assert store.read_now(lambda tx: tx.escalations.get("esc_1")) == escalation(version=2)
    assert store.read_now(lambda tx: tx.escalations.due(T0, 9)) == ()
