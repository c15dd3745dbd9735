"""The rows of `make bench` can run, at a tiny size. What they measure there means nothing.

Not tried here are those that start processes of their own: each takes as long as a hundred tests.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.__main__ import cells, document, entry, table, take, well
from tests.bench.bench import TINY, Bench, Broken, Figure, NotAvailable, Row
from tests.bench.rows import ROWS

HERE = [row for row in ROWS if row.name not in {"memory", "replicas", "teams"}]


@pytest.mark.parametrize("row", HERE, ids=lambda row: row.name)
async def test_a_row_can_run(row: Row, tmp_path: Path) -> None:
    got: Figure | NotAvailable
    try:
        got = await row.take(Bench(TINY, tmp_path, lambda _: None))
        assert got.value > 0
    except NotAvailable as missing:
        got = missing
    assert len(table([row], {row.name: got})) == 2
    assert row.measure in document([row], {row.name: got})
    assert set(entry(row, got)) == {"measure", "value", "unit", "must", "aim"}


@pytest.mark.parametrize(
    ("value", "verdict"), [(7.9, "MISSED"), (8, "must"), (19.9, "must"), (20, "aim")]
)
def test_a_limit_itself_is_met(value: float, verdict: str) -> None:
    assert cells(ROWS[0], Figure(value))[5] == verdict


def test_what_is_not_available_says_why() -> None:
    line = cells(ROWS[0], NotAvailable("not yet"))
    assert "not available" in line
    assert line[-1] == "not yet"
    assert well(ROWS[0], NotAvailable("not yet"))


async def test_a_row_that_breaks_costs_no_other_its_figure() -> None:
    async def breaks(_: Bench) -> Figure:
        raise TimeoutError("no answer")

    async def measures(_: Bench) -> Figure:
        return Figure(8)

    first, second = (
        replace(ROWS[0], name="a", take=breaks),
        replace(ROWS[0], name="b", take=measures),
    )
    taken = await take([first, second], TINY, lambda _: None)
    assert taken["b"] == Figure(8)
    assert well(second, taken["b"])
    assert isinstance(taken["a"], Broken)
    assert not well(first, taken["a"])
    assert cells(first, taken["a"])[5:] == ("BROKEN", "TimeoutError: no answer")
