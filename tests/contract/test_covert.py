"""Covert alarms, what is overheard and what is sealed, in every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.duress import Duress
from bot.domain.errors import StaleVisit
from bot.domain.message import Secrecy
from bot.ports import Overheard, Posted, Result, Tx
from bot.sealing import Keyring
from storage.inline import InlineStore
from tests.contract.conftest import AnyStore, tamper
from tests.contract.making import MINUTE, T0, duress, message
from tests.fakes.ids import SeededIds


def heard(event_id: str = "ev_1", **changes: Any) -> Overheard:
    values: dict[str, Any] = {
        "platform": "local",
        "event_id": event_id,
        "team_id": "north",
        "person_id": "per_alice",
        "at": T0,
        "said_at": T0,
        "text": "the walrus left its umbrella",
    }
    return Overheard(**values | changes)


async def add(store: AnyStore, what: Overheard, *, due: bool = False) -> None:
    await store.run(lambda tx: tx.overheard.add(what, due_at=T0 if due else None), name="add")


async def test_one_that_is_open_is_found_by_whom_it_is_about(store: AnyStore) -> None:
    await store.run(lambda tx: tx.duresses.save(duress()), name="save")
    assert await store.read(lambda tx: tx.duresses.about("per_alice")) == duress()
    assert await store.read(lambda tx: tx.duresses.about("per_bob")) is None
    closed = replace(duress(), closed_at=T0, due_at=None, version=2)
    await store.run(lambda tx: tx.duresses.save(closed), name="save")
    assert await store.read(lambda tx: tx.duresses.about("per_alice")) is None
    assert await store.read(lambda tx: tx.duresses.get("h_1")) == closed


async def test_what_was_saved_is_what_is_found_in_the_same_transaction(store: AnyStore) -> None:
    def work(tx: Tx) -> Duress | None:
        tx.duresses.save(duress())
        return tx.duresses.about("per_alice")

    assert await store.run(work, name="work") == duress()


async def test_its_deadline_is_found_and_is_one_of_all(store: AnyStore) -> None:
    await store.run(lambda tx: tx.duresses.save(duress()), name="save")
    assert await store.read(lambda tx: tx.duresses.due_ids(T0, 9)) == ("h_1",)
    early = T0 - timedelta(microseconds=1)
    assert await store.read(lambda tx: tx.duresses.due_ids(early, 9)) == ()
    assert await store.run(lambda tx: tx.next_due(), name="next") == T0


async def test_an_older_state_is_never_written_over_a_newer_one(store: AnyStore) -> None:
    await store.run(lambda tx: tx.duresses.save(duress(version=3)), name="save")
    with pytest.raises(StaleVisit):
        await store.run(lambda tx: tx.duresses.save(duress(version=2)), name="save")


async def test_the_last_messages_of_a_person_are_read_oldest_first(store: AnyStore) -> None:
    for n in range(6):
        await add(store, heard(f"ev_{n}", at=T0 + n * MINUTE, text=f"word {n}"))
    await add(store, heard("other", person_id="per_bob"))

    def texts(tx: Tx) -> list[str]:
        found = tx.overheard.recent("per_alice", since=T0 + MINUTE, but="local/ev_5")
        return [each.text for each in found]

    assert await store.read(texts) == ["word 1", "word 2", "word 3", "word 4"]


async def test_an_event_is_kept_once_and_comes_back_as_it_went(store: AnyStore) -> None:
    first = heard(choice="ok v_1", sender="x", found="CHECK", reported=True, to_us=False)
    await add(store, first, due=True)
    await add(store, heard(text="something else"), due=True)
    assert await store.read(lambda tx: tx.overheard.get("local/ev_1")) == first
    assert await store.read(lambda tx: tx.overheard.due_ids(T0, 9)) == ("local/ev_1",)


async def test_what_was_seen_to_is_not_seen_to_again(store: AnyStore) -> None:
    await add(store, heard(), due=True)
    assert await store.run(lambda tx: tx.next_due(), name="next") == T0
    await store.run(lambda tx: tx.overheard.seen_to("local/ev_1"), name="seen")
    assert await store.read(lambda tx: tx.overheard.get("local/ev_1")) is None
    assert await store.read(lambda tx: tx.overheard.due_ids(T0, 9)) == ()
    assert await store.run(lambda tx: tx.next_due(), name="next") is None
    recent = await store.read(lambda tx: tx.overheard.recent("per_alice", since=T0, but=""))
    assert len(recent) == 1


async def test_what_fails_comes_back_later_each_time(store: AnyStore) -> None:
    await add(store, heard(), due=True)

    def fails(tx: Tx) -> int:
        return tx.overheard.failed("local/ev_1", now=T0, pause=lambda times: times * MINUTE)

    assert [await store.run(fails, name="fails") for _ in range(2)] == [1, 2]
    assert await store.read(lambda tx: tx.overheard.due_ids(T0 + MINUTE, 9)) == ()
    assert await store.read(lambda tx: tx.overheard.due_ids(T0 + 2 * MINUTE, 9)) == ("local/ev_1",)


async def test_what_was_changed_behind_our_back_does_not_open(store: AnyStore) -> None:
    await add(store, heard(), due=True)
    with store.engine.begin() as connection:
        assert tamper(connection, "UPDATE overheard SET body = :nul") == 1
    assert await store.read(lambda tx: tx.overheard.get("local/ev_1")) is None
    assert await store.read(lambda tx: tx.overheard.whose("local/ev_1")) == ("north", "per_alice")


async def test_old_messages_are_erased_but_not_what_waits(store: AnyStore) -> None:
    await add(store, heard("old"))
    await add(store, heard("waiting"), due=True)
    await add(store, heard("new", at=T0 + MINUTE))
    await store.run(lambda tx: tx.overheard.erase(T0 + MINUTE), name="erase")
    assert await store.read(lambda tx: tx.overheard.whose("local/old")) is None
    assert await store.read(lambda tx: tx.overheard.whose("local/waiting")) is not None
    assert await store.read(lambda tx: tx.overheard.whose("local/new")) is not None


async def test_a_secret_is_for_one_kind_and_subject_and_is_erased_by_nothing(
    store: AnyStore,
) -> None:
    await store.run(lambda tx: tx.secrets.put("answer", "per_alice", "two herons"), name="put")
    assert await store.read(lambda tx: tx.secrets.get("answer", "per_alice")) == "two herons"
    assert await store.read(lambda tx: tx.secrets.get("never", "per_alice")) is None
    assert await store.read(lambda tx: tx.secrets.get("answer", "per_bob")) is None
    await store.run(lambda tx: tx.secrets.put("answer", "per_alice", "a swan"), name="put")
    assert await store.read(lambda tx: tx.secrets.get("answer", "per_alice")) == "a swan"
    await store.run(lambda tx: tx.secrets.put("answer", "per_alice", ""), name="put")
    assert await store.read(lambda tx: tx.secrets.get("answer", "per_alice")) is None


async def test_two_secrets_that_change_places_do_not_open(store: AnyStore) -> None:
    def put(tx: Tx) -> None:
        tx.secrets.put("answer", "per_alice", "two herons")
        tx.secrets.put("answer", "per_bob", "a swan")

    await store.run(put, name="put")
    assert await store.read(lambda tx: tx.secrets.lost()) == ()
    with store.engine.begin() as connection:
        moved = "UPDATE secret SET value = (SELECT value FROM secret WHERE subject = 'per_bob')"
        tamper(connection, f"{moved} WHERE subject = 'per_alice'")
    assert await store.read(lambda tx: tx.secrets.get("answer", "per_alice")) is None
    assert await store.read(lambda tx: tx.secrets.lost()) == (("answer", "per_alice"),)


async def test_only_what_is_meant_is_shown_anew(store: AnyStore) -> None:
    def put(tx: Tx) -> None:
        tx.outbox.add(
            [
                message("card", visit_id="vis_1"),
                message("secret", visit_id="vis_1", secrecy=Secrecy.RESPONDERS),
                message("call", duress_id="h_1", secrecy=Secrecy.RESPONDERS),
                message("other call", duress_id="h_2", secrecy=Secrecy.RESPONDERS),
            ],
            now=T0,
        )
        for row in tx.outbox.claim(T0, limit=9, lease_until=T0, token="t"):
            tx.outbox.record([Result(row, Posted.SENT, shown=row.wanted, ref="r")])

    def waiting(tx: Tx) -> set[str]:
        rows = tx.outbox.claim(T0, limit=9, lease_until=T0, token="t")
        tx.outbox.record([Result(row, Posted.SENT, shown=row.wanted, ref="r") for row in rows])
        return {row.dedupe for row in rows}

    await store.run(put, name="put")
    await store.run(lambda tx: tx.outbox.touch_secret("vis_1"), name="touch")
    assert await store.run(waiting, name="claim") == {"secret"}
    await store.run(lambda tx: tx.outbox.touch_duress("h_1"), name="touch")
    assert await store.run(waiting, name="claim") == {"call"}


def test_the_words_are_in_no_text_of_what_is_kept() -> None:
    assert "walrus" not in repr(heard())


async def test_neither_words_nor_secrets_are_on_the_disk(keyring: Keyring, ids: SeededIds) -> None:
    store = InlineStore(keyring, ids)
    store.run_now(lambda tx: tx.overheard.add(heard(), due_at=T0), name="add")
    store.run_now(lambda tx: tx.secrets.put("answer", "per_alice", "two herons"), name="put")
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        dump = "\n".join(raw.iterdump())  # type: ignore[union-attr]
    await store.close()
    assert "per_alice" in dump  # the test can see
    assert "walrus" not in dump
    assert "heron" not in dump
