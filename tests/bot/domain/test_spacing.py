"""Visits of a plan at the same time, put one after the other: what may have been meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain import spacing
from bot.domain.intents import Start
from bot.domain.spacing import Move, Span
from tests.contract.making import MINUTE, T0


def at(minutes: int) -> datetime:
    return T0 + minutes * MINUTE


def one(begins: int, ends: int, case: str = "WF-1", check: int | None = None) -> Start:
    return Start(at(begins), at(ends), case, check_in_at=None if check is None else at(check))


FIRST, SECOND = one(0, 60, check=20), one(30, 50, "WF-2", 40)


@pytest.mark.parametrize(
    ("visits", "taken", "put"),
    [
        ((SECOND, FIRST), (), (FIRST, one(60, 80, "WF-2", 70))),
        ((one(0, 60), one(60, 70)), (), (one(0, 60), one(60, 70))),
        ((one(0, 60),), ((at(60), at(70)), (at(-10), at(0))), (one(0, 60),)),
        ((one(0, 60),), ((at(50), at(70)),), (one(70, 130),)),
        ((one(0, 60),), ((at(100), at(140)), (at(50), at(70))), (one(140, 200),)),
        ((one(0, 60),), ((at(130), at(140)), (at(50), at(70))), (one(70, 130),)),
    ],
    ids=["in turn", "at once", "beside", "after what is taken", "after both", "in between"],
)
def test_each_begins_where_it_is_free_and_is_as_long_as_it_was(
    visits: tuple[Start, ...], taken: tuple[Span, ...], put: tuple[Start, ...]
) -> None:
    assert spacing.later(visits, taken) == put


@pytest.mark.parametrize(("back", "fits"), [(79, False), (80, True)])
def test_nobody_is_back_before_an_end(back: int, fits: bool) -> None:
    found = spacing.later((FIRST, replace(SECOND, back_at=at(back))))
    assert (found is not None) is fits


@pytest.mark.parametrize(
    ("visits", "cut"),
    [
        ((SECOND, FIRST), (one(0, 30, check=20), SECOND)),
        ((one(0, 60, check=30), SECOND), (one(0, 30), SECOND)),
        ((one(0, 10, check=9), SECOND), (one(0, 10, check=9), SECOND)),
        ((FIRST, one(0, 20, "WF-2")), None),
        ((), ()),
    ],
    ids=["ended at the next", "without its check-in", "over before", "nothing left", "none"],
)
def test_each_ends_where_the_next_begins(
    visits: tuple[Start, ...], cut: tuple[Start, ...] | None
) -> None:
    assert spacing.shorter(visits) == cut


@pytest.mark.parametrize(
    ("put", "move"),
    [
        ((FIRST, one(60, 80, "WF-2")), Move("WF-2", True, at(60), at(80))),
        ((one(0, 30), SECOND), Move("WF-1", False, at(0), at(30))),
        ((FIRST, SECOND), None),
    ],
)
def test_the_first_that_moves_is_named_and_read_again(
    put: tuple[Start, ...], move: Move | None
) -> None:
    assert spacing.first_moved((SECOND, FIRST), put) == move
    if move is not None:
        assert spacing.read_move(str(move)) == move


def test_a_case_of_several_words_is_read_whole() -> None:
    move = spacing.read_move("later 2026-12-03T09:00:00Z 2026-12-03T10:00:00Z A 1 B")
    assert move == Move("A 1 B", True, at(0), at(60))
    with pytest.raises(ValueError, match="unpack"):
        spacing.read_move("later")
