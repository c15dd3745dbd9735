"""How many rows the engine decides on at once follows from how long the last ones took."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.service.engine import BATCH_LEAST, BATCH_MOST, BATCH_WITHIN, next_size


@pytest.mark.parametrize(
    ("size", "took", "expected"),
    [
        (100, BATCH_WITHIN, 100),
        (100, BATCH_WITHIN / 2, 200),
        (100, timedelta(), 200),
        (100, -BATCH_WITHIN, 200),
        (400, BATCH_WITHIN * 2, 200),
        (400, BATCH_WITHIN * 100, 200),
        (BATCH_LEAST, BATCH_WITHIN * 100, BATCH_LEAST),
        (BATCH_MOST, timedelta(), BATCH_MOST),
    ],
)
def test_a_batch_grows_and_shrinks_by_two_at_most(
    size: int, took: timedelta, expected: int
) -> None:
    assert next_size(size, took) == expected
