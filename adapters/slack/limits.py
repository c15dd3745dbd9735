"""What Slack takes at most, and how a text is brought below that. Beyond a limit it refuses the whole message."""

from __future__ import annotations

BLOCKS = 50
VIEW_BLOCKS = 100
SECTION = 3_000
HEADER = 150
BUTTONS = 5
"""Of one row: Slack takes 25, a telephone shows five."""
BUTTON = 75
VALUE = 2_000
TITLE = 24
"""Of a dialog."""
LABEL = 2_000
OPTION = 75
OPTION_VALUE = 150
OPTIONS = 100
"""Of one group; there may be as many groups."""
INPUT = 3_000
METADATA = 3_000
MESSAGE = 12_000
"""Text of all blocks together: from about 13,000 on it is refused, whatever the single limits say."""
FALLBACK = 4_000

_MORE = "…"


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` characters; one that was cut ends in "…"."""
    return text if len(text) <= most else f"{text[: most - 1]}{_MORE}"


def escaped(text: str) -> str:
    """Return a text with everything escaped that Slack would read as a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def parts(text: str, most: int) -> list[str]:
    """Return a text in parts of at most `most` characters, cut between lines where it can be; none for an empty one."""
    found: list[str] = []
    for line in text.split("\n"):
        for piece in _pieces(line, most):
            if found and len(found[-1]) + 1 + len(piece) <= most:
                found[-1] = f"{found[-1]}\n{piece}"
            else:
                found.append(piece)
    return [part for part in found if part.strip()]


def _pieces(line: str, most: int) -> list[str]:
    return [line[at : at + most] for at in range(0, len(line), most)] or [""]
