"""The code phrases of the written procedures, as data, until a team sets its own; and phrases from a file.

They are public, so they protect nobody who is watched by somebody that has read the procedure.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.errors import PolicyFault, Problem
from bot.domain.phrases.forms import Phrase, Wording
from bot.toml_findings import shown, suggestion

_SHIPPED = Path(__file__).parent / "shipped.toml"


def shipped() -> dict[str, tuple[Phrase, ...]]:
    """Return the phrases of the procedures by pack name; a pack may be named here before its other values exist."""
    content = tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))
    return {
        pack: tuple(_phrase(entry, f"shipped phrases of {pack}") for entry in entries)
        for pack, entries in content.items()
    }


def phrases_of(pack: str) -> tuple[Phrase, ...]:
    """Return the phrases that a procedure ships. Raises PolicyFault for a name that has none."""
    known = shipped()
    if pack not in known:
        meaning = f"No code phrases come with a pack called {shown(pack)}."
        raise PolicyFault((Problem("phrases.unknown", "pack", meaning, suggestion(pack, known)),))
    return known[pack]


def phrases_from(path: Path) -> tuple[Phrase, ...]:
    """Read phrases from a JSON file: a list of objects with `id`, `text` and, if wanted, `keys` and `forms`.

    Each form is an object with `text` and, if wanted, `keys`. Other members are passed over.

    Raises:
        PolicyFault: the file cannot be read or has another shape. The problem never quotes its content.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise _fault(path.name) from None
    if not isinstance(content, list):
        raise _fault(path.name)
    return tuple(_phrase(entry, path.name) for entry in content)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A team's own phrases, as they are sealed.

    Attributes:
        own: none: the procedure's count.
        before: those that they took the place of, and that are heard as well before `until` (aware UTC); may be empty.
    """

    own: tuple[Phrase, ...]
    before: tuple[Phrase, ...] = ()
    until: datetime | None = None


def dumped(sealed: Sealed) -> str:
    """Return phrases as a text to be sealed; `loaded` gives them back."""
    until = sealed.until.isoformat() if sealed.until else ""
    parts = {"own": _entries(sealed.own), "before": _entries(sealed.before), "until": until}
    return json.dumps(parts)


def loaded(text: str) -> Sealed:
    """Return the phrases that `dumped` wrote, or that were sealed as a plain list.

    Raises:
        PolicyFault: it is another text; it is never quoted.
    """
    content = json.loads(text)
    if isinstance(content, list):
        content = {"own": content}
    own, before = (
        tuple(_phrase(entry, "sealed phrases") for entry in content.get(part, []))
        for part in ("own", "before")
    )
    until = content.get("until")
    return Sealed(own, before, datetime.fromisoformat(until) if until else None)


def _entries(phrases: tuple[Phrase, ...]) -> list[dict[str, object]]:
    return [
        {
            "id": each.id,
            "text": each.text,
            "keys": list(each.keys),
            "forms": [{"text": form.text, "keys": list(form.keys)} for form in each.forms],
        }
        for each in phrases
    ]


def _phrase(entry: object, where: str) -> Phrase:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise _fault(where)
    first = _wording(entry, where)
    forms = entry.get("forms", [])
    if not isinstance(forms, list):
        raise _fault(where)
    return Phrase(entry["id"], first.text, tuple(_wording(f, where) for f in forms), first.keys)


def _wording(entry: object, where: str) -> Wording:
    if isinstance(entry, dict):
        text, keys = entry.get("text"), entry.get("keys", [])
        listed = isinstance(keys, list) and all(isinstance(key, str) for key in keys)
        if isinstance(text, str) and listed:
            return Wording(text, tuple(keys))
    raise _fault(where)


def _fault(where: str) -> PolicyFault:
    meaning = "This is not a readable list of phrases."
    remedy = 'Write [{"id": "one", "text": "the phrase"}], with "keys" and "forms" if wanted.'
    return PolicyFault((Problem("phrases.unreadable", where, meaning, remedy),))
