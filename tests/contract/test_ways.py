"""What is known of ways: which are proven and which are due, which platforms take nothing, what was spent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.people import Person, Way
from bot.domain.proving import Proof
from bot.ports import Trouble, Tx
from tests.contract.conftest import AnyStore
from tests.contract.making import CONTENT, LOCAL, MICROSECOND, MINUTE, T0, entry, policy

SMS, MAIL, CALL = (
    Way("sms", "+447700900123"),
    Way("email", "bob@council.example"),
    Way("voice", "+447700900123"),
)
CHAT = Way(LOCAL, "bob-address")


def bob(*ways: Way) -> Person:
    return Person("per_bob", "Bob", "north", (CHAT, *ways))


async def takes_over(store: AnyStore, *people: Person) -> None:
    def work(tx: Tx) -> None:
        tx.rosters.replace(entry(*people), policy(), content=CONTENT)
        tx.proofs.know("north")

    await store.run(work, name="w")


async def known(store: AnyStore) -> tuple[Proof, ...]:
    return await store.read(lambda tx: tx.proofs.of(["per_bob", "per_eve"]))


async def due(store: AnyStore, limit: int = 9) -> tuple[str, ...]:
    return await store.read(lambda tx: tx.proofs.due(T0, limit))


async def test_a_way_that_wakes_is_due_at_once_and_a_chat_never(store: AnyStore) -> None:
    await takes_over(store, bob(SMS, MAIL), Person("per_eve", "Eve", "north", (Way(LOCAL, "e"),)))
    assert await due(store) == ("per_bob",)
    assert await known(store) == (Proof("per_bob", "sms"), Proof("per_bob", "email"))


async def test_one_number_that_is_texted_and_rung_is_two_ways(store: AnyStore) -> None:
    await takes_over(store, bob(CALL, SMS))
    await store.run(lambda tx: tx.proofs.proven(SMS, at=T0), name="w")
    assert [(one.platform, one.proven_at) for one in await known(store)] == [
        ("voice", None),
        ("sms", T0),
    ]


async def test_what_came_of_tests_is_kept_when_the_team_is_taken_over_again(
    store: AnyStore,
) -> None:
    await takes_over(store, bob(SMS))

    def work(tx: Tx) -> None:
        tx.proofs.tested("per_bob", at=T0)
        tx.proofs.tested("per_bob", at=T0 + MINUTE)
        tx.proofs.failed(SMS, at=T0 + 2 * MINUTE)
        tx.proofs.proven(SMS, at=T0 + 3 * MINUTE)
        tx.proofs.put_off("per_bob", T0 + MICROSECOND)

    await store.run(work, name="w")
    await takes_over(store, bob(MAIL, SMS))
    mail, sms = await known(store)
    assert mail == Proof("per_bob", "email")
    assert sms == Proof(
        "per_bob", "sms", T0, T0 + MINUTE, T0 + 3 * MINUTE, failed_at=T0 + 2 * MINUTE
    )
    assert await due(store) == ("per_bob",), "for the new one"


async def test_a_deadline_counts_from_its_instant_on_and_the_earliest_comes_first(
    store: AnyStore,
) -> None:
    eve = Person("per_eve", "Eve", "north", (Way("sms", "+447700900124"),))
    await takes_over(store, bob(SMS, MAIL), eve)
    await store.run(lambda tx: tx.proofs.put_off("per_bob", T0), name="w")
    await store.run(lambda tx: tx.proofs.put_off("per_eve", T0 - MINUTE), name="w")
    assert await due(store) == ("per_eve", "per_bob")
    assert await due(store, 1) == ("per_eve",)
    await store.run(lambda tx: tx.proofs.put_off("per_bob", T0 + MICROSECOND), name="w")
    assert await due(store) == ("per_eve",)


async def test_a_way_that_is_gone_is_not_spoken_of(store: AnyStore) -> None:
    await takes_over(store, bob(SMS, MAIL))
    await store.run(lambda tx: tx.proofs.proven(SMS, at=T0), name="w")
    await takes_over(store, bob(MAIL))
    assert [one.platform for one in await known(store)] == ["email"]
    await takes_over(store, bob(MAIL, SMS))
    assert [one.proven_at for one in await known(store)] == [None, None]
    await takes_over(store)
    assert await known(store) == ()
    assert await due(store) == ()


async def test_a_number_that_goes_to_somebody_else_is_not_proven_for_them(
    store: AnyStore,
) -> None:
    await takes_over(store, bob(SMS))
    await store.run(lambda tx: tx.proofs.proven(SMS, at=T0), name="w")
    eve = Person("per_eve", "Eve", "north", (Way(LOCAL, "e"), SMS))
    await takes_over(store, bob(), eve)
    assert await known(store) == (Proof("per_eve", "sms"),)


async def test_who_has_no_way_any_more_is_forgotten(store: AnyStore) -> None:
    await takes_over(store, bob(SMS))
    await store.run(lambda tx: tx.proofs.forget("per_bob"), name="w")
    assert await due(store) == ()


DOWN = Trouble(
    "slack", "all", T0, T0 + MINUTE, ("per_bob", "#north"), ("north",), down_since=T0, told=("d",)
)


async def test_a_trouble_is_written_in_place_of_the_one_before_and_erased(
    store: AnyStore,
) -> None:
    assert not await store.read(lambda tx: tx.troubles.all())
    first = replace(DOWN, down_since=None, told=())
    for one in (first, replace(DOWN, heard="open"), DOWN):
        await store.run(lambda tx, one=one: tx.troubles.save(one), name="w")  # type: ignore[misc]
    assert dict(await store.run(lambda tx: tx.troubles.all(), name="r")) == {
        ("slack", "all"): DOWN,
        ("slack", "open"): replace(DOWN, heard="open"),
    }
    assert await store.read(lambda tx: tx.troubles.down()) == {"slack"}
    await store.run(lambda tx: tx.troubles.save(first), name="w")
    await store.run(lambda tx: tx.troubles.over(replace(DOWN, heard="open")), name="w")
    assert not await store.run(lambda tx: tx.troubles.down(), name="r")
    await store.run(lambda tx: tx.troubles.save(replace(DOWN, heard="open")), name="w")
    await store.run(lambda tx: tx.troubles.over(DOWN), name="w")
    assert list(await store.read(lambda tx: tx.troubles.all())) == [("slack", "open")]


async def test_what_was_spent_adds_up_by_platform_and_day(store: AnyStore) -> None:
    day, next_day = date(2026, 12, 3), date(2026, 12, 4)

    async def add(platform: str, on: date, count: int) -> int:
        return await store.run(lambda tx: tx.spent.add(platform, on, count), name="w")

    assert [await add("sms", day, 1), await add("sms", day, 2)] == [1, 3]
    assert [await add("sms", next_day, 1), await add("voice", day, 5)] == [1, 5]
    for platform, on, count in (("sms", day, 3), ("email", day, 0), ("voice", next_day, 0)):
        found = await store.read(lambda tx: tx.spent.of(platform, on))  # noqa: B023 - read at once
        assert found == count
