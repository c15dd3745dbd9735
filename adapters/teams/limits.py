"""What Teams takes at most, and how words are brought below that. Beyond a limit it refuses the whole message."""

from __future__ import annotations

import json
from typing import Any

CARD = 80 * 1024
"""Bytes of a message as Teams counts it: UTF-16. It refuses from about 100 KB on."""
MESSAGE = 12_000
"""Characters of a message's text."""
FALLBACK = 400
"""Characters of what a notification may show."""
BUTTONS = 5
"""Of one row."""
BUTTON = 75
TITLE = 80
INPUT = 3_000
OPTIONS = 500
WHEN_TOO_BIG = 2_000
"""Characters that are tried again when Teams says that a message is too big after all."""

_MORE = "…"


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` characters; one that was cut ends in "…"."""
    return text if len(text) <= most else f"{text[: most - 1]}{_MORE}"


def size(shape: Any) -> int:  # noqa: ANN401 - anything that goes over the wire
    """Return how many bytes Teams counts for it."""
    return len(json.dumps(shape, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))
