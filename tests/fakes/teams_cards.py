"""What Teams takes in cards, and how one reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CARD = "application/vnd.microsoft.card.adaptive"
ELEMENTS = {
    "Container": {"items", "style", "bleed"},
    "RichTextBlock": {"inlines", "spacing"},
    "TextBlock": {"text", "wrap"},
    "ActionSet": {"actions"},
    "Input.Text": {"id", "label", "isRequired", "errorMessage", "maxLength", "value"},
    "Input.Time": {"id", "label", "isRequired", "errorMessage", "value"},
    "Input.ChoiceSet": {
        *("id", "label", "isRequired", "errorMessage", "value", "style", "choices", "choices.data"),
    },
}
ACTIONS = {
    "Action.Submit": {"title", "data", "style"},
    "Action.Execute": {"title", "data", "style", "verb", "fallback"},
}


class BadCard(Exception):
    """Teams would not take it, or not show it."""


def check_card(card: dict[str, Any], *, dialog: bool = False) -> None:
    """Raise BadCard for what Teams would not take."""
    known = {"$schema", "type", "version", "msteams", "body", "fallbackText"}
    if card["type"] != "AdaptiveCard" or card["version"] != "1.5" or set(card) - known:
        raise BadCard("no card")
    if not card["body"]:
        raise BadCard("an empty card")
    ids = []
    for one in elements(card):
        kind = one["type"]
        if kind not in ELEMENTS or set(one) - ELEMENTS[kind] - {"type"}:
            raise BadCard(f"an element {kind} with {sorted(one)}")
        if kind.startswith("Input."):
            ids.append(one["id"])
            if not dialog:
                raise BadCard("a blank in a message")
        if kind == "Input.ChoiceSet":
            _check_choices(one)
    if len(ids) != len(set(ids)):
        raise BadCard("two blanks of one name")
    for action in actions(card):
        _check_action(action, dialog=dialog)


def _check_choices(one: dict[str, Any]) -> None:
    values = [each["value"] for each in one["choices"]]
    if len(values) != len(set(values)) or not (values or "choices.data" in one):
        raise BadCard("choices that are none")
    if "," in "".join(values):
        raise BadCard("a comma separates several values")


def _check_action(action: dict[str, Any], *, dialog: bool) -> None:
    kind = action["type"]
    if kind not in ACTIONS or set(action) - ACTIONS[kind] - {"type"} or not action["title"]:
        raise BadCard(f"an action {kind}")
    if kind == "Action.Execute":
        if dialog:
            raise BadCard("dialogs know Action.Submit alone")
        _check_action(action["fallback"], dialog=dialog)


def elements(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every element of a card, containers opened."""
    waiting = list(card["body"])
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting = [*one.get("items", ()), *waiting]


def actions(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every button of a card."""
    for one in elements(card):
        if one["type"] == "ActionSet":
            if not 0 < len(one["actions"]) <= 6:
                raise BadCard("too many buttons in a row")
            yield from one["actions"]


def read(card: dict[str, Any]) -> list[str]:
    """Return everything one reads in a card."""
    found = []
    for one in elements(card):
        if one["type"] == "RichTextBlock":
            found.append("".join(run["text"] for run in one["inlines"]))
        elif one["type"] == "TextBlock":
            found.append(one["text"])
        elif "label" in one:
            found.append(one["label"])
    return found


def buttons(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the buttons of a card by label."""
    return {one["title"]: one for one in actions(card)}


def blanks(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the blanks of a dialog, by the core's name of them."""
    return {
        one["id"].removeprefix("f-"): one
        for one in elements(card)
        if one["type"].startswith("Input.")
    }
