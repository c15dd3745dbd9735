"""Every mutant of a file, laid into a copy of the tree beside the original, and which of them the types refuse."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

ORIGINAL = "_orig"
CACHE = Path(__file__).parent.parent.parent / ".mypy_cache"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one function.

    Attributes:
        name: the dotted name by which the trampoline in the copy knows it.
        function: the dotted name of the function, as the trampoline records that a test reaches it.
        lines: where it stands in the changed file of the copy, from and to, both included.
        change: the lines taken away (-) and put in their place (+).
    """

    file: str
    name: str
    function: str
    lines: tuple[int, int]
    change: tuple[str, ...]


def lay(file: str, tree: Path) -> list[Mutant]:
    """Replace a file of the copy by one that holds all its mutants, and return them in the order of the code."""
    path = tree / file
    mutated = mutate_file_contents(file, path.read_text(encoding="utf-8"))
    path.write_text(mutated.code, encoding="utf-8")
    lines = mutated.code.split("\n")
    spans = {
        name: lines[span.start - 1 : span.end]
        for name, span in mutated.line_span_by_function_name.items()
    }
    module = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    mutants = []
    for name in mutated.mutant_names:
        function = name.partition("__mutmut_")[0]
        span = mutated.line_span_by_function_name[name]
        mutants.append(
            Mutant(
                file,
                f"{module}.{name}",
                f"{module}.{function}",
                (span.start, span.end),
                _change(spans[f"{function}__mutmut{ORIGINAL}"], spans[name]),
            )
        )
    return mutants


def drawn(mutants: Sequence[Mutant], one_in: int) -> list[Mutant]:
    """Return about one in so many, always the same ones: chosen by their name."""
    return [
        each
        for each in mutants
        if int.from_bytes(hashlib.sha256(each.name.encode()).digest()[:4], "big") % one_in == 0
    ]


def refused_by_types(mutants: Sequence[Mutant], tree: Path) -> set[str]:
    """Return the names of those mutants for which mypy reports an error: they cannot get past `make types`."""
    if not mutants:
        return set()
    if CACHE.is_dir():
        shutil.copytree(CACHE, tree / CACHE.name)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--output", "json", "-p", "bot"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    errors: dict[str, set[int]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            error = json.loads(line)
            if error["severity"] == "error" and error["code"] != "unused-ignore":
                errors.setdefault(error["file"], set()).add(error["line"])
    return {
        each.name
        for each in mutants
        if any(each.lines[0] <= line <= each.lines[1] for line in errors.get(each.file, ()))
    }


def _change(before: list[str], after: list[str]) -> tuple[str, ...]:
    old, new = ([re.sub(r"__mutmut_\w+", "", line) for line in side] for side in (before, after))
    return tuple(
        f"{line[0]} {line[1:].strip()}"
        for line in difflib.unified_diff(old, new, n=0, lineterm="")
        if line[0] in "+-" and not line.startswith(("+++", "---"))
    )
