"""Which scenario lives through which clause: `python -m tests.packs.clauses` writes docs/clauses.md anew.

A scenario or a case belongs to a clause when it says so of itself: "(F6)" in a docstring of `tests/scenarios`, or `clause`
in `tests/packs/cases`. What is there of a clause is a person's judgement, and stands in `clauses.toml`.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.packs.spoken import CASES, read

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "clauses.md"
NAMED = re.compile(r"\b[KHFSC]\d{1,2}\b")
RANGE = re.compile(r"\b([KHFSC])(\d{1,2}) to \1?(\d{1,2})\b")
HEAD = """\
# The clauses of the procedures

Which scenarios live through which clause of the five written procedures. `make test` runs all of them, and nothing goes in
while one fails. *Planned* means that no scenario lives through it yet; *partly* says what is missing.

This page is made by `python -m tests.packs.clauses` from `tests/packs/clauses.toml` and from what the scenarios say of
themselves; a test refuses one that is out of date.
"""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a procedure.

    Attributes:
        done: all of it is there.
        missing: what of it is not; "" when nothing of it is there, or all.
    """

    id: str
    says: str
    done: bool = False
    missing: str = ""

    @property
    def planned(self) -> bool:
        """Whether nothing of it is there."""
        return not self.done and not self.missing


def procedures() -> list[tuple[str, list[Clause]]]:
    """Return every procedure by name, with its clauses in their order."""
    found = tomllib.loads((Path(__file__).parent / "clauses.toml").read_text(encoding="utf-8"))
    return [(each["name"], [Clause(**c) for c in each["clauses"]]) for each in found["procedure"]]


def lived_through() -> Mapping[str, list[str]]:
    """Return for each clause the files that live through it, by their place in the repository, each once."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests" / "scenarios").glob("test_*.py")):
        for text in _docstrings(ast.parse(path.read_text(encoding="utf-8"))):
            for clause in _named(text):
                found[clause].add(f"tests/scenarios/{path.name}")
    for path in CASES.glob("*.toml"):
        for case in read(path.stem):
            for clause in _named(case.clause):
                found[clause].add(f"tests/packs/cases/{path.name}")
    return {clause: sorted(files, reverse=True) for clause, files in found.items()}


def page() -> str:
    """Return docs/clauses.md as it has to be."""
    lived = lived_through()
    parts = [HEAD]
    for name, clauses in procedures():
        parts.append(
            f"## {name}\n\n| clause | in a few words | what is there | lived through in |\n| --- | --- | --- | --- |"
        )
        for clause in clauses:
            links = ", ".join(f"[{Path(f).stem}](../{f})" for f in lived.get(clause.id, ()))
            links = "" if clause.planned else links
            parts.append(f"| {clause.id} | {clause.says} | {_state(clause)} | {links} |")
        parts.append("")
    return "\n".join(parts)


def _state(clause: Clause) -> str:
    if clause.done:
        return "done"
    return f"partly; missing: {clause.missing}" if clause.missing else "planned"


def _docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def _named(text: str) -> Iterator[str]:
    yield from NAMED.findall(text)
    for letter, first, last in RANGE.findall(text):
        yield from (f"{letter}{number}" for number in range(int(first), int(last) + 1))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
