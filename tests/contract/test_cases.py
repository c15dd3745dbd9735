"""Cases that nobody visits alone, in every store: marked once, lifted, each team's own."""

from __future__ import annotations

from tests.contract.conftest import AnyStore


async def test_a_case_is_marked_and_lifted_for_its_team_alone(store: AnyStore) -> None:
    marks = [await store.run(lambda tx: tx.cases.mark("north", "WF-1"), name="m") for _ in "12"]
    assert marks == [True, False]
    assert await store.read(lambda tx: tx.cases.pairs_only("north", "WF-1"))
    assert not await store.read(lambda tx: tx.cases.pairs_only("north", "WF-2"))
    assert not await store.read(lambda tx: tx.cases.pairs_only("south", "WF-1"))
    lifts = [await store.run(lambda tx: tx.cases.clear("north", "WF-1"), name="c") for _ in "12"]
    assert lifts == [True, False]
    assert not await store.read(lambda tx: tx.cases.pairs_only("north", "WF-1"))


async def test_all_of_a_team_come_in_order_and_bounded(store: AnyStore) -> None:
    for ref in ("WF-3", "WF-1", "WF-2"):
        await store.run(lambda tx, ref=ref: tx.cases.mark("north", ref), name="m")  # type: ignore[misc]
    assert await store.read(lambda tx: tx.cases.all_of("north", 9)) == ("WF-1", "WF-2", "WF-3")
    assert await store.read(lambda tx: tx.cases.all_of("north", 2)) == ("WF-1", "WF-2")
    assert await store.read(lambda tx: tx.cases.all_of("south", 9)) == ()


async def test_the_rating_of_a_case_is_the_last_one_until_it_is_forgotten(store: AnyStore) -> None:
    async def rate(team: str, case: str, rating: str) -> None:
        await store.run(lambda tx: tx.cases.rate(team, case, rating), name="r")

    async def rated(team: str, case: str) -> str:
        return await store.read(lambda tx: tx.cases.rated(team, case))

    assert await rated("north", "WF-1") == ""
    await rate("north", "WF-1", "red")
    await rate("north", "WF-1", "cat2")
    assert await rated("north", "WF-1") == "cat2"
    assert (await rated("north", "WF-2"), await rated("south", "WF-1")) == ("", "")
    await rate("north", "WF-1", "")
    await rate("north", "WF-2", "")
    assert await rated("north", "WF-1") == ""
