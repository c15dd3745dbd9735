"""A copy, and what a maker makes, is what the dataclass itself would have made: as frozen, equal, and of the same class."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from bot.domain.message import To
from bot.domain.replacing import maker, replace
from bot.domain.visit import Visit
from tests.contract.making import visit


@dataclass
class Open:
    """Neither frozen nor with slots."""

    number: int = 0
    word: str = ""


def test_a_copy_with_changes_is_that_of_the_standard_library() -> None:
    changes: dict[str, Any] = {"buddy_id": "per_bob", "asked": ("per_bob",), "version": 7}
    ours = replace(visit(), **changes)
    assert type(ours) is Visit
    assert ours == dataclasses.replace(visit(), **changes) != visit()
    assert hash(ours) == hash(dataclasses.replace(visit(), **changes))
    assert repr(ours) == repr(dataclasses.replace(visit(), **changes))


def test_what_a_maker_makes_is_frozen_and_can_be_copied_and_kept() -> None:
    values = [getattr(visit(), field.name) for field in dataclasses.fields(Visit)]
    made = maker(Visit)(*values)
    assert made == visit()
    with pytest.raises(FrozenInstanceError):
        made.version = 2
    assert copy.deepcopy(made) == made == pickle.loads(pickle.dumps(made))


def test_what_a_class_checks_when_it_is_made_is_checked_by_its_maker_too() -> None:
    with pytest.raises(ValueError, match="reader"):
        maker(To)("t", None, False)


def test_a_value_too_few_or_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError):
        maker(Visit)("v_1")
    with pytest.raises(TypeError):
        replace(visit(), colour="red")  # type: ignore[call-arg]


def test_a_class_of_another_kind_makes_its_own() -> None:
    assert maker(Open) is Open
    assert replace(Open(1), number=2) == Open(2)
