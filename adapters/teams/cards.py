"""A message in words as an Adaptive Card 1.5. Pure.

What people wrote stands in text runs, where nothing of it is markdown, a mention or a link. The preview, which is bland
(covert rule 14), is what a notification shows, and the first line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.teams import limits
from bot.domain.message import Call, Choice, Rendered, Style, Tone

Card = dict[str, Any]
Element = dict[str, Any]

TYPE = "application/vnd.microsoft.card.adaptive"
OURS = "buddyline"
"""Under this name a button carries what is ours; everything else in its data is Teams' or was filled in."""
PRESS, FORM, VIEW, START, SEND = "press", "form", "view", "start", "send"
"""What a button does: it is done with the press, a form comes first, something is shown, the form of a new visit opens, or a
form is sent."""

_STYLES: Mapping[Style, str] = {Style.PRIMARY: "positive", Style.DANGER: "destructive"}
_TONES: Mapping[Tone, str] = {
    Tone.PLAIN: "default",
    Tone.WAITING: "accent",
    Tone.GOOD: "good",
    Tone.LATE: "warning",
    Tone.URGENT: "attention",
}
_MARKDOWN = re.compile(r"[\[\]()*_\\`~<>#{}|\n]+")


def message(what: Rendered, *, key: str) -> dict[str, Any]:
    """Return the activity that posts a message, below Teams' limit.

    Args:
        what: the words, not yet escaped.
        key: the message's own; it comes back with every button that asks for its form.
    """
    text = limits.shortened(what.text, limits.MESSAGE)
    while True:
        found = _activity(replace(what, text=text), key)
        if limits.size(found) <= limits.CARD or not text:
            return found
        text = limits.shortened(text, len(text) // 2)


def said(text: str, *, buttons: Sequence[Element] = ()) -> dict[str, Any]:
    """Return the activity that says a sentence of this adapter's own."""
    return _posted(_card([_line(text), *_rows(buttons)], text), text)


def starting() -> Element:
    """Return the button of a message that opens the form of a new visit."""
    return _opening(START, words_of_start(), "")


def pressing(do: str, choice: Choice) -> Element:
    """Return a button of a message that needs no more than the press; older clients know Action.Submit alone."""
    data = {OURS: {"do": do, "choice": choice.id}}
    title = plain(limits.shortened(choice.label, limits.BUTTON))
    older = {"type": "Action.Submit", "title": title, "data": data, **_style(choice)}
    return older | {"type": "Action.Execute", "verb": do, "fallback": older}


def words_of_start() -> Choice:
    """Return the button that opens the form of a new visit."""
    return Choice(START, "Start a visit", Style.PRIMARY)


def view(what: Rendered, *, error: str = "", inputs: Sequence[Element] = ()) -> Card:
    """Return the card of a dialog without its buttons.

    Args:
        error: what is wrong with what was filled in; stands above everything.
        inputs: the blanks of a form, below the words.
    """
    first = [_line(error, color="Attention", weight="Bolder")] if error else []
    text = limits.shortened(what.text, limits.MESSAGE)
    body = [*first, *_words(replace(what, text=text)), *_calls(what.calls), *inputs]
    return _card(body or [_line(" ")], "")


def with_buttons(card: Card, buttons: Sequence[Element]) -> Card:
    """Return a card with buttons below it."""
    return card | {"body": [*card["body"], *_rows(buttons)]}


def submitting(do: str, choice: Choice, **more: Any) -> Element:  # noqa: ANN401 - what the dialog remembers
    """Return a button of a dialog: pressed, it sends everything that was filled in."""
    return {
        "type": "Action.Submit",
        "title": plain(limits.shortened(choice.label, limits.BUTTON)),
        "data": {OURS: {"do": do, "choice": choice.id, **more}},
        **_style(choice),
    }


def carried(data: object) -> Mapping[str, Any] | None:
    """Return what a button of ours carried; None for data of somebody else."""
    ours = data.get(OURS) if isinstance(data, Mapping) else None
    known = isinstance(ours, Mapping) and isinstance(ours.get("choice"), str)
    return ours if known else None


def kind(choice: Choice) -> str:
    """Return what pressing a button leads to."""
    if choice.fields:
        return FORM
    return VIEW if choice.opens else PRESS


def plain(text: str) -> str:
    """Return a text in which a card finds no date or time to format."""
    return text.replace("{{", "{\u200b{")


def _activity(what: Rendered, key: str) -> dict[str, Any]:
    preview = limits.shortened(what.preview or what.title, limits.FALLBACK)
    told = what.preview and what.preview != what.title
    first = [_line(preview, isSubtle=True, size="Small")] if told else []
    buttons = [_button(choice, key) for choice in what.choices]
    body = [*first, *_words(what), *_calls(what.calls), *_rows(buttons)]
    return _posted(_card(body or [_line(" ")], preview), preview)


def _posted(card: Card, preview: str) -> dict[str, Any]:
    return {
        "type": "message",
        "summary": preview,
        "attachments": [{"contentType": TYPE, "content": card}],
    }


def _card(body: list[Element], fallback: str) -> Card:
    shape = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "body": body,
    }
    return shape | ({"fallbackText": plain(fallback)} if fallback else {})


def _words(what: Rendered) -> list[Element]:
    title = _line(what.title, size="Medium", weight="Bolder") if what.title else None
    lines = [_line(line) for line in what.text.split("\n") if line.strip()]
    if title is None:
        return lines
    style = {"style": _TONES[what.tone], "bleed": True} if what.tone is not Tone.PLAIN else {}
    return [{"type": "Container", "items": [title], **style}, *lines]


def _line(text: str, **looks: Any) -> Element:  # noqa: ANN401 - of a text run
    run = {"type": "TextRun", "text": plain(text), **looks}
    return {"type": "RichTextBlock", "spacing": "Small", "inlines": [run]}


def _calls(calls: Sequence[Call]) -> list[Element]:
    """Return the numbers to ring, each a link that a telephone dials."""
    return [
        {
            "type": "TextBlock",
            "wrap": True,
            "text": f"[{_label(one.label)}](tel:{one.number})",
        }
        for one in calls
    ]


def _label(text: str) -> str:
    return _MARKDOWN.sub(" ", limits.shortened(text, limits.BUTTON)).strip() or "Ring"


def _button(choice: Choice, key: str) -> Element:
    does = kind(choice)
    return pressing(PRESS, choice) if does == PRESS else _opening(does, choice, key)


def _opening(do: str, choice: Choice, key: str) -> Element:
    """Return a button of a message that opens a dialog."""
    button = submitting(do, choice, **({"key": key} if key and do == FORM else {}))
    button["data"]["msteams"] = {"type": "task/fetch"}
    return button


def _style(choice: Choice) -> dict[str, str]:
    return {"style": _STYLES[choice.style]} if choice.style in _STYLES else {}


def _rows(buttons: Sequence[Element]) -> list[Element]:
    return [
        {"type": "ActionSet", "actions": list(buttons[at : at + limits.BUTTONS])}
        for at in range(0, len(buttons), limits.BUTTONS)
    ]
