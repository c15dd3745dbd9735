"""A message of the chat, what is in it, and its form as JSON - in the store and on the wire. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.message import Call, Choice, Field, FieldKind, Rendered, Style, Tone

BOT = "buddyline"
"""Who the bot is on the wire. In the store its author is None, so a person of this id is never taken for it."""

CHANNEL = "channel"
PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: a team's channel, or a person's private chat with the bot. Exactly one of the two."""

    team_id: str | None = None
    person_id: str | None = None

    @property
    def kind(self) -> str:
        """What a viewer calls it: "channel" or "private"; nobody sees two of a kind."""
        return PRIVATE if self.team_id is None else CHANNEL


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says; sealed as one piece.

    Attributes:
        choices: shown now, in order.
        past: shown once and no longer, or only in a view; older copies of the card still carry them, so they can
            still be pressed.
        calls: numbers to ring with one tap, in order.
    """

    title: str = ""
    text: str = ""
    preview: str = ""
    tone: Tone = Tone.PLAIN
    choices: tuple[Choice, ...] = ()
    past: tuple[Choice, ...] = ()
    calls: tuple[Call, ...] = ()

    def pressable(self, choice_id: str) -> Choice | None:
        """Return the choice of that id, the present one before a past one; None when it was never shown."""
        return next((one for one in (*self.choices, *self.past) if one.id == choice_id), None)

    def becoming(self, new: Body) -> Body:
        """Return `new` with every choice kept that it no longer shows."""
        shown = {one.id for one in new.choices}
        gone = (one for one in (*self.choices, *self.past) if one.id not in shown)
        return replace(new, past=tuple({one.id: one for one in reversed(tuple(gone))}.values()))


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as it is now.

    Attributes:
        author: a person's id; None: the bot.
        only_for: in a channel, the one person who is shown it; None: everybody there.
        under: the id of the message it belongs under, or None.
        edits: how often it was changed; `edited_at` is the last time.
    """

    id: str
    place: Place
    author: str | None
    at: datetime
    body: Body = field(repr=False)
    only_for: str | None = None
    under: str | None = None
    edited_at: datetime | None = None
    edits: int = 0


def from_rendered(what: Rendered) -> Body:
    """Return what the bot says as the body of a message."""
    return Body(what.title, what.text, what.preview, what.tone, what.choices, calls=what.calls)


def view_to_json(what: Rendered) -> dict[str, Any]:
    """Return what is shown once and kept nowhere, as the API answers a press with it."""
    return {
        "title": what.title,
        "text": what.text,
        "choices": [choice_to_json(one) for one in what.choices],
        "calls": [_call_to_json(one) for one in what.calls],
    }


def to_wire(message: ChatMessage, seq: int) -> dict[str, Any]:
    """Return a message as the API shows it to the viewer whose number for it is `seq`."""
    body = message.body
    return {
        "seq": seq,
        "id": message.id,
        "place": message.place.kind,
        "from": message.author if message.author is not None else BOT,
        "title": body.title,
        # A client that knows only `text` loses nothing.
        "text": f"{body.title}\n{body.text}"
        if body.title and body.text
        else body.title or body.text,
        "preview": body.preview,
        "tone": str(body.tone),
        "choices": [choice_to_json(one) for one in body.choices],
        "calls": [_call_to_json(one) for one in body.calls],
        "only_you": message.only_for is not None,
        "under": message.under,
        "at": instant(message.at),
        "edited_at": None if message.edited_at is None else instant(message.edited_at),
    }


def instant(at: datetime) -> str:
    """Return an aware instant as ISO 8601 in UTC with milliseconds and "Z"."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def choice_to_json(choice: Choice) -> dict[str, Any]:
    """Return a choice as the API shows it; `fields` and `opens` are there only when the choice has them."""
    shape: dict[str, Any] = {"id": choice.id, "label": choice.label, "style": str(choice.style)}
    if choice.fields:
        shape["fields"] = [_field_to_json(one) for one in choice.fields]
    if choice.opens:
        shape["opens"] = True
    return shape


def _call_to_json(one: Call) -> dict[str, str]:
    return {"label": one.label, "number": one.number}


def _field_to_json(one: Field) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": one.id,
        "label": one.label,
        "kind": str(one.kind),
        "required": one.required,
    }
    if one.options:
        shape["options"] = [{"value": value, "label": label} for value, label in one.options]
    if one.value:
        shape["value"] = one.value
    return shape


def _choice_from_json(shape: Mapping[str, Any]) -> Choice:
    fields = tuple(_field_from_json(one) for one in shape.get("fields", ()))
    opens = shape.get("opens", False)
    return Choice(shape["id"], shape["label"], Style(shape["style"]), fields, opens)


def _field_from_json(shape: Mapping[str, Any]) -> Field:
    options = tuple((one["value"], one["label"]) for one in shape.get("options", ()))
    return Field(
        shape["id"],
        shape["label"],
        FieldKind(shape["kind"]),
        shape["required"],
        options,
        shape.get("value", ""),
    )


def body_to_text(body: Body) -> str:
    """Return a body as the text that is stored (JSON); `body_from_text` undoes it."""
    return json.dumps(
        {
            "title": body.title,
            "text": body.text,
            "preview": body.preview,
            "tone": str(body.tone),
            "choices": [choice_to_json(one) for one in body.choices],
            "past": [choice_to_json(one) for one in body.past],
            "calls": [_call_to_json(one) for one in body.calls],
        }
    )


def body_from_text(text: str) -> Body:
    """Return the body that `body_to_text` wrote."""
    shape = json.loads(text)
    return Body(
        shape["title"],
        shape["text"],
        shape["preview"],
        Tone(shape["tone"]),
        tuple(_choice_from_json(one) for one in shape["choices"]),
        tuple(_choice_from_json(one) for one in shape["past"]),
        tuple(Call(one["label"], one["number"]) for one in shape.get("calls", ())),
    )
