"""Words of one's own are kept as they were typed: reasons, places, names, and where one goes next."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.intents import Done, Plan, Start
from bot.domain.risk_intents import Unsure
from tests.bot.domain.test_grammar import read


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("unsure CASE123, his brother Tom was there", "His brother Tom was there"),
        ("Unsure: DO NOT RING, he has my number", "DO NOT RING, he has my number"),
        ("not sure because Mr T, from No 9; CASE123", "Mr T, from No 9"),
        ("unsure “I heard Dogs” — big ones", "I heard Dogs - big ones"),
        ("UNSURE", ""),
    ],
)
def test_a_reason_keeps_its_capitals_and_commas(typed: str, reason: str) -> None:
    said = read(typed)
    assert isinstance(said, Unsure)
    assert said.reason == reason


def test_a_long_reason_is_kept_whole() -> None:
    said = read(f"unsure CASE123, {'He Shouted, again. ' * 30}And left")
    assert isinstance(said, Unsure)
    assert said.reason.startswith("He Shouted, again.")
    assert said.reason.endswith("And left")


def test_a_place_and_a_name_from_outside_are_kept_as_typed() -> None:
    said = read(
        "Start now 45m case123 with Jo McDoe 07700 900123 at St Mary's, Mill Lane, not back"
    )
    assert isinstance(said, Start)
    assert (said.place, said.outsider) == ("St Mary's, Mill Lane", "Jo McDoe, 07700 900123")


def test_a_plan_keeps_each_place() -> None:
    said = read("Plan\n14:00-14:30 CASE123 at The Oaks\n15:00-15:30 CASE456 at Elm Court")
    assert isinstance(said, Plan)
    assert [one.place for one in said.visits] == ["The Oaks", "Elm Court"]


def test_where_one_goes_next_is_kept_as_typed() -> None:
    said = read("Left, next is Dr O'Neill's surgery")
    assert isinstance(said, Done)
    assert said.going_to == "Dr O'Neill's surgery"


@given(st.text(max_size=60))
def test_capitals_change_nothing_but_how_it_reads(words: str) -> None:
    typed, small = read(f"unsure {words}"), read(f"unsure {words}".lower())
    assert isinstance(typed, Unsure)
    assert isinstance(small, Unsure)
    assert typed.case_ref == small.case_ref
    assert {field.name for field in fields(typed)} >= {"reason"}
