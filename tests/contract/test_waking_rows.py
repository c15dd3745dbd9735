"""What wakes people, in the outbox: found by its reference, taken back when it did not arrive, answered by a code."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import waking
from bot.domain.message import Priority, To
from bot.domain.people import Way
from bot.ports import Outgoing, Posted, Result, Tx
from tests.contract.conftest import AnyStore
from tests.contract.making import MICROSECOND, MINUTE, T0, message

SMS = Way("sms", "+447700900123")


async def posted(store: AnyStore, dedupe: str, ref: str, who: str = "per_bob") -> Outgoing:
    """Return a waking message that a platform has accepted under a reference."""
    to = To("north", person_id=who)
    new = message(dedupe, key=waking.KEY, to=to, priority=Priority.ESCALATION)
    await store.run(lambda tx: tx.outbox.add([new], now=T0), name="add")

    def send(tx: Tx) -> None:
        (row,) = tx.outbox.claim(T0, limit=9, lease_until=T0 + MINUTE, token="t")
        done = Result(row, Posted.SENT, shown=row.wanted, ref=ref, ref_way=SMS, live=False)
        assert tx.outbox.record([done])

    await store.run(send, name="send")
    found = await store.read(lambda tx: tx.outbox.posted_as(ref))
    assert found is not None
    return found


async def test_a_waking_message_is_found_by_its_reference_and_no_other_is(store: AnyStore) -> None:
    row = await posted(store, "a", "r1")
    assert (row.dedupe, row.ref, row.ref_way, row.state) == ("a", "r1", SMS, Posted.SENT)
    card = message("card", priority=Priority.ESCALATION)
    await store.run(lambda tx: tx.outbox.add([card], now=T0), name="add")

    def send(tx: Tx) -> None:
        (other,) = tx.outbox.claim(T0, limit=9, lease_until=T0 + MINUTE, token="t")
        tx.outbox.record([Result(other, Posted.SENT, shown=1, ref="r2", ref_way=SMS)])

    await store.run(send, name="send")
    for ref in ("r2", "r3", ""):
        assert await store.read(lambda tx: tx.outbox.posted_as(ref)) is None  # noqa: B023 - read at once


async def test_what_did_not_arrive_goes_out_by_the_next_way_at_once(store: AnyStore) -> None:
    row = await posted(store, "a", "r1")
    assert await store.run(lambda tx: tx.outbox.returned(row, way=1, now=T0 + MINUTE), name="w")
    assert await store.read(lambda tx: tx.outbox.posted_as("r1")) is None
    later = T0 + MINUTE
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) == later

    def claim(tx: Tx) -> tuple[Outgoing, ...]:
        return tx.outbox.claim(later, limit=9, lease_until=later + MINUTE, token="u")

    (again,) = await store.run(claim, name="claim")
    assert (again.dedupe, again.way, again.ref, again.state) == ("a", 1, None, Posted.WAITING)


async def test_without_a_further_way_it_has_failed_and_is_never_claimed(store: AnyStore) -> None:
    row = await posted(store, "a", "r1")
    assert await store.run(lambda tx: tx.outbox.returned(row, way=None, now=T0), name="w")
    found = await store.read(lambda tx: tx.outbox.find("a"))
    assert found is not None
    assert (found.state, found.ref) == (Posted.FAILED, None)
    assert await store.read(lambda tx: tx.outbox.next_due(T0 + MINUTE)) is None


async def test_it_is_taken_back_once_and_never_once_it_has_arrived(store: AnyStore) -> None:
    first, second = await posted(store, "a", "r1"), await posted(store, "b", "r2")
    assert await store.run(lambda tx: tx.outbox.returned(first, way=1, now=T0), name="w")
    assert not await store.run(lambda tx: tx.outbox.returned(first, way=1, now=T0), name="w")
    await store.run(lambda tx: tx.outbox.delivered(second, at=T0), name="w")
    assert not await store.run(lambda tx: tx.outbox.returned(second, way=None, now=T0), name="w")
    found = await store.read(lambda tx: tx.outbox.posted_as("r2"))
    assert found is not None
    assert found.state is Posted.SENT


async def codes(store: AnyStore, who: str = "per_bob") -> list[tuple[str, str]]:
    every = await store.read(lambda tx: tx.outbox.codes(who, since=T0))
    return [(each.row.dedupe, each.code) for each in every]


async def test_a_code_is_the_readers_own_and_the_same_each_time(store: AnyStore) -> None:
    for dedupe, who in (("a", "per_bob"), ("b", "per_bob"), ("c", "per_eve")):
        await posted(store, dedupe, f"r-{dedupe}", who)
    mine = await codes(store)
    assert [dedupe for dedupe, _ in mine] == ["b", "a"]
    assert mine == await codes(store)
    every = [code for _, code in (*mine, *await codes(store, "per_eve"))]
    assert len(set(every)) == 3
    assert all(waking.code_in(code) == code for code in every)
    assert await store.read(lambda tx: tx.outbox.code_of("b")) == mine[0][1]
    assert not await store.read(lambda tx: tx.outbox.codes("per_bob", since=T0 + MICROSECOND))


async def test_a_code_that_was_used_or_tried_five_times_is_none(store: AnyStore) -> None:
    first, second = await posted(store, "a", "r1"), await posted(store, "b", "r2")
    await store.run(lambda tx: tx.outbox.code_used(first, at=T0), name="w")
    assert [dedupe for dedupe, _ in await codes(store)] == ["b"]
    for _ in range(4):
        await store.run(lambda tx: tx.outbox.code_tried([second]), name="w")
    assert [dedupe for dedupe, _ in await codes(store)] == ["b"]
    await store.run(lambda tx: tx.outbox.code_tried([second]), name="w")
    await store.run(lambda tx: tx.outbox.code_tried([]), name="w")
    assert not await codes(store)


async def test_what_was_never_taken_has_no_code(store: AnyStore) -> None:
    new = replace(message("a", key=waking.KEY), priority=Priority.ESCALATION)
    await store.run(lambda tx: tx.outbox.add([new], now=T0), name="add")
    assert not await codes(store)


# --- what nobody has said anything of -------------------------------------------------------------


async def awaited(
    store: AnyStore, dedupe: str, ref: str, *, at: int, until: int, key: str = waking.KEY
) -> Outgoing:
    """Return a message of which it is to be looked so many minutes on what became of it."""
    new = message(dedupe, key=key, priority=Priority.ESCALATION)
    await store.run(lambda tx: tx.outbox.add([new], now=T0), name="add")

    def send(tx: Tx) -> None:
        (row,) = tx.outbox.claim(T0, limit=9, lease_until=T0 + MINUTE, token="t")
        done = Result(row, Posted.SENT, shown=row.wanted, ref=ref, ref_way=SMS, live=False)
        waits = replace(done, hear_at=T0 + at * MINUTE, hear_until=T0 + until * MINUTE)
        assert tx.outbox.record([waits])

    await store.run(send, name="send")
    found = await store.read(lambda tx: tx.outbox.find(dedupe))
    assert found is not None
    return found


async def unheard(store: AnyStore, minutes: float, limit: int = 9) -> list[tuple[str, float]]:
    """Return what is looked after then, and until when it is waited for, in minutes."""
    now = T0 + minutes * MINUTE
    found = await store.run(
        lambda tx: tx.outbox.unheard(now, limit, again=2 * MINUTE), name="unheard"
    )
    return [(each.row.dedupe, (each.until - T0) / MINUTE) for each in found]


async def test_what_is_not_heard_of_is_looked_after_in_time(store: AnyStore) -> None:
    await awaited(store, "a", "r1", at=1, until=4)
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) == T0 + MINUTE
    assert await unheard(store, 0.99) == []
    assert await unheard(store, 1) == [("a", 4)]
    assert await unheard(store, 1) == [], "another look comes later"
    assert await unheard(store, 3) == [("a", 4)]
    # The next look is at the end of waiting, and not after it.
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) == T0 + 4 * MINUTE
    assert await unheard(store, 4) == [("a", 4)]
    assert await unheard(store, 6) == [("a", 4)], "until something follows from it"


async def test_the_earliest_are_looked_after_first(store: AnyStore) -> None:
    await awaited(store, "a", "r1", at=2, until=2)
    await awaited(store, "b", "r2", at=1, until=1)
    assert await unheard(store, 3, limit=1) == [("b", 1)]
    assert await unheard(store, 3) == [("a", 2)]


async def test_what_was_heard_of_is_waited_for_no_longer(store: AnyStore) -> None:
    first = await awaited(store, "a", "r1", at=1, until=1)
    second = await awaited(store, "b", "r2", at=1, until=1, key=waking.TEST)
    await store.run(lambda tx: tx.outbox.delivered(first, at=T0), name="w")
    await store.run(lambda tx: tx.outbox.returned(second, way=None, now=T0), name="w")
    assert await unheard(store, 9) == []
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) is None


async def test_what_was_only_silent_is_found_and_answered_yet(store: AnyStore) -> None:
    row = await awaited(store, "a", "r1", at=1, until=1)

    def silent(tx: Tx) -> bool:
        return tx.outbox.returned(row, way=None, now=T0, silent=True)

    assert await store.run(silent, name="w")
    assert not await store.run(silent, name="w"), "once"
    found = await store.read(lambda tx: tx.outbox.posted_as("r1"))
    assert found is not None
    assert (found.state, found.ref_way) == (Posted.FAILED, SMS)
    assert [dedupe for dedupe, _ in await codes(store)] == ["a"]
    assert await unheard(store, 9) == []


async def test_what_was_silent_goes_out_by_the_next_way(store: AnyStore) -> None:
    row = await awaited(store, "a", "r1", at=1, until=1)
    await store.run(lambda tx: tx.outbox.returned(row, way=1, now=T0, silent=True), name="w")
    assert await store.read(lambda tx: tx.outbox.posted_as("r1")) is None
    assert await store.read(lambda tx: tx.outbox.next_due(T0)) == T0


async def test_the_messages_of_which_one_hears_are_found_by_reference(store: AnyStore) -> None:
    for key in sorted(waking.HEARD_OF):
        await awaited(store, key, f"r-{key}", at=1, until=1, key=key)
        found = await store.read(lambda tx: tx.outbox.posted_as(f"r-{key}"))  # noqa: B023 - read at once
        assert found is not None
        assert found.key == key
    await awaited(store, "n", "r-n", at=1, until=1, key=waking.NOTED)
    assert await store.read(lambda tx: tx.outbox.posted_as("r-n")) is None
