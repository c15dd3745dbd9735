"""The dialogs: the form behind a button, and what one person is shown without a history. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack import blocks, limits
from adapters.slack.addresses import joined, split
from bot.domain.message import Choice, Field, FieldKind, Rendered, Style

_ACTION = "value"
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Behind:
    """What a dialog remembers until it is sent.

    Attributes:
        choice: the id of the button that opened it.
        channel: where that button was pressed, "" for the private chat.
        opens: what is sent back is shown, and not only done.
    """

    choice: str
    channel: str
    opens: bool = False


def form(choice: Choice, channel: str | None) -> dict[str, Any]:
    """Return the dialog with the form behind a button.

    Args:
        choice: has at least one blank.
        channel: the shared place in which it was pressed.
    """
    behind = [choice.id, channel or "", choice.opens]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": blocks.plain(limits.shortened(choice.label, limits.TITLE)),
        "submit": blocks.plain("Send"),
        "close": blocks.plain("Not now"),
        "private_metadata": json.dumps(behind),
        "blocks": [_blank(field) for field in choice.fields[: limits.VIEW_BLOCKS]],
    }


def shown(what: Rendered) -> dict[str, Any]:
    """Return the dialog that shows something to one person. Slack keeps no history of it.

    A title that fits above the dialog stands there alone; a longer one is its first line.
    """
    fits = 0 < len(what.title) <= limits.TITLE
    title, what = (what.title, replace(what, title="")) if fits else ("Buddyline", what)
    return {
        "type": "modal",
        "callback_id": "shown",
        "title": blocks.plain(title),
        "close": blocks.plain("Close"),
        "private_metadata": _offered(what.choices),
        "blocks": blocks.view(what),
    }


def home(what: Rendered) -> dict[str, Any]:
    """Return somebody's own page."""
    return {"type": "home", "blocks": blocks.home(what)}


def said(text: str) -> dict[str, Any]:
    """Return the dialog that says one sentence."""
    return shown(Rendered("", text, ""))


def behind(metadata: str) -> Behind | None:
    """Return what a dialog remembered; None when it is none of these forms."""
    try:
        choice, channel, opens = json.loads(metadata)
    except (ValueError, TypeError):
        return None
    return Behind(str(choice), str(channel), bool(opens))


def offered(metadata: str, choice_id: str) -> Choice | None:
    """Return a button with a form that a dialog has offered; None for another one."""
    try:
        found = json.loads(metadata)
        shape = found.get(choice_id) if isinstance(found, dict) else None
        return None if shape is None else _choice(choice_id, shape)
    except (ValueError, TypeError, KeyError):
        return None


def filled(state: Mapping[str, Any], team: str) -> dict[str, str]:
    """Return what was filled in, by blank; what was left empty is left out.

    Args:
        team: the workspace in which a picked person is.
    """
    values: dict[str, str] = {}
    for name, actions in state.items():
        one = actions.get(_ACTION, {}) if isinstance(actions, Mapping) else {}
        option = one.get("selected_option") or {}
        user = one.get("selected_user")
        picked = joined(team, str(user)) if user else None
        found = picked or one.get("value") or one.get("selected_time") or option.get("value")
        if isinstance(found, str) and found.strip():
            values[name] = found
    return values


def _blank(field: Field) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": field.id,
        "label": blocks.plain(limits.shortened(field.label, limits.LABEL)),
        # Somebody of Slack is picked or unknown: there is no other way to say who it is.
        "optional": not field.required and field.kind is not FieldKind.PERSON,
        "element": {"action_id": _ACTION, **_element(field)},
    }


def _element(field: Field) -> dict[str, Any]:
    if field.kind is FieldKind.SELECT and field.options:
        return _select(field)
    if field.kind is FieldKind.TIME and (not field.value or _CLOCK.fullmatch(field.value)):
        time = {"initial_time": field.value} if field.value else {}
        return {"type": "timepicker", **time}
    if field.kind is FieldKind.PERSON:
        whom = split(field.value)
        return {"type": "users_select", **({"initial_user": whom[1]} if whom else {})}
    typed = {"initial_value": field.value[: limits.INPUT]} if field.value else {}
    return {"type": "plain_text_input", "max_length": limits.INPUT, **typed}


def _select(field: Field) -> dict[str, Any]:
    options = [_option(value, label) for value, label in field.options]
    first = [one for one in options if one["value"] == field.value]
    at_first = {"initial_option": first[0]} if first else {}
    if len(options) <= limits.OPTIONS:
        return {"type": "static_select", "options": options, **at_first}
    groups = [
        {"label": blocks.plain(f"{at + 1} and on"), "options": options[at : at + limits.OPTIONS]}
        for at in range(0, len(options), limits.OPTIONS)
    ]
    return {"type": "static_select", "option_groups": groups, **at_first}


def _option(value: str, label: str) -> dict[str, Any]:
    if len(value) > limits.OPTION_VALUE:
        raise ValueError("an option carries more than fits")
    return {"text": blocks.plain(limits.shortened(label, limits.OPTION)), "value": value}


def _offered(choices: Sequence[Choice]) -> str:
    """Return the forms of a dialog's own buttons: no message stands behind them that could be asked."""
    shape = {
        one.id: [
            one.label,
            one.opens,
            [[f.id, f.label, f.kind, f.required, f.options, f.value] for f in one.fields],
        ]
        for one in choices
        if one.fields
    }
    text = json.dumps(shape) if shape else ""
    if len(text) > limits.METADATA:
        raise ValueError("the forms of a dialog carry more than fits")
    return text


def _choice(choice_id: str, shape: Sequence[Any]) -> Choice:
    label, opens, fields = shape
    return Choice(
        choice_id,
        label,
        Style.PLAIN,
        tuple(
            Field(name, title, FieldKind(kind), required, tuple(map(tuple, options)), value)
            for name, title, kind, required, options, value in fields
        ),
        opens,
    )
