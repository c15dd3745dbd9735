"""A copy is what the standard library would have made: equal, and of the same class."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.replacing import replace
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


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError):
        replace(visit(), colour="red")  # type: ignore[call-arg]


def test_a_class_that_is_not_frozen_is_copied_as_well() -> None:
    assert replace(Open(1), number=2) == Open(2)
