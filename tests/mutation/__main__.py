"""`python -m tests.mutation`: try the mutants of some files of bot/domain and bot/service, and print what became of them."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.mutants import Mutant, drawn, lay, refused_by_types
from tests.sim.plants import NOT_COPIED, ROOT

ROOMS = ("bot/domain", "bot/service")
TESTS = (
    *("tests/bot", "tests/scenarios", "tests/packs", "tests/adapters"),
    "tests/sim/test_worlds.py::test_every_rule_holds",
)
"""What always gives the same answer and reaches these rooms."""
TYPES, KILLED, NO_END, SURVIVED, UNREACHED = "types", "killed", "no end", "survived", "unreached"
FAR = "Pacific/Chatham"
"""The zone of the host meanwhile, so that a mutant that reads it is seen."""
BECAME = (KILLED, NO_END, TYPES, SURVIVED, UNREACHED)
LIVES = (SURVIVED, UNREACHED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants, print those that live and a table; return 1 when a test fails without any mutant."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("files", nargs="*", help="files or folders; without any, both rooms")
    parser.add_argument("--one-in", type=int, default=1, help="try one in so many, always the same")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="the tests to try them with")
    parser.add_argument("--seconds", default="inf", help="of tests for one mutant, at most")
    parser.add_argument("--json", type=Path, help="write what became of each to this file")
    parser.add_argument("--again", type=Path, help="only what lived according to such a file")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
        mutants = [
            mutant
            for file in _files(chosen.files or ROOMS)
            for mutant in drawn(lay(file, tree), chosen.one_in)
        ]
        if chosen.again:
            lived = _lived(chosen.again)
            mutants = [each for each in mutants if each.name in lived]
        _say(f"{len(mutants)} mutants")
        became = _tried(mutants, tree, Path(folder), chosen)
        lives = [each for each in mutants if became.get(each.name, ("",))[0] in LIVES]
        became |= dict.fromkeys(refused_by_types(lives, tree), (TYPES, "mypy"))
    for each in lives:
        if became[each.name][0] in LIVES:
            _say("\n  ".join([f"{became[each.name][0]} {each.name}", *each.change]))
    if chosen.json:
        rows = [
            {
                "file": each.file,
                "name": each.name,
                "change": each.change,
                "became": became[each.name],
            }
            for each in mutants
            if each.name in became
        ]
        chosen.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    _say(_table(mutants, {name: what for name, (what, _) in became.items()}))
    return 0 if len(became) == len(mutants) else 1


def _files(chosen: Sequence[str]) -> list[str]:
    found: list[Path] = []
    for name in chosen:
        path = ROOT / name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [str(path.relative_to(ROOT)) for path in dict.fromkeys(found)]


def _lived(before: Path) -> set[str]:
    rows = json.loads(before.read_text(encoding="utf-8"))
    return {row["name"] for row in rows if row["became"][0] in LIVES}


def _tried(
    mutants: Sequence[Mutant], tree: Path, folder: Path, chosen: argparse.Namespace
) -> dict[str, tuple[str, str]]:
    """Try mutants with the tests. Return by name what became of each, and which test found it."""
    asked = [{"name": each.name, "function": each.function} for each in mutants]
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    became: dict[str, tuple[str, str]] = {}
    answers = folder / "answers.jsonl"
    answers.touch()
    with (folder / "said").open("w", encoding="utf-8") as said:
        run = subprocess.Popen(
            [
                *(sys.executable, "-m", "pytest", "-p", "tests.mutation.loop"),
                *("-p", "no:cacheprovider", "--assert=plain", "--tb=native", *chosen.tests),
            ],
            cwd=tree,
            env={
                **os.environ,
                "MUTATION_FOLDER": str(folder),
                "MUTATION_SECONDS": chosen.seconds,
                "TZ": FAR,
            },
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        with answers.open(encoding="utf-8") as lines:
            running = True
            while running:
                try:
                    run.wait(timeout=1)
                    running = False
                except subprocess.TimeoutExpired:
                    pass
                for line in lines.read().splitlines():
                    row = json.loads(line)
                    what = UNREACHED if not row["tests"] else row["became"]
                    became[row["name"]] = (what, row["by"])
    if len(became) < len(mutants):
        _say((folder / "said").read_text(encoding="utf-8")[-5000:])
    return became


def _table(mutants: Sequence[Mutant], became: dict[str, str]) -> str:
    """Return a table for a document: for each file how many mutants there were, and what became of them."""
    rows = [f"| file | mutants | {' | '.join(BECAME)} |", "| --- " * (len(BECAME) + 2) + "|"]
    files = list(dict.fromkeys(each.file for each in mutants))
    for name, within in [*((file, (file,)) for file in files), ("all", tuple(files))]:
        ours = [each for each in mutants if each.file in within]
        counts = Counter(became.get(each.name, "") for each in ours)
        rows.append(f"| {name} | {len(ours)} | {' | '.join(str(counts[w]) for w in BECAME)} |")
    return "\n".join(rows)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
