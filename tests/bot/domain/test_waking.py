"""Codes and references: read as people write them, and never taken for a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import reach
from bot.domain import waking


@given(st.binary(min_size=16, max_size=32))
def test_every_code_is_read_however_it_is_written(chance: bytes) -> None:
    code = waking.code_from(chance)
    for typed in (code, code.lower(), f" {code[:3]} {code[3:]}.", f"{code}!\n"):
        assert waking.code_in(typed) == code


@given(st.text(max_size=400))
def test_whatever_is_texted_is_read_without_harm(text: str) -> None:
    found = waking.code_in(text)
    assert found is None or len(found) == 6
    number = reach.number(text)
    assert number is None or reach.number(number) == number
    assert reach.refusal(text, {"+44"}) == "" or reach.refusal(text, {"+44"}).endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "arrived",
        "left",
        "+15",
        "home",
        "help now",
        "extend",
        "please",
        "I is O01",
        "2AAAA",
        "2AAAAAA",
    ],
)
def test_no_word_is_a_code(text: str) -> None:
    assert waking.code_in(text) is None


def test_a_reference_is_the_same_for_one_alarm_and_tells_nothing_of_it() -> None:
    one, other = waking.reference_of("e_1"), waking.reference_of("e_2")
    assert one == waking.reference_of("e_1") != other
    assert (len(one), len(other)) == (5, 5)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("+353850000000", "+353850000000"),
        ("COUNCIL", None),
        ("12", None),
        ("", None),
    ],
)
def test_a_number_is_written_as_between_countries(text: str, number: str | None) -> None:
    assert reach.number(text) == number
