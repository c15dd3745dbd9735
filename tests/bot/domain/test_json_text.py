"""What is written is, letter by letter, what `json.dumps` writes: the codes of stored journals are over it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.json_text import json_writer

SETTINGS: list[dict[str, Any]] = [
    {},
    {"separators": (",", ":"), "ensure_ascii": False},
    {"separators": (",", ":"), "ensure_ascii": False, "sort_keys": True},
]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


@pytest.mark.parametrize("settings", SETTINGS)
@given(value=VALUES)
def test_it_writes_as_the_standard_library_does(settings: dict[str, Any], value: object) -> None:
    assert json_writer(**settings)(value) == json.dumps(value, **settings)


@pytest.mark.parametrize("settings", SETTINGS)
def test_half_a_character_is_written_as_there(settings: dict[str, Any]) -> None:
    assert json_writer(**settings)(["\ud800"]) == json.dumps(["\ud800"], **settings)


def test_without_the_encoder_in_c_it_writes_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("json.encoder.c_make_encoder", None)
    for settings in SETTINGS:
        value = {"b": [1, None, "é"], "a": True}
        assert json_writer(**settings)(value) == json.dumps(value, **settings)


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError):
        json_writer()({"a": object()})
