"""docs/clauses.md is up to date, names every clause, and calls nothing done that no scenario lives through."""

from __future__ import annotations

from tests.packs.clauses import NAMED, PAGE, lived_through, page, procedures

EVERY = {clause.id: clause for _, clauses in procedures() for clause in clauses}
LAST = {"K": 16, "H": 15, "F": 14, "S": 14, "C": 8}
"""The number of each procedure's last clause."""


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.packs.clauses"


def test_no_clause_lacks_a_row() -> None:
    wanted = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]
    assert list(EVERY) == wanted
    assert set(NAMED.findall(page())) == set(wanted)


def test_what_is_there_of_a_clause_is_lived_through() -> None:
    lived = lived_through()
    assert [each.id for each in EVERY.values() if not each.planned and each.id not in lived] == []


def test_no_scenario_names_a_clause_that_there_is_not() -> None:
    assert sorted(set(lived_through()) - set(EVERY)) == []
