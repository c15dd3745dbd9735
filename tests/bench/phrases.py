"""The table of docs/phrases.md: recall by class, false alarms, time; and one plain pass of rapidfuzz beside it.
 `make phrases PHRASES=/path/to/set`.

In the folder: phrases.json; *.jsonl with `text`, `class`, `severity`, `ok` and perhaps `kind` = "negative";
*.txt.gz, also one folder down, one ordinary message a line. What is missing is left out.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from timeit import default_timer

from rapidfuzz import fuzz

from bot.domain.phrases.classify import Detector, Tier
from bot.packs.phrases import phrases_from


def main(folder: Path) -> int:
    """Print the table; return 0."""
    phrases = phrases_from(folder / "phrases.json")
    detector = Detector(phrases)
    plain = [phrase.text.lower() for phrase in phrases]
    say(f"{len(phrases)} phrases active at once")
    for path in sorted(folder.glob("*.jsonl")):
        say(f"\n{path.name}: found in either tier % (as ALARM %) [cases], by severity")
        recall(path, detector, plain)
    say("\nper 100,000 messages, one by one / joined three by three")
    ordinary = []
    for path in sorted(folder.glob("**/*.txt.gz")):
        content = gzip.decompress(path.read_bytes()).decode("utf-8")
        lines = [line for line in content.split("\n") if line]
        false(path.name, lines, detector, plain)
        if path.parent != folder:
            ordinary += lines[:2500]
    if ordinary:
        times(ordinary, detector, plain)
    return 0


PLAIN = "plain rapidfuzz"
PLAIN_FROM = 80
"""From this partial ratio on a plain pass takes a message for a phrase."""


def plainly(text: str, phrases: list[str]) -> bool:
    """Return whether a plain pass of rapidfuzz would take a message for one of these phrases."""
    return any(fuzz.partial_ratio(phrase, text.lower()) >= PLAIN_FROM for phrase in phrases)


def recall(path: Path, detector: Detector, plain: list[str]) -> None:
    """Print what is found of distorted phrases, by class, and what is outside the acceptable tiers."""
    cells: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    outside: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        tier = detector.classify(case["text"].split("\n")).tier
        kind = case.get("kind", "positive")
        outside[kind] += tier.value not in case["ok"]
        outside["alarm"] += tier is Tier.ALARM and case["want"] == "NONE"
        if kind == "positive":
            for name in (case["class"], "all"):
                cells[name, case["severity"]].update(["cases", tier.value])
            taken = "ALARM" if plainly(case["text"].replace("\n", " "), plain) else "NONE"
            cells[PLAIN, case["severity"]].update(["cases", taken])
    last = {"all": 1, PLAIN: 2}
    for name in sorted({name for name, _ in cells}, key=lambda name: (last.get(name, 0), name)):
        say(f"  {name:15}" + "".join(f"{shown(cells.get((name, s))):>26}" for s in (0, 1, 2, 3)))
    say(f"  outside the acceptable tiers: {dict(outside)}")


def shown(cell: Counter[str] | None) -> str:
    """Return "99.0 (97.0) [100]"."""
    if cell is None:
        return ""
    cases = cell["cases"]
    found = 100 * (cases - cell["NONE"]) / cases
    return f"{found:.1f} ({100 * cell['ALARM'] / cases:.1f}) [{cases}]"


def false(name: str, lines: list[str], detector: Detector, plain: list[str]) -> None:
    """Print how many ordinary messages would be taken for a phrase."""
    parts = []
    for size in (1, 3):
        windows = [lines[i : i + size] for i in range(len(lines) - size + 1)]
        found = Counter(detector.classify(window).tier for window in windows)
        rate = 100_000 / max(1, len(windows))
        parts.append(f"ALARM {found[Tier.ALARM] * rate:.1f} CHECK {found[Tier.CHECK] * rate:.1f}")
    rate = 100_000 / max(1, len(lines))
    taken = sum(plainly(line, plain) for line in lines)
    parts.append(f"{PLAIN} ALARM {taken * rate:.1f}")
    say(f"  {name:24} {len(lines):6} messages   " + "   /   ".join(parts))


def times(lines: list[str], detector: Detector, phrases: list[str]) -> None:
    """Print what a message costs, also as a multiple of a plain pass of rapidfuzz over the same ones in the same run."""
    ours = [timed(lambda line=line: detector.classify([line])) for line in lines]
    plain = [
        timed(lambda line=line: [fuzz.partial_ratio(p, line.lower()) for p in phrases])
        for line in lines
    ]
    middle, other = statistics.median(ours), statistics.median(plain)
    say(
        f"\na message: median {middle * 1e3:.3f} ms, {middle / other:.1f} times a plain rapidfuzz pass"
    )
    running = " ".join(lines)
    long = [running[at : at + 4000] for at in range(0, min(len(running), 200_000), 4000)]
    again = statistics.median(timed(lambda text=text: detector.classify([text])) for text in long)
    say(f"4,000 characters: median {again * 1e3:.2f} ms")


def timed(work: object) -> float:
    """Return the seconds that one call takes."""
    assert callable(work)
    begun = default_timer()
    work()
    return default_timer() - begun


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def arguments() -> Iterator[Path]:
    """Yield the folders that were named."""
    yield from map(Path, sys.argv[1:])


if __name__ == "__main__":
    for named in arguments():
        main(named)
