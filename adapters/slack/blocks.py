"""A message in words as Slack's blocks. Pure.

Notifications are read off the blocks first on a desk and off `text` on a telephone, so both begin with the preview, which
is bland (covert rule 14). What people wrote stands in plain text, where nothing of it is a mention, a link or markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack import limits
from bot.domain.message import Call, Choice, Rendered, Style

Block = dict[str, Any]

PRESS, FORM, VIEW, START = "press", "form", "view", "start"
"""What a button's action id begins with: it is done with the press, a form comes first, something is shown, or the
form of a new visit opens."""

_STYLES: Mapping[Style, str] = {Style.PRIMARY: "primary", Style.DANGER: "danger"}


def fallback(what: Rendered) -> str:
    """Return what a telephone's lock screen shows, and whoever sees no blocks."""
    return limits.escaped(limits.shortened(what.preview or what.title, limits.FALLBACK))


def message(what: Rendered, *, key: str) -> list[Block]:
    """Return the blocks of a message, at least one.

    Args:
        what: the words, not yet escaped.
        key: the message's own; it comes back with every button that asks for its form.
    """
    first = [_context(what.preview)] if what.preview else []
    rows = _buttons(what.choices, key)
    calls = _calls(what.calls)
    room = limits.BLOCKS - len(first) - len(rows) - len(calls)
    return [*first, *_words(what, room), *calls, *rows] or [_section(" ")]


def view(what: Rendered) -> list[Block]:
    """Return the blocks of a dialog that shows something to one person, at least one."""
    rows = _buttons(what.choices, "")
    calls = _calls(what.calls)
    room = limits.VIEW_BLOCKS - len(rows) - len(calls)
    return [*_words(what, room), *calls, *rows] or [_section(" ")]


def home(what: Rendered) -> list[Block]:
    """Return the blocks of somebody's own page, with the way to a new visit on top.

    Args:
        what: its parts stand between empty lines, each with its heading in the first line.
    """
    start = {
        "type": "button",
        "action_id": f"{START}:0",
        "text": plain("Start a visit"),
        "value": START,
        "style": "primary",
    }
    parts = limits.shortened(what.text, limits.MESSAGE).split("\n\n")
    room = (limits.VIEW_BLOCKS - 1) // len(parts)
    found: list[Block] = [{"type": "actions", "elements": [start]}]
    for part in parts:
        heading, _, lines = part.partition("\n")
        found += _words(Rendered(heading, lines, ""), room)
    return found


def plain(text: str) -> dict[str, Any]:
    """Return a text object in which nothing is markup."""
    return {"type": "plain_text", "text": text, "emoji": False}


def kind(choice: Choice) -> str:
    """Return what pressing a button leads to."""
    if choice.fields:
        return FORM
    return VIEW if choice.opens else PRESS


def value(choice: Choice, key: str) -> str:
    """Return what a button carries: its id, and the message's key where its form has to be asked for.

    Raises:
        ValueError: it is longer than Slack takes.
    """
    text = f"{choice.id}\n{key}" if choice.fields and key else choice.id
    if len(text) > limits.VALUE:
        raise ValueError("a button carries more than fits")
    return text


def _words(what: Rendered, room: int) -> list[Block]:
    text = limits.shortened(what.text, limits.MESSAGE)
    title = what.title
    if len(title) > limits.HEADER:
        title, text = "", f"{title}\n{text}"
    head = [{"type": "header", "text": plain(title)}] if title else []
    found = [*head, *(_section(part) for part in _paragraphs(text, room - len(head)))]
    return found[:room]


def _paragraphs(text: str, room: int) -> list[str]:
    """Return a text by its lines, each of which says one thing; where there is no room for that, in few parts."""
    lines = [line for line in text.split("\n") if line.strip()]
    apart = len(lines) <= room and all(len(one) <= limits.SECTION for one in lines)
    return lines if apart else limits.parts(text, limits.SECTION)


def _section(text: str) -> Block:
    # Without the last word Slack may hide what is longer than a few lines behind "see more".
    return {"type": "section", "text": plain(text), "expand": True}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [plain(limits.shortened(text, limits.FALLBACK))]}


def _calls(calls: Sequence[Call]) -> list[Block]:
    """Return the numbers to ring, each a link that a telephone dials."""
    lines = [f"<tel:{one.number}|{_label(one.label)}>" for one in calls]
    texts = limits.parts("\n".join(lines), limits.SECTION)
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in texts]


def _label(text: str) -> str:
    return limits.escaped(text).replace("|", "/").replace("\n", " ")


def _buttons(choices: Sequence[Choice], key: str) -> list[Block]:
    buttons = [
        {
            "type": "button",
            "action_id": f"{kind(choice)}:{number}",
            "text": plain(limits.shortened(choice.label, limits.BUTTON)),
            "value": value(choice, key),
            **({"style": _STYLES[choice.style]} if choice.style in _STYLES else {}),
        }
        for number, choice in enumerate(choices)
    ]
    rows = range(0, len(buttons), limits.BUTTONS)
    return [{"type": "actions", "elements": buttons[at : at + limits.BUTTONS]} for at in rows]
