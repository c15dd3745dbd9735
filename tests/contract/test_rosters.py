"""Teams and people: replaced as a whole, found by address, and what of them is needed for one decision."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.errors import InvariantBroken
from bot.domain.people import Holidays, Person, Role, RoomFault, TeamEntry, Way
from bot.ports import Tx
from tests.contract.conftest import AnyStore, tamper
from tests.contract.making import CONTENT, LOCAL, entry, person, policy

ALICE, BOB, CAROL = (
    replace(person("alice", mobile="+44 7700 900001"), pin="0482"),
    person("bob"),
    person("carol"),
)
DAN = person("dan", team="south")
NORTH = entry(
    ALICE,
    BOB,
    CAROL,
    holders={
        Role.WORKER: ("per_alice", "per_bob"),
        Role.DUTY_OFFICER: ("per_dan", "per_carol"),
        Role.LINE_MANAGER: ("per_carol",),
    },
    standing={"per_alice": "per_carol"},
    cover=("per_bob", "per_carol", "per_alice"),
)
SOUTH = entry(DAN, team="south")
SOUTH = replace(SOUTH, team=replace(SOUTH.team, holidays=Holidays.SCOTLAND))


async def fill(store: AnyStore, *entries: TeamEntry) -> None:
    def work(tx: Tx) -> None:
        for each in entries:
            tx.rosters.replace(each, policy(), content=CONTENT)

    await store.run(work, name="teams")


async def test_a_team_comes_back_as_its_file_says(store: AnyStore) -> None:
    await fill(store, NORTH, SOUTH)

    def look(tx: Tx) -> None:
        assert [team.id for team in tx.rosters.teams()] == ["north", "south"]
        team = tx.rosters.team("north")
        assert team is not None
        assert (team.channel, team.case_patterns) == (Way(LOCAL, "#north"), (r"WF-\d+",))
        assert team.policy_digest == policy().digest
        held = [each.holidays for each in tx.rosters.teams()]
        assert held == [Holidays.ENGLAND, Holidays.SCOTLAND]
        assert tx.policies.get(policy().digest) == policy()
        assert tx.rosters.members("north") == (ALICE, BOB, CAROL)
        assert tx.rosters.person("per_alice") == ALICE
        assert tx.rosters.at(Way(LOCAL, "dan-address")) == DAN
        assert tx.rosters.at(Way("slack", "dan-address")) is None
        assert tx.rosters.roles_of("per_carol") == (Role.DUTY_OFFICER, Role.LINE_MANAGER)
        assert tx.rosters.roles_of("per_dan") == (Role.DUTY_OFFICER,)
        assert tx.rosters.roles_of("per_x") == ()
        assert tx.rosters.person("per_x") is None
        assert tx.rosters.team("east") is None

    await store.read(look)


async def test_what_is_wrong_with_a_channel_stands_until_a_new_team_file(store: AnyStore) -> None:
    await fill(store, NORTH, SOUTH)
    wrong = frozenset({RoomFault.GUESTS, RoomFault.CLOSED})

    def faults(tx: Tx) -> list[frozenset[RoomFault]]:
        return [team.faults for team in tx.rosters.teams()]

    await store.run(lambda tx: tx.rosters.note_channel("north", wrong), name="note")
    assert await store.read(faults) == [wrong, frozenset()]
    await store.run(lambda tx: tx.rosters.note_channel("north", frozenset()), name="note")
    assert await store.read(faults) == [frozenset(), frozenset()]
    await store.run(lambda tx: tx.rosters.note_channel("north", wrong), name="note")
    await fill(store, NORTH)
    assert await store.read(faults) == [frozenset(), frozenset()]


async def test_a_roster_has_what_one_decision_needs(store: AnyStore) -> None:
    await fill(store, NORTH, SOUTH)

    def look(tx: Tx) -> None:
        roster = tx.rosters.roster(
            "north",
            worker_id="per_alice",
            roles=(Role.DUTY_OFFICER, Role.DIRECTOR),
            people=("per_x",),
        )
        assert roster.holders == {Role.DUTY_OFFICER: ("per_dan", "per_carol")}
        assert roster.cover == ("per_carol", "per_bob")
        assert roster.people == {
            each.id: replace(each, ways=(), mobile=None, pin=None)
            for each in (ALICE, BOB, CAROL, DAN)
        }
        assert tx.rosters.person("per_alice") == ALICE
        other = tx.rosters.roster("north", worker_id="per_bob", roles=(), people=())
        assert other.cover == ("per_carol", "per_alice")
        with pytest.raises(InvariantBroken):
            tx.rosters.roster("east", worker_id="per_bob", roles=(), people=())

    await store.read(look)


async def test_the_standing_buddies_of_a_team_are_read_at_once(store: AnyStore) -> None:
    await fill(store, NORTH, SOUTH)
    assert await store.read(lambda tx: tx.rosters.standing_in("north")) == {
        "per_alice": "per_carol"
    }
    assert await store.read(lambda tx: tx.rosters.standing_in("south")) == {}


async def test_who_is_not_named_any_more_leaves_at_once(store: AnyStore) -> None:
    await fill(store, NORTH, SOUTH)
    await fill(store, entry(ALICE, BOB, holders=NORTH.holders, cover=NORTH.cover))

    def look(tx: Tx) -> None:
        assert tx.rosters.person("per_carol") is None
        assert tx.rosters.at(Way(LOCAL, "carol-address")) is None
        assert tx.rosters.members("north") == (ALICE, BOB)
        roster = tx.rosters.roster(
            "north", worker_id="per_alice", roles=tuple(Role), people=("per_carol",)
        )
        assert roster.cover == ("per_bob",)
        assert roster.holders == {
            Role.WORKER: ("per_alice", "per_bob"),
            Role.DUTY_OFFICER: ("per_dan",),
        }
        assert roster.name("per_carol") == "Carol"
        assert roster.people["per_carol"].ways == ()

    await store.read(look)
    await fill(store, NORTH)
    assert await store.read(lambda tx: tx.rosters.person("per_carol")) == CAROL


@pytest.mark.parametrize("first", ["north", "south"])
async def test_somebody_moves_to_another_team(store: AnyStore, first: str) -> None:
    await fill(store, NORTH, SOUTH)
    moved = person("carol", team="south")
    new = [entry(ALICE, BOB), entry(DAN, moved, team="south")]
    await fill(store, *(new if first == "north" else reversed(new)))

    def look(tx: Tx) -> None:
        assert tx.rosters.person("per_carol") == moved
        assert tx.rosters.members("south") == (moved, DAN)
        assert tx.rosters.members("north") == (ALICE, BOB)

    await store.read(look)


async def test_an_address_is_one_person_s_the_newest_file_wins(store: AnyStore) -> None:
    await fill(store, NORTH, SOUTH)
    heir = Person("per_eve", "Eve", "south", (Way(LOCAL, "alice-address"), Way(LOCAL, "eve")))
    await fill(store, entry(DAN, heir, team="south"))
    assert await store.read(lambda tx: tx.rosters.at(Way(LOCAL, "alice-address"))) == heir


async def test_a_work_reads_the_team_that_it_wrote(store: AnyStore) -> None:
    def work(tx: Tx) -> None:
        tx.rosters.replace(NORTH, policy(), content=CONTENT)
        assert tx.rosters.person("per_carol") == CAROL
        tx.rosters.replace(entry(ALICE), policy(), content=CONTENT)
        assert tx.rosters.person("per_carol") is None
        tx.rosters.replace(NORTH, policy(), content=CONTENT)
        assert tx.rosters.person("per_carol") == CAROL

    await store.run(work, name="w")


async def test_a_team_written_by_a_work_that_raised_was_never_there(store: AnyStore) -> None:
    await fill(store, NORTH)

    def undone(tx: Tx) -> None:
        tx.rosters.replace(entry(ALICE), policy(), content=CONTENT)
        assert tx.rosters.person("per_carol") is None
        raise InvariantBroken("no")

    def look(tx: Tx) -> Person | None:
        return tx.rosters.person("per_carol")

    works = [look, undone, look, undone, look]
    results = await asyncio.gather(
        *(store.run(work, name="w") for work in works), return_exceptions=True
    )
    assert [each for each in results if not isinstance(each, BaseException)] == [CAROL] * 3


async def test_a_lost_key_costs_addresses_not_people(store: AnyStore) -> None:
    await fill(store, NORTH)
    with store.engine.begin() as connection:
        tamper(connection, "UPDATE person_way SET address = :nul")
        tamper(connection, "UPDATE person SET mobile = :nul, pin = :nul")
    found = await store.read(lambda tx: tx.rosters.person("per_alice"))
    assert found == Person("per_alice", "Alice", "north", ())


async def test_rules_that_are_not_stored_are_a_bug(store: AnyStore) -> None:
    with pytest.raises(InvariantBroken):
        await store.read(lambda tx: tx.policies.get("x"))


async def test_days_of_the_calendar_come_back_and_the_later_training_counts(
    store: AnyStore,
) -> None:
    """From the file, from chat, and read by name alone as one decision does (S12)."""
    alice = replace(ALICE, joined_on=date(2023, 11, 30), trained_on=date(2024, 2, 29))
    await fill(store, entry(alice, BOB))
    await store.run(
        lambda tx: tx.rosters.save(replace(BOB, trained_on=date(2026, 5, 1))), name="trained"
    )
    await fill(store, entry(replace(alice, joined_on=None), BOB))

    def look(tx: Tx) -> None:
        assert tx.rosters.person("per_alice") == alice
        bob = tx.rosters.person("per_bob")
        assert bob is not None
        assert (bob.joined_on, bob.trained_on) == (None, date(2026, 5, 1))
        held = tx.rosters.roster("north", worker_id="per_alice", roles=(), people=("per_bob",))
        assert held.people["per_alice"].trained_on == date(2024, 2, 29)
        assert held.people["per_bob"].trained_on == date(2026, 5, 1)

    await store.read(look)
