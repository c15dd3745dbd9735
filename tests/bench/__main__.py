"""`make bench`: every row, one after the other, in one run on one disk."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.bench import Bench, Broken, Figure, NotAvailable, Row, Sizes, clock
from tests.bench.rows import ROWS
from tests.bench.town import now

HOW = (
    "Ratios are of pairs taken in turn in this run; the median counts, for costs the fastest."
    " Other load on the machine disturbs them all the same."
)


def main(environment: dict[str, str]) -> int:
    """Measure, print the table, and write the files that were asked for; return 1 when a must is not met, or a row broke."""
    wanted = environment.get("ROW", "")
    rows = [row for row in ROWS if not wanted or row.name == wanted]
    if not rows:
        sys.stderr.write(f"no such row; there are: {', '.join(row.name for row in ROWS)}\n")
        return 2
    begun = clock()
    taken = asyncio.run(take(rows, Sizes(), _say))
    lines = [machine(), HOW, "", *table(rows, taken), "", f"{clock() - begun:.0f} s in all."]
    sys.stdout.write("\n".join([*lines, ""]))
    if environment.get("BENCH_JSON"):
        listed = [entry(row, taken[row.name]) for row in rows]
        Path(environment["BENCH_JSON"]).write_text(json.dumps(listed, indent=1) + "\n", "utf-8")
    if environment.get("BENCH_DOC"):
        Path(environment["BENCH_DOC"]).write_text(document(rows, taken), "utf-8")
    return 0 if all(well(row, taken[row.name]) for row in rows) else 1


Taken = dict[str, Figure | NotAvailable]


def well(row: Row, got: Figure | NotAvailable) -> bool:
    """Return whether a row meets its must; one that cannot be measured here is no fault, one that broke is."""
    if isinstance(got, NotAvailable):
        return not isinstance(got, Broken)
    return row.meets(got.value, row.must)


async def take(rows: Sequence[Row], sizes: Sizes, say: Any) -> Taken:
    """Return what each row measured, or why it cannot be; one that breaks stops no other."""
    taken: Taken = {}
    with tempfile.TemporaryDirectory(prefix="buddyline-bench-", dir=_disk()) as folder:
        bench = Bench(sizes, Path(folder), say)
        for row in rows:
            say(f"{row.name}: {row.measure}")
            try:
                taken[row.name] = await row.take(bench)
            except NotAvailable as missing:
                taken[row.name] = missing
            except Exception as broken:  # noqa: BLE001 - whatever it is, the table says it
                taken[row.name] = Broken(f"{type(broken).__name__}: {broken}")
    return taken


def _disk() -> Path:
    """Return where databases are made: here, and not in the system's temporary folder, which may be in memory."""
    place = Path("build")
    place.mkdir(exist_ok=True)
    return place


def _say(line: str) -> None:
    sys.stderr.write(f"  … {line}\n")


def shown(value: float, unit: str) -> str:
    """Return a value as people read it."""
    if not unit:
        return "yes" if value else "no"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f}{'' if unit == 'x' else ' '}{unit}"


def _limit(row: Row, limit: float) -> str:
    if not row.unit:
        return "yes"
    return (
        f"{'≥' if row.more_is_better else '≤'} {limit:g}{'' if row.unit == 'x' else ' '}{row.unit}"
    )


def cells(row: Row, got: Figure | NotAvailable) -> tuple[str, ...]:
    """Return one line of the table."""
    limits = (_limit(row, row.must), _limit(row, row.aim))
    if isinstance(got, NotAvailable):
        value, verdict = ("", "BROKEN") if isinstance(got, Broken) else ("not available", "")
        return (row.name, row.measure, value, *limits, verdict, str(got))
    verdict = "aim" if row.meets(got.value, row.aim) else "must"
    if not row.meets(got.value, row.must):
        verdict = "MISSED"
    return (row.name, row.measure, shown(got.value, row.unit), *limits, verdict, got.note)


HEAD = ("row", "measure", "value", "must", "aim", "meets", "of which")


def table(rows: Sequence[Row], taken: Taken) -> list[str]:
    """Return the table with aligned columns."""
    lines = [HEAD, *(cells(row, taken[row.name]) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD) - 1)]
    return [
        "  ".join([*(cell.ljust(w) for cell, w in zip(line, widths, strict=False)), line[-1]])
        for line in lines
    ]


def entry(row: Row, got: Figure | NotAvailable) -> dict[str, object]:
    """Return one row as JSON has it; `value` is null when it is not available."""
    value = got.value if isinstance(got, Figure) else None
    return {
        "measure": row.name,
        "value": value,
        "unit": row.unit,
        "must": row.must,
        "aim": row.aim,
    }


def machine() -> str:
    """Return what this was measured on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [line for line in info.read_text("utf-8").splitlines() if "model name" in line]
        model = named[0].partition(":")[2].strip() if named else model
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} × {model}, {platform.system()}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}; load {load:.1f} when this was written, {now():%-d %B %Y}."
    )


def document(rows: Sequence[Row], taken: Taken) -> str:
    """Return the table as a page of the documentation."""
    listed = [HEAD, ("---",) * len(HEAD), *(cells(row, taken[row.name]) for row in rows)]
    lines = ["| " + " | ".join(line) + " |" for line in listed]
    return "\n".join(["# Performance", "", INTRODUCTION, "", machine(), HOW, "", *lines, ""])


INTRODUCTION = (
    "Written by `make bench BENCH_DOC=file`. Figures are ratios, because seconds say more about the\n"
    "machine than about the code. The floor of the first row is the very rows that deciding wrote, written again by the\n"
    "plain SQLite driver with the same PRAGMAs, 500 deadlines a commit. *Many* is 100,000 visits open in 2,000 teams, one\n"
    "of them of 200 people; *few* is 1,000 in the same teams; *all* is 10,000 that become overdue at once."
)


if __name__ == "__main__":
    sys.exit(main(dict(os.environ)))
