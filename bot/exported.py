"""Messages that a team has exported from its chat, to try a phrase over: texts, lines of JSON, or Slack's own files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bot.domain.errors import PolicyFault, Problem

KINDS = (".txt", ".jsonl", ".json")


def messages_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each message with where it stands ("day.json:3"), in the order of the files' names.

    Args:
        path: a file, or a folder that is looked through with everything in it. `.txt` holds a message a line, `.jsonl` an
            object with a `text` a line, `.json` one list of them, as Slack exports a day. What has no text is passed over.

    Raises:
        PolicyFault: nothing is there to read, or a file is of another shape; without quoting it.
    """
    files = [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.suffix in KINDS)
    if not files:
        remedy = f"Name a file, or a folder with files that end in {', '.join(KINDS)}."
        raise _problem(str(path), "There are no messages to read there.", remedy)
    for file in files:
        for number, text in enumerate(_texts(file), start=1):
            if text.strip():
                yield f"{file.name}:{number}", text


def _texts(file: Path) -> Iterator[str]:
    content = file.read_bytes().decode("utf-8", errors="replace")
    if file.suffix not in (".json", ".jsonl"):
        yield from content.split("\n")
        return
    try:
        if file.suffix == ".json":
            entries = json.loads(content)
        else:
            entries = [json.loads(line) for line in content.split("\n") if line.strip()]
    except ValueError:
        entries = None
    if not isinstance(entries, list):
        remedy = 'A .json file is one list of objects with a "text", a .jsonl file such an object a line.'
        raise _problem(str(file), "It is not what its name says.", remedy)
    for entry in entries:
        text = entry.get("text") if isinstance(entry, dict) else None
        yield text if isinstance(text, str) else ""


def _problem(where: str, meaning: str, remedy: str) -> PolicyFault:
    return PolicyFault((Problem("phrases.messages", where, meaning, remedy),))
