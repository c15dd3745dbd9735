"""The dialogs: the form behind a button, and what one person is shown without a history. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.teams import addresses, cards, limits
from bot.domain.message import Choice, Field, FieldKind, Rendered, Style

Dialog = dict[str, Any]

BLANK = "f-"
"""What the id of a blank begins with, so that none is taken for anything else that a button carries."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FEW = 20
"""Options that are looked through at a glance; more are searched by typing."""


def form(choice: Choice, *, error: str = "") -> Dialog:
    """Return the dialog with the form behind a button.

    Args:
        choice: has at least one blank.
        error: why it is open once more.
    """
    inputs = [_blank(field) for field in choice.fields]
    card = cards.view(Rendered("", "", ""), error=error, inputs=inputs)
    send = Choice(choice.id, "Send", Style.PRIMARY)
    button = cards.submitting(cards.SEND, send, form=_shape(choice))
    return _dialog(choice.label, cards.with_buttons(card, [button]))


def shown(what: Rendered) -> Dialog:
    """Return the dialog that shows something to one person. Teams keeps no history of it."""
    card = cards.view(replace(what, title="") if _fits(what.title) else what)
    buttons = [
        cards.submitting(cards.kind(one), one, **({"form": _shape(one)} if one.fields else {}))
        for one in what.choices
    ]
    return _dialog(
        what.title if _fits(what.title) else "Buddyline", cards.with_buttons(card, buttons)
    )


def said(text: str) -> Dialog:
    """Return the dialog that says one sentence."""
    return {"task": {"type": "message", "value": text}}


def asked_for(ours: Mapping[str, Any]) -> Choice | None:
    """Return the button with its form that a button of a dialog carried; None for one without."""
    try:
        label, opens, fields = ours["form"]
        return Choice(
            str(ours["choice"]),
            str(label),
            fields=tuple(_field(each) for each in fields),
            opens=bool(opens),
        )
    except (KeyError, TypeError, ValueError):
        return None


def filled(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, by blank; what was left empty is left out. A picked person is their address."""
    found = {
        name.removeprefix(BLANK): value
        for name, value in data.items()
        if name.startswith(BLANK) and isinstance(value, str) and value.strip()
    }
    return {name: addresses.person(value) or value[: limits.INPUT] for name, value in found.items()}


def again(choice: Choice, fields: Mapping[str, str], error: str) -> Dialog:
    """Return the same form with what was filled in, and why it was not taken."""
    blanks = tuple(replace(one, value=fields.get(one.id, "")) for one in choice.fields)
    return form(replace(choice, fields=blanks), error=error)


def _fits(title: str) -> bool:
    return 0 < len(title) <= limits.TITLE


def _dialog(title: str, card: cards.Card) -> Dialog:
    value = {
        "title": limits.shortened(title, limits.TITLE),
        "height": "medium",
        "width": "medium",
        "card": {"contentType": cards.TYPE, "content": card},
    }
    return {"task": {"type": "continue", "value": value}}


def _shape(choice: Choice) -> list[Any]:
    fields = [
        [f.id, f.label, str(f.kind), f.required, [list(one) for one in f.options], f.value]
        for f in choice.fields
    ]
    return [choice.label, choice.opens, fields]


def _field(shape: Sequence[Any]) -> Field:
    name, label, kind, required, options, value = shape
    pairs = tuple((str(one), str(text)) for one, text in options)
    return Field(str(name), str(label), FieldKind(kind), bool(required), pairs, str(value))


def _blank(field: Field) -> dict[str, Any]:
    required = field.required or field.kind is FieldKind.PERSON
    return {
        "id": f"{BLANK}{field.id}",
        "label": cards.plain(field.label),
        **({"isRequired": True, "errorMessage": "Please fill this in."} if required else {}),
        **_input(field),
    }


def _input(field: Field) -> dict[str, Any]:
    value = {"value": field.value[: limits.INPUT]} if field.value else {}
    if field.kind is FieldKind.SELECT and field.options:
        options = field.options[: limits.OPTIONS]
        choices = [{"title": cards.plain(text), "value": one} for one, text in options]
        look = "compact" if len(options) <= _FEW else "filtered"
        return {"type": "Input.ChoiceSet", "style": look, "choices": choices, **value}
    if field.kind is FieldKind.TIME and (not field.value or _CLOCK.fullmatch(field.value)):
        return {"type": "Input.Time", **value}
    if field.kind is FieldKind.PERSON:
        people = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
        return {"type": "Input.ChoiceSet", "choices": [], "choices.data": people, **value}
    return {"type": "Input.Text", "maxLength": limits.INPUT, **value}
