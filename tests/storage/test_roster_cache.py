"""The memory of what was read: by the number of the last change, and bounded."""

from __future__ import annotations

import pytest

from bot.domain.people import Person
from bot.ports import Tx
from bot.sealing import Keyring
from storage.inline import InlineStore
from storage.roster_cache import RosterMemory
from tests.contract.making import CONTENT, entry, person, policy
from tests.fakes.ids import SeededIds

IDS = SeededIds("memory")
KEYS = Keyring([bytes(range(32))], IDS)
ALICE, BOB = person("alice"), person("bob")


def test_what_was_read_holds_until_the_number_is_another_one() -> None:
    memory = RosterMemory()
    memory.at(3).names["alice"] = ALICE
    assert memory.at(3).names == {"alice": ALICE}
    assert memory.at(4).names == {}


def test_who_reads_an_older_state_neither_takes_from_the_newer_nor_gives_to_it() -> None:
    memory = RosterMemory()
    newer = memory.at(4)
    newer.names["alice"] = ALICE
    older = memory.at(3)
    older.names["bob"] = BOB
    assert older is not newer
    assert memory.at(4).names == {"alice": ALICE}


def test_when_it_is_full_it_begins_anew_and_takes_nothing_from_who_is_reading() -> None:
    memory = RosterMemory(most=1)
    reading = memory.at(1)
    reading.names.update(alice=ALICE, bob=BOB)
    assert len(memory.at(1)) == 0
    assert reading.names["bob"] == BOB


class _Crash(Exception):
    pass


def test_a_change_whose_commit_failed_is_remembered_by_nobody() -> None:
    """The next change bears the number that this one would have had."""
    failing: list[str] = []

    def boundary(place: str) -> None:
        if place in failing:
            raise _Crash(place)

    store = InlineStore(KEYS, IDS, boundary=boundary)

    def named(tx: Tx, who: Person) -> Person | None:
        tx.rosters.replace(entry(who), policy(), content=CONTENT)
        return tx.rosters.person(who.id)

    def look(tx: Tx) -> tuple[Person | None, Person | None]:
        return tx.rosters.person("per_alice"), tx.rosters.person("per_bob")

    store.run_now(lambda tx: named(tx, ALICE), name="first")
    assert store.read_now(look) == (ALICE, None)
    failing.append("commit.before lost")
    with pytest.raises(_Crash):
        store.run_now(lambda tx: named(tx, BOB), name="lost")
    assert store.read_now(look) == (ALICE, None)
    store.sibling().run_now(lambda tx: named(tx, BOB), name="other")
    assert store.read_now(look) == (None, BOB)
