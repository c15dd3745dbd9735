"""What a process remembers of teams and people: right after any change by any process, and never more than was committed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.errors import InvariantBroken
from bot.domain.people import Desk, Person, Role, RoomFault, Roster, Team, Way
from bot.ports import Tx
from bot.sealing import Keyring
from storage.inline import InlineStore
from storage.postgres_store import PostgresStore
from storage.store import SqliteStore
from tests.contract.conftest import AnyStore
from tests.contract.making import CONTENT, LOCAL, entry, person, policy
from tests.fakes.ids import SeededIds

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALICE, BOB = person("alice"), person("bob")
DESK = replace(person("desk"), desk=Desk(0, 60, "Ask.", "", None))
HELD = {Role.DUTY_OFFICER: ("per_bob",), Role.LINE_MANAGER: ("per_desk",)}
NORTH = entry(ALICE, BOB, DESK, holders=HELD, standing={"per_alice": "per_bob"})
ERIN = person("erin")

Change = Callable[[Tx], None]
Seen = tuple[Team | None, Roster, tuple[Person | None, ...], tuple[Role, ...]]
CHANGES: dict[str, Change] = {
    "replace": lambda tx: tx.rosters.replace(entry(ALICE), policy(), content=CONTENT),
    "add": lambda tx: tx.rosters.add(ERIN, [Role.DUTY_OFFICER]),
    "save": lambda tx: tx.rosters.save(replace(BOB, away_from=AT)),
    "leave": lambda tx: tx.rosters.save(replace(BOB, left=True)),
    "hold": lambda tx: tx.rosters.hold("per_desk", "Maria", AT),
    "assign": lambda tx: tx.rosters.assign("north", Role.DUTY_OFFICER, "per_bob", "per_alice"),
    "forget": lambda tx: tx.rosters.forget("per_bob"),
    "channel": lambda tx: tx.rosters.note_channel("north", frozenset({RoomFault.CLOSED})),
}


def fill(tx: Tx) -> None:
    """Write the team from which each test begins."""
    tx.rosters.replace(NORTH, policy(), content=CONTENT)


def look(tx: Tx) -> Seen:
    """Read everything that one of the changes changes."""
    roles = (Role.DUTY_OFFICER, Role.LINE_MANAGER)
    asked = ("per_bob", "per_desk", "per_erin")
    found = (*map(tx.rosters.person, asked), tx.rosters.at(Way(LOCAL, "bob-address")))
    roster = tx.rosters.roster("north", worker_id="per_alice", roles=roles, people=asked)
    return tx.rosters.team("north"), roster, found, tx.rosters.roles_of("per_alice")


@pytest.fixture
async def other(
    store: AnyStore, request: pytest.FixtureRequest, keyring: Keyring, ids: SeededIds
) -> AsyncIterator[AnyStore]:
    """Another process on the same database."""
    opened: AnyStore
    if isinstance(store, InlineStore):
        yield store.sibling()
        return
    if isinstance(store, SqliteStore):
        opened = SqliteStore(str(store.engine.url.database), keyring, ids)
    else:
        opened = PostgresStore(request.getfixturevalue("postgres_url"), keyring, ids)
    yield opened
    await opened.close()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_change_by_any_process_is_seen_by_all(
    store: AnyStore, other: AnyStore, change: Change
) -> None:
    await store.run(fill, name="fill")
    before = [await each.read(look) for each in (store, other)]
    assert before[0] == before[1]
    await other.run(change, name="change")
    after = [await each.read(look) for each in (store, other)]
    assert after[0] == after[1] != before[0]
    assert await store.run(look, name="look") == after[0]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_work_sees_its_own_change_and_nobody_one_that_was_undone(
    store: AnyStore, other: AnyStore, change: Change
) -> None:
    await store.run(fill, name="fill")
    before = await store.read(look)
    seen: list[Seen] = []

    def undone(tx: Tx) -> None:
        change(tx)
        seen.append(look(tx))
        raise InvariantBroken("no")

    with pytest.raises(InvariantBroken):
        await store.run(undone, name="undone")
    assert seen[0] != before
    assert [await each.read(look) for each in (store, other)] == [before, before]
    await store.run(change, name="change")
    assert await store.read(look) == await other.read(look) == seen[0]


async def test_what_was_only_read_on_is_thrown_away(store: AnyStore) -> None:
    """A work that only reads can change what it sees; nothing of that is there for the next one."""
    await store.run(fill, name="fill")
    before = await store.read(look)

    def tried(tx: Tx) -> Seen:
        CHANGES["save"](tx)
        return look(tx)

    assert await store.read(tried) != before
    assert await store.read(look) == before
