"""Untrusted requests to plain values: queries, JSON bodies, form fields. Every fault is a Refusal, none is an error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.local.refusals import Refusal
from bot.domain.message import Choice, Field, FieldKind

BODY_MAX = 64 * 1024
TEXT_MAX = 20_000
FIELD_MAX = 2_000
ID_MAX = 200
LIMIT_MAX = 1_000

_REPLACED = dict.fromkeys((0, *range(0xD800, 0xE000)), "\ufffd")


def clean(text: str) -> str:
    """Return `text` with what cannot be stored (NUL, halves of surrogate pairs) replaced by U+FFFD."""
    return text.translate(_REPLACED)


async def read_body(request: web.Request) -> Mapping[str, Any]:
    """Return the JSON object that a request carries.

    Raises:
        Refusal: not_json, too_long, bad_json, wrong_type.
    """
    if request.content_type != "application/json" or "Content-Encoding" in request.headers:
        raise Refusal(
            415,
            "not_json",
            "Please send plain JSON, with the header Content-Type: application/json.",
        )
    raw = await _read_raw(request)
    try:
        body = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal(
            400,
            "bad_json",
            'That is not JSON. It looks like {"as": "a person\'s id", "text": "ok"}, in UTF-8.',
        ) from error
    if not isinstance(body, dict):
        raise Refusal(422, "wrong_type", 'Please send one JSON object: {"as": "...", ...}.')
    return body


async def _read_raw(request: web.Request) -> bytes:
    raw = bytearray()
    try:
        async for chunk in request.content.iter_any():
            raw += chunk
            if len(raw) > BODY_MAX:
                raise Refusal(413, "too_long", "That is too long: at most 64 KiB in one request.")
    except (aiohttp.ClientPayloadError, HttpProcessingError, web.RequestPayloadError) as error:
        raise Refusal(
            400, "bad_json", "The request did not arrive whole. Please send it again."
        ) from error
    return bytes(raw)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def text_of(body: Mapping[str, Any], name: str) -> str:
    """Return a text that must be given, cleaned. Raises Refusal missing_field or wrong_type."""
    found = optional_text(body, name)
    if found is None:
        raise Refusal(422, "missing_field", f'"{name}" is missing: {{"{name}": "..."}}.')
    return found


def optional_text(body: Mapping[str, Any], name: str) -> str | None:
    """Return a text, cleaned, or None when it is absent or null. Raises Refusal wrong_type."""
    found = body.get(name)
    if found is None:
        return None
    if not isinstance(found, str):
        raise Refusal(
            422, "wrong_type", f'"{name}" must be a text in quotation marks: {{"{name}": "..."}}.'
        )
    return clean(found)


def key_of(body: Mapping[str, Any]) -> str | None:
    """Return the send-again key, or None. Raises Refusal wrong_type, too_long."""
    key = optional_text(body, "key")
    if key == "":
        raise Refusal(
            422,
            "wrong_type",
            '"key" must not be empty; leave it out, or make up a new one for each thing.',
        )
    if key is not None and len(key) > ID_MAX:
        raise Refusal(422, "too_long", f'"key" is too long: at most {ID_MAX} characters.')
    return key


def words_of(body: Mapping[str, Any]) -> str:
    """Return what a person said. Raises Refusal missing_field, wrong_type, empty_text, too_long."""
    text = text_of(body, "text")
    if not text.strip():
        raise Refusal(
            422, "empty_text", 'There is nothing in it yet. Write something first, such as "help".'
        )
    if len(text) > TEXT_MAX:
        raise Refusal(
            422, "too_long", f"That is too long: at most {TEXT_MAX:,} characters in one message."
        )
    return text


def query_text(request: web.Request, name: str) -> str | None:
    """Return a query's value, cleaned, or None when it is absent. Raises Refusal wrong_type when it is given twice."""
    found = request.query.getall(name, [])
    if len(found) > 1:
        raise Refusal(422, "wrong_type", f'"{name}" must be given once: ?{name}=...')
    return clean(found[0]) if found else None


def query_number(request: web.Request, name: str, *, default: int, least: int, most: int) -> int:
    """Return a query's whole number. Raises Refusal bad_<name> when it is none, or outside `least` to `most`."""
    found = query_text(request, name)
    if found is None:
        return default
    if found.isascii() and found.isdigit() and len(found) <= 15 and least <= int(found) <= most:
        return int(found)
    raise Refusal(
        422,
        f"bad_{name}",
        f'"{name}" must be a whole number from {least} to {most}: ?{name}={default}',
    )


def filled_in(choice: Choice, given: object) -> dict[str, str]:
    """Return what was filled into the form of a choice, in the form's order; blanks left empty are left out.

    Raises:
        Refusal: wrong_type, unknown_field, field_missing, bad_option, too_long; the sentence names the field.
    """
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise Refusal(422, "wrong_type", '"fields" must be an object: {"fields": {"note": "..."}}.')
    _no_strangers(given, choice.fields)
    values = {one.id: _value(one, given.get(one.id)) for one in choice.fields}
    return {name: value for name, value in values.items() if value}


def _no_strangers(given: Iterable[str], fields: tuple[Field, ...]) -> None:
    known = {one.id for one in fields}
    if all(name in known for name in given):
        return
    shown = ", ".join(f'"{one.id}"' for one in fields) or "none"
    raise Refusal(
        422, "unknown_field", f"This button's form has no such field. Its fields: {shown}."
    )


def _value(field: Field, given: object) -> str:
    if given is not None and not isinstance(given, str):
        raise Refusal(
            422,
            "wrong_type",
            f'"{field.label}" must be a text: {{"fields": {{"{field.id}": "..."}}}}.',
        )
    value = clean(given or "").strip()
    if not value:
        if field.required:
            raise Refusal(422, "field_missing", f'Please fill in "{field.label}".')
        return ""
    if field.kind is FieldKind.SELECT and value not in {one for one, _ in field.options}:
        shown = ", ".join(label for _, label in field.options)
        raise Refusal(
            422, "bad_option", f'Please choose one of these for "{field.label}": {shown}.'
        )
    if len(value) > FIELD_MAX:
        raise Refusal(
            422, "too_long", f'"{field.label}" is too long: at most {FIELD_MAX:,} characters.'
        )
    return value
