"""Classes whose instances are made quickly are in all else as `dataclass` makes them."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from bot.domain.making import quick


@quick
@dataclass(frozen=True, slots=True)
class Cup:
    """A cup."""

    size: int
    colour: str = "white"
    cracks: list[str] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("no such cup")


@dataclass(frozen=True, slots=True)
class Plain:
    """The same, as `dataclass` makes it."""

    size: int
    colour: str = "white"
    cracks: list[str] = field(default_factory=list, compare=False)


def test_is_made_by_position_by_name_and_with_its_defaults() -> None:
    chip = ["chip"]
    assert [Cup(3), Cup(3, colour="red"), Cup(size=3, cracks=chip)] == [
        Cup(3, "white", []),
        Cup(3, "red", []),
        Cup(3, "white", chip),
    ]
    assert Cup(3, "red", chip).cracks is chip
    assert Cup(3).cracks is not Cup(3).cracks


def test_is_of_its_own_class_and_frozen() -> None:
    cup = Cup(3)
    assert type(cup) is Cup
    with pytest.raises(FrozenInstanceError):
        cup.size = 4  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del cup.size
    assert not hasattr(cup, "__dict__")


def test_is_seen_to_be_sound_once_it_is_made() -> None:
    with pytest.raises(ValueError, match="no such cup"):
        Cup(-1)


@pytest.mark.parametrize("arguments", [(), (1, "red", [], 4)])
def test_too_few_or_too_many_arguments_are_refused(arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match=r"Cup\.__init__\(\)"):
        Cup(*arguments)  # type: ignore[arg-type]


def test_nothing_else_about_the_class_changes() -> None:
    cup, plain = Cup(3, "red", ["chip"]), Plain(3, "red", ["chip"])
    assert repr(cup).replace("Cup", "Plain") == repr(plain)
    assert hash(cup) == hash(plain)
    assert [each.name for each in fields(cup)] == [each.name for each in fields(plain)]
    assert list(inspect.signature(Cup).parameters) == list(inspect.signature(Plain).parameters)
    assert replace(cup, size=4) == Cup(4, "red")
    assert pickle.loads(pickle.dumps(cup)) == cup
    assert copy.deepcopy(cup).cracks == ["chip"]
    match cup:
        case Cup(size, colour):
            assert (size, colour) == (3, "red")


def test_a_class_that_cannot_be_made_so_is_refused_at_once() -> None:
    @dataclass(frozen=True, slots=True)
    class Mug(Cup):
        handle: bool = True

    @dataclass(frozen=True)
    class Loose:
        size: int

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        size: int

    for kind in (Mug, Loose, Named):
        with pytest.raises(TypeError, match="cannot be made quickly"):
            quick(kind)
