"""What a telephone dials, from what people write; anything else becomes no link."""

from __future__ import annotations

import pytest

from bot.domain.message import Call
from bot.domain.phone import dialable


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("07700 900123", "07700900123"),
        (" +44 (0)7700-900.123 ", "+447700900123"),
        ("0044(0)7700 900123", "00447700900123"),
        ("(020) 7946 0958", "02079460958"),
        ("999", "999"),
        ("020\u20137946\u20110958", "02079460958"),
    ],
)
def test_a_number_is_dialled(written: str, dialled: str) -> None:
    assert dialable(written) == dialled


@pytest.mark.parametrize(
    "written",
    [
        "",
        "99",
        "0" * 16,
        "ask Vera",
        "07700 900123 ext 4",
        "javascript:1",
        "+",
        "٠٧٧٠٠",
        "07700;900",
    ],
)
def test_anything_else_is_not(written: str) -> None:
    assert dialable(written) is None


@pytest.mark.parametrize("number", ["07700 900123", "tel:999", "", "*#06#"])
def test_a_call_takes_nothing_but_a_number(number: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        Call("Ring", number)
