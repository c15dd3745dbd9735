"""Durations and stored policies: what is written is read back the same."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvariantBroken
from bot.domain.people import Role
from bot.domain.policy import Audience, Policy, Source, Step, Task
from bot.packs.durations import MissingUnitError, format_duration, parse_duration
from bot.packs.loader import decode, digest_of, encode, load_pack

durations = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))
texts = st.text(st.characters(codec="utf-8"), max_size=20)
steps = st.builds(
    Step,
    id=texts,
    task=st.sampled_from(Task),
    audience=st.lists(st.sampled_from([*Role, *Audience])).map(tuple),
    wait=durations,
    clause=texts,
)
ladders = st.lists(steps, min_size=1, max_size=4).map(tuple)
sources = st.dictionaries(
    texts,
    st.builds(Source, clause=st.none() | texts, assumed=st.none() | texts, adjusted=st.booleans()),
)
policies = st.builds(
    Policy,
    **dict.fromkeys(("name", "title", "version", "digest"), texts),
    **dict.fromkeys(("ladder", "uncovered"), ladders),
    sources=sources,
    **{name: durations for name, kind in Policy.__annotations__.items() if kind == "timedelta"},
)


@given(policies)
def test_a_stored_policy_is_read_back_the_same(policy: Policy) -> None:
    text = encode(policy)
    assert decode(text) == policy
    assert encode(decode(text)) == text
    assert digest_of(decode(text)) == digest_of(policy)


def test_a_stored_policy_is_read_back_whatever_the_order_of_its_keys() -> None:
    policy = load_pack("waltham-forest", None, {})
    content = json.loads(encode(policy))
    assert decode(json.dumps(dict(reversed(content.items())))) == policy


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "name": "x"}'])
def test_a_text_that_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(InvariantBroken):
        decode(text)


@given(st.integers(min_value=0, max_value=99_999 * 3600))
def test_a_duration_is_read_back_the_same(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert parse_duration(format_duration(length)) == length


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.text()))
def test_anything_else_is_refused_as_a_value(value: object) -> None:
    with contextlib.suppress(ValueError):
        assert abs(parse_duration(value)) < timedelta(days=5000)


READ = [
    ("15m", 900),
    ("2s", 2),
    ("3h", 10_800),
    ("1h30m", 5400),
    (" 1h 30M ", 5400),
    ("90m", 5400),
    ("0s", 0),
    ("-5m", -300),
]


@pytest.mark.parametrize(("text", "seconds"), READ)
def test_a_duration_with_a_unit_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [15, 1.5, "15", "1h30", " 7 ", "-5"])
def test_a_number_without_a_unit_is_refused_as_such(value: object) -> None:
    with pytest.raises(MissingUnitError):
        parse_duration(value)


@pytest.mark.parametrize(
    "value", ["", "m", "15 minutes", "1m1h", "1.5h", "٣m", "123456m", True, None, []]
)
def test_what_is_no_duration_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(value)
